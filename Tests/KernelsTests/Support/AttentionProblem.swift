import Kernels
import ReferenceKernels

/// Attention with its result by the oracle, which reads what the cache holds, decoded exactly. Whatever the cache holds
/// beyond the tokens is NaN.
final class AttentionProblem {
  struct Shape {
    var tokens = 1, heads = 1, kvHeads = 1, headDim = 1, position = 0
    /// Floats between the vectors of two tokens.
    var gap = 0
    var keys = KVFormat.f32, values = KVFormat.f32
    var context: Int { position + tokens }
    var rowStride: Int { heads * headDim + gap }
    var floats: Int { tokens * rowStride - gap }
    var layout: KVLayout {
      KVLayout(kvHeads: kvHeads, headDim: headDim, capacity: context, keys: keys, values: values)
    }
  }

  let shape: Shape
  private let q: [Float]
  /// (kvHeads, context, headDim)
  private var keys: [Float], values: [Float]
  private var expected: [Float], tolerance: [Double]
  private let layout: KVLayout
  private let queryMemory: GuardedFloats, cache: CacheMemory

  /// `keys` and `values`: (kvHeads, context, headDim).
  init(_ shape: Shape, q: [Float], keys: [Float], values: [Float]) {
    (self.shape, self.q, self.keys, self.values) = (shape, q, keys, values)
    layout = shape.layout
    expected = Array(repeating: canary, count: shape.floats)
    tolerance = Array(repeating: 0, count: shape.floats)
    queryMemory = GuardedFloats(q)
    cache = CacheMemory(layout)
    cache.store(keys: keys, values: values, tokens: shape.context)
    readBack()
    for token in 0..<shape.tokens {
      for head in 0..<shape.heads { solve(token: token, head: head) }
    }
  }

  convenience init(_ shape: Shape, scale: Float = 2) {
    let cached = shape.kvHeads * shape.context * shape.headDim
    self.init(
      shape, q: Values.random(shape.floats, seed: 1, scale: scale),
      keys: Values.random(cached, seed: 2, scale: scale), values: Values.random(cached, seed: 3))
  }

  private func readBack() {
    for head in 0..<shape.kvHeads {
      for token in 0..<shape.context {
        for i in 0..<shape.headDim {
          let at = (head * shape.context + token) * shape.headDim + i
          keys[at] = layout.key(cache.keys(head), token: token, i)
          values[at] = layout.value(cache.values(head), token: token, i)
        }
      }
    }
  }

  private func solve(token: Int, head: Int) {
    let d = shape.headDim, seen = shape.position + token + 1
    let base = head * shape.kvHeads / shape.heads * shape.context * d
    let at = token * shape.rowStride + head * d
    let query = Array(q[at..<at + d])
    func attend(_ value: (Float) -> Float) -> [Float] {
      var out = [Float](repeating: 0, count: d)
      ReferenceKernels.attention(
        q: query, headDim: d, tokens: seen, key: { keys[base + $0 * d + $1] },
        value: { value(values[base + $0 * d + $1]) }, out: &out)
      return out
    }
    expected.replaceSubrange(at..<at + d, with: attend { $0 })
    let mix = attend { abs($0) }
    let scores = (0..<seen).map { t in
      (0..<d).reduce(0.0) { $0 + Double(abs(query[$1] * keys[base + t * d + $1])) } / Double(d).squareRoot()
    }
    for i in 0..<d {
      tolerance[at + i] = Tolerance.attention(
        magnitude: Double(mix[i]), score: scores.max()!, headDim: d, tokens: seen)
    }
  }

  func result(_ set: any KernelSet) -> [Float] {
    let out = Output(capacity: shape.floats)
    run(set, into: out)
    return Array(UnsafeBufferPointer(start: out.pointer, count: shape.floats))
  }

  func fault(_ set: any KernelSet) -> String? {
    let out = Output(capacity: shape.floats)
    run(set, into: out)
    if !out.isIntact { return "written outside of out" }
    // Between the vectors of two tokens the canaries must be left; NaN equals NaN there.
    return KernelsTests.fault(out.pointer, expected) { tolerance[$0] }
  }

  private func run(_ set: any KernelSet, into out: Output) {
    set.attention(
      AttentionCall(
        q: HeadRows(
          queryMemory.pointer, tokens: shape.tokens, heads: shape.heads, headDim: shape.headDim,
          rowStride: shape.rowStride), out: out.clear(shape.floats), keys: cache.keys(0),
        values: cache.values(0), layout: layout, position: shape.position))
  }
}
