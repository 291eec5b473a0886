import Kernels

/// A llama-type decoder (RMSNorm, RoPE, grouped-query attention, SwiGLU), written once over the kernel door.
///
/// Letters in comments: n tokens of a batch, d width, h heads, k KV heads, e head dimension, f feed-forward width,
/// v vocabulary.
public final class Transformer: @unchecked Sendable {
  /// Tokens that go through the layers together.
  public static let largestBatch = 512

  public let config: ModelConfig
  public let kernels: any KernelSet
  public let weights: ModelWeights
  public let cache: KVCache

  let rope: RoPETable
  let buffers: Buffers

  /// A model with room for `context` tokens, their keys and values kept in the formats given.
  ///
  /// - Precondition: `KVLayout.allows` the formats for the model's head dimension.
  public init(
    weights: ModelWeights, kernels: any KernelSet, context: Int, keys: KVFormat = .f32,
    values: KVFormat = .f32
  ) {
    precondition(
      weights.layout == kernels.weightLayout, "weights prepared for another backend than \(kernels.name)")
    config = weights.config
    self.kernels = kernels
    self.weights = weights
    let layout = KVLayout(
      kvHeads: config.kvHeads, headDim: config.headDim, capacity: context, keys: keys, values: values)
    cache = KVCache(layers: config.layers, layout: layout)
    rope = RoPETable(config: config, positions: layout.capacity)
    buffers = Buffers(config, batch: min(Self.largestBatch, layout.capacity))
  }

  /// Which positions' logits a forward pass computes.
  public enum Positions { case last, all }

  /// Reads `tokens` after those in the cache and returns logits, (1 or n) × v.
  public func forward(_ tokens: [Int], logits: Positions = .last) throws(ModelError) -> Logits {
    try check(tokens)
    let rows = logits == .all ? tokens.count : 1
    let buffer = buffers.logits(count: rows * config.vocabulary)
    let out = buffer.data
    var start = 0
    while start < tokens.count {
      let batch = tokens[start..<min(start + buffers.batch, tokens.count)]
      embed(batch)
      for layer in 0..<config.layers {
        attend(layer, n: batch.count)
        feedForward(layer, n: batch.count)
      }
      cache.advance(by: batch.count)
      switch logits {
      case .all: head(from: 0, n: batch.count, into: out + start * config.vocabulary)
      case .last where batch.endIndex == tokens.count: head(from: batch.count - 1, n: 1, into: out)
      case .last: break
      }
      start += batch.count
    }
    return Logits(buffer, count: rows * config.vocabulary)
  }

  private func check(_ tokens: [Int]) throws(ModelError) {
    guard !tokens.isEmpty else { throw ModelError("no tokens to read; give a prompt") }
    if let wrong = tokens.first(where: { !(0..<config.vocabulary).contains($0) }) {
      throw ModelError("token \(wrong) is outside the vocabulary of \(config.vocabulary)")
    }
    let capacity = cache.layout.capacity
    guard cache.count + tokens.count <= capacity else {
      throw ModelError("\(cache.count) + \(tokens.count) tokens do not fit into a context of \(capacity)")
    }
  }

  /// x ← embedding rows (n, d)
  private func embed(_ tokens: ArraySlice<Int>) {
    for (row, token) in tokens.enumerated() {
      weights.embedding.source.decode(row: token, into: buffers.x + row * config.width)
    }
  }

  /// x ← x + attention(norm(x)) · Wo
  private func attend(_ index: Int, n: Int) {
    let layer = weights.layers[index], b = buffers
    norm(b.x, layer.attentionNorm, n: n)
    project(n, layer.query, layer.queryBias, into: b.q)
    project(n, layer.key, layer.keyBias, into: b.k)
    project(n, layer.value, layer.valueBias, into: b.v)
    let q = HeadRows(b.q, tokens: n, heads: config.heads, headDim: config.headDim)
    let k = HeadRows(b.k, tokens: n, heads: config.kvHeads, headDim: config.headDim)
    let v = HeadRows(b.v, tokens: n, heads: config.kvHeads, headDim: config.headDim)
    kernels.rope(q, table: rope, position: cache.count)
    kernels.rope(k, table: rope, position: cache.count)
    cache.write(layer: index, keys: k, values: v, with: kernels)
    kernels.attention(
      AttentionCall(
        q: q, out: b.mixed, keys: cache.keys(layer: index), values: cache.values(layer: index),
        layout: cache.layout, position: cache.count))
    kernels.linear(tokens: n, x: b.mixed, weights: layer.output, y: b.h)
    kernels.add(b.h, to: b.x, count: n * config.width)
  }

  /// x ← x + (silu(h · Wgate) ⊙ (h · Wup)) · Wdown with h = norm(x)
  private func feedForward(_ index: Int, n: Int) {
    let layer = weights.layers[index], b = buffers
    norm(b.x, layer.feedForwardNorm, n: n)
    kernels.linear(tokens: n, x: b.h, weights: layer.gate, y: b.gate)
    kernels.linear(tokens: n, x: b.h, weights: layer.up, y: b.up)
    kernels.swiGLU(gate: b.gate, up: b.up, out: b.gate, count: n * config.ffn)
    kernels.linear(tokens: n, x: b.gate, weights: layer.down, y: b.h)
    kernels.add(b.h, to: b.x, count: n * config.width)
  }

  /// out (n, v) ← norm(x from `row` on) · Whead
  private func head(from row: Int, n: Int, into out: UnsafeMutablePointer<Float>) {
    norm(buffers.x + row * config.width, weights.outputNorm, n: n)
    kernels.linear(tokens: n, x: buffers.h, weights: weights.head, y: out)
  }

  /// h (n, d) ← norm(x)
  private func norm(_ x: UnsafePointer<Float>, _ weight: [Float], n: Int) {
    weight.withUnsafeBufferPointer { weight in
      kernels.rmsNorm(
        RMSNormCall(
          x: x, weight: weight.baseAddress!, y: buffers.h, rows: n, width: config.width,
          epsilon: config.rmsEpsilon))
    }
  }

  /// out (n, rows) ← h · Wᵀ + bias
  private func project(_ n: Int, _ weights: Weights, _ bias: [Float], into out: UnsafeMutablePointer<Float>) {
    kernels.linear(tokens: n, x: buffers.h, weights: weights, y: out)
    guard !bias.isEmpty else { return }
    bias.withUnsafeBufferPointer { bias in
      for row in 0..<n { kernels.add(bias.baseAddress!, to: out + row * weights.rows, count: weights.rows) }
    }
  }
}

/// Activations of one batch; allocated once.
final class Buffers: @unchecked Sendable {
  let batch: Int
  /// Residual stream and its normalised copy (n, d); queries and attention output (n, h · e); keys and values
  /// (n, k · e); gate and up (n, f).
  let x, h, q, mixed, k, v, gate, up: UnsafeMutablePointer<Float>
  private let storage: [FloatBuffer]
  private var logits = FloatBuffer(count: 0)

  init(_ c: ModelConfig, batch: Int) {
    self.batch = batch
    let widths = [c.width, c.width, c.heads * c.headDim, c.heads * c.headDim, c.kvHeads * c.headDim]
    storage = (widths + [c.kvHeads * c.headDim, c.ffn, c.ffn]).map { FloatBuffer(count: batch * $0) }
    let p = storage.map(\.data)
    (x, h, q, mixed, k, v, gate, up) = (p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7])
  }

  /// Room for logits, grown when more are asked for than ever before.
  func logits(count: Int) -> FloatBuffer {
    if logits.count < count { logits = FloatBuffer(count: count) }
    return logits
  }
}
