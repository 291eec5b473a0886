import Glibc
import Kernels
import Model

@testable import Training

/// The forward pass once more, in double and as plainly as it can be written: what central differences are taken of.
struct DoubleModel {
  let config: ModelConfig
  private let starts: [String: Range<Int>]

  init(_ model: TrainableModel) {
    config = model.config
    starts = Dictionary(uniqueKeysWithValues: model.tensors.map { ($0.spec.name, $0.range) })
  }

  /// The mean cross-entropy of a batch.
  func loss(_ p: [Double], _ batch: TokenBatch) -> Double {
    var sum = 0.0, counted = 0
    for s in 0..<batch.sequences {
      let rows = s * batch.length..<(s + 1) * batch.length
      let logits = logits(p, batch.inputs[rows].map { Int($0) })
      for (logits, target) in zip(logits, batch.targets[rows]) where target >= 0 {
        let top = logits.max()!
        sum += top + log(logits.reduce(0) { $0 + exp($1 - top) }) - logits[Int(target)]
        counted += 1
      }
    }
    return sum / Double(counted)
  }

  private func logits(_ p: [Double], _ tokens: [Int]) -> [[Double]] {
    func tensor(_ name: String) -> ArraySlice<Double> { p[starts[name]!] }
    let d = config.width, embedding = tensor("token_embd.weight")
    var x = tokens.map {
      Array(embedding[(embedding.startIndex + $0 * d)..<(embedding.startIndex + ($0 + 1) * d)])
    }
    for layer in 0..<config.layers { pass(&x) { tensor("blk.\(layer).\($0)") } }
    let head = tensor(config.tiedHead ? "token_embd.weight" : "output.weight")
    return x.map { product(normalise($0, tensor("output_norm.weight")), head) }
  }

  /// One layer.
  private func pass(_ x: inout [[Double]], _ tensor: (String) -> ArraySlice<Double>) {
    let normed = x.map { normalise($0, tensor("attn_norm.weight")) }
    func heads(_ name: String, _ count: Int, rotated: Bool) -> [[[Double]]] {
      normed.enumerated().map { t, row in
        var y = product(row, tensor(name + ".weight"))
        if config.qkvBias { y = zip(y, tensor(name + ".bias")).map { $0 + $1 } }
        return (0..<count).map { h in
          let head = Array(y[(h * config.headDim)..<((h + 1) * config.headDim)])
          return rotated ? rotate(head, position: t) : head
        }
      }
    }
    let q = heads("attn_q", config.heads, rotated: true), k = heads("attn_k", config.kvHeads, rotated: true)
    let v = heads("attn_v", config.kvHeads, rotated: false)
    let shared = config.heads / config.kvHeads
    for t in x.indices {
      let mixed = (0..<config.heads).flatMap { h in
        attend(q[t][h], (0...t).map { s in (k[s][h / shared], v[s][h / shared]) })
      }
      x[t] = zip(x[t], product(mixed, tensor("attn_output.weight"))).map { $0 + $1 }
      x[t] = zip(x[t], gated(normalise(x[t], tensor("ffn_norm.weight")), tensor)).map { $0 + $1 }
    }
  }

  /// SwiGLU.
  private func gated(_ x: [Double], _ tensor: (String) -> ArraySlice<Double>) -> [Double] {
    let gate = product(x, tensor("ffn_gate.weight")), up = product(x, tensor("ffn_up.weight"))
    return product(zip(gate, up).map { $0 / (1 + exp(-$0)) * $1 }, tensor("ffn_down.weight"))
  }

  private func normalise(_ x: [Double], _ weight: ArraySlice<Double>) -> [Double] {
    let mean = x.reduce(0) { $0 + $1 * $1 } / Double(x.count) + Double(config.rmsEpsilon)
    return zip(x, weight).map { $0 * $1 / mean.squareRoot() }
  }

  /// W (outputs, inputs) · x
  private func product(_ x: [Double], _ w: ArraySlice<Double>) -> [Double] {
    stride(from: w.startIndex, to: w.endIndex, by: x.count).map { row in
      x.indices.reduce(0) { $0 + x[$1] * w[row + $1] }
    }
  }

  private func rotate(_ x: [Double], position: Int) -> [Double] {
    var y = x
    let width = config.ropeDimensions
    for i in 0..<width / 2 {
      let (a, b) = config.ropePairing == .halves ? (i, i + width / 2) : (2 * i, 2 * i + 1)
      let angle = Double(position) * pow(Double(config.ropeBase), -2 * Double(i) / Double(width))
      y[a] = x[a] * cos(angle) - x[b] * sin(angle)
      y[b] = x[b] * cos(angle) + x[a] * sin(angle)
    }
    return y
  }

  private func attend(_ q: [Double], _ seen: [(k: [Double], v: [Double])]) -> [Double] {
    let scores = seen.map { key in
      zip(q, key.k).reduce(0) { $0 + $1.0 * $1.1 } / Double(q.count).squareRoot()
    }
    let weights = scores.map { exp($0 - scores.max()!) }, sum = weights.reduce(0, +)
    return q.indices.map { i in zip(weights, seen).reduce(0) { $0 + $1.0 * $1.1.v[i] } / sum }
  }
}
