import Kernels

/// A llama-type decoder (RMSNorm, RoPE, grouped-query attention, SwiGLU), written once over the kernel door.
///
/// Letters in comments: n tokens of a batch, d width, h heads, k KV heads, e head dimension, f feed-forward width,
/// v vocabulary.
public final class Transformer: @unchecked Sendable {
  /// Tokens that go through the layers together unless `init` is told otherwise.
  public static let defaultBatch = 512

  public let config: ModelConfig
  public let kernels: any KernelSet
  public let weights: ModelWeights
  public let cache: KVCache

  let rope: RoPETable
  let buffers: Buffers

  /// A model with room for `context` tokens, their keys and values kept in the formats given; `batch` tokens at most
  /// go through the layers together, for which memory is taken at once.
  ///
  /// - Precondition: `batch` is positive, and `KVLayout.allows` the formats for the model's head dimension.
  public init(
    weights: ModelWeights, kernels: any KernelSet, context: Int, batch: Int = Transformer.defaultBatch,
    keys: KVFormat = .f32, values: KVFormat = .f32
  ) {
    precondition(batch > 0, "a batch of \(batch) tokens")
    precondition(
      weights.layout == kernels.weightLayout, "weights prepared for another backend than \(kernels.name)")
    config = weights.config
    self.kernels = kernels
    self.weights = weights
    let layout = KVLayout(
      kvHeads: config.kvHeads, headDim: config.headDim, capacity: context, keys: keys, values: values)
    cache = KVCache(layers: config.layers, layout: layout)
    rope = RoPETable(config: config, factors: weights.ropeFactors, positions: layout.capacity)
    buffers = Buffers(config, batch: min(batch, layout.capacity))
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
    kernels.project(
      input(b.x, layer.attentionNorm, n: n),
      Projections(
        Projection(layer.query, bias: layer.queryBias, into: b.q),
        Projection(layer.key, bias: layer.keyBias, into: b.k),
        Projection(layer.value, bias: layer.valueBias, into: b.v)))
    let q = HeadRows(b.q, tokens: n, heads: config.heads, headDim: config.headDim)
    let k = HeadRows(b.k, tokens: n, heads: config.kvHeads, headDim: config.headDim)
    let v = HeadRows(b.v, tokens: n, heads: config.kvHeads, headDim: config.headDim)
    normalise(q, layer.queryNorm)
    normalise(k, layer.keyNorm)
    kernels.rope(q, table: rope, position: cache.count)
    kernels.rope(k, table: rope, position: cache.count)
    cache.write(layer: index, keys: k, values: v, with: kernels)
    kernels.attention(
      AttentionCall(
        q: q, out: b.mixed, keys: cache.keys(layer: index), values: cache.values(layer: index),
        layout: cache.layout, position: cache.count))
    addProduct(b.mixed, layer.output, n: n)
  }

  /// Each head ← norm(head), where there is a norm
  private func normalise(_ x: HeadRows, _ norm: [Float]) {
    guard !norm.isEmpty else { return }
    kernels.rmsNorm(
      RMSNormCall(
        x: x.data, weight: norm, y: x.data, rows: x.tokens * x.heads, width: x.headDim,
        epsilon: config.rmsEpsilon))
  }

  /// x ← x + (silu(h · Wgate) ⊙ (h · Wup)) · Wdown with h = norm(x)
  private func feedForward(_ index: Int, n: Int) {
    let layer = weights.layers[index], b = buffers
    kernels.projectGated(
      input(b.x, layer.feedForwardNorm, n: n), gate: layer.gate, up: layer.up, into: b.gated)
    addProduct(b.gated, layer.down, n: n)
  }

  /// out (n, v) ← norm(x from `row` on) · Whead
  private func head(from row: Int, n: Int, into out: UnsafeMutablePointer<Float>) {
    kernels.project(
      input(buffers.x + row * config.width, weights.outputNorm, n: n),
      Projections(Projection(weights.head, into: out)))
  }

  private func input(_ x: UnsafePointer<Float>, _ norm: [Float], n: Int) -> ProjectionInput {
    ProjectionInput(x, tokens: n, norm: RowNorm(weight: norm, epsilon: config.rmsEpsilon))
  }

  /// x ← x + y · Wᵀ
  private func addProduct(_ y: UnsafePointer<Float>, _ weights: Weights, n: Int) {
    kernels.project(
      ProjectionInput(y, tokens: n), Projections(Projection(weights, into: buffers.x, accumulates: true)))
  }
}

/// Activations of one batch; allocated once.
final class Buffers: @unchecked Sendable {
  let batch: Int
  /// Residual stream (n, d); queries and attention output (n, h · e); keys and values (n, k · e); gated values (n, f).
  let x, q, mixed, k, v, gated: UnsafeMutablePointer<Float>
  private let storage: [FloatBuffer]
  private var logits = FloatBuffer(count: 0)

  init(_ c: ModelConfig, batch: Int) {
    self.batch = batch
    let query = c.heads * c.headDim, key = c.kvHeads * c.headDim
    storage = [c.width, query, query, key, key, c.ffn].map { FloatBuffer(count: batch * $0) }
    let p = storage.map { $0.data }
    (x, q, mixed, k, v, gated) = (p[0], p[1], p[2], p[3], p[4], p[5])
  }

  /// Room for logits, grown when more are asked for than ever before.
  func logits(count: Int) -> FloatBuffer {
    if logits.count < count { logits = FloatBuffer(count: count) }
    return logits
  }
}
