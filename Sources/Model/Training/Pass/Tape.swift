import Kernels
import Model
import Parallel

/// What a layer's way back needs of its way there.
struct LayerTape {
  /// The residual stream before the attention and before the feed-forward part, (n, d), and both normalised.
  let attentionInput, attentionNormed, feedForwardInput, feedForwardNormed: UnsafeMutablePointer<Float>
  /// Queries, keys and values side by side, rotated, (n, (h + 2 k) · e); the mixed values, (n, h · e).
  let qkv, mixed: UnsafeMutablePointer<Float>
  /// Gates and their factors side by side, (n, 2 f).
  let gateUp: UnsafeMutablePointer<Float>
}

/// Memory of one pass over n rows, taken once.
final class Tape: @unchecked Sendable {
  let sequences: Int, length: Int
  var rows: Int { sequences * length }

  /// One for each layer, or one that all layers share.
  private let layers: [LayerTape]
  /// Each layer's input where layers share the rest.
  private let inputs: [UnsafeMutablePointer<Float>]
  /// The last residual stream and its norm, (n, d); logits (n, v).
  let output, outputNormed, logits: UnsafeMutablePointer<Float>
  /// What the current part adds to the residual stream, or the gradient of its input, (n, d); gated values (n, f).
  let delta, gated: UnsafeMutablePointer<Float>
  /// Gradients of the residual stream (n, d) and of the mixed values (n, h · e).
  let dResidual, dMixed: UnsafeMutablePointer<Float>
  /// Sums over some rows each, to be added up in their order.
  let partials: UnsafeMutablePointer<Float>
  /// Operands of a product rounded to bfloat16.
  let rounded: (UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>)
  /// Rotations, forth and back: (length, rotated elements).
  let cosines, sines, minusSines: UnsafeMutablePointer<Float>
  let attentionScratch: [UnsafeMutablePointer<Float>]
  /// The losses of some rows each.
  var losses: [Double]

  private let memory: FloatArena

  /// - Parameter keeps: every layer's tape is kept, for a way back without computing it again.
  init(_ sizes: TapeSizes, keeps: Bool, kernels: any KernelSet) {
    let c = sizes.config, n = sizes.rows, threads = kernels.pool.threads
    (sequences, length) = (sizes.sequences, sizes.length)
    let scratch = kernels.rowKernels.sequenceScratch(sizes.length, c.headDim)
    let arena = FloatArena(
      floats: sizes.floats(keeps: keeps, scratch: scratch * threads), pieces: 32 + 8 * c.layers + threads)
    func rows(_ width: Int) -> UnsafeMutablePointer<Float> { arena.take(n * width) }
    layers = (0..<(keeps ? c.layers : 1)).map { _ in
      LayerTape(
        attentionInput: rows(c.width), attentionNormed: rows(c.width), feedForwardInput: rows(c.width),
        feedForwardNormed: rows(c.width), qkv: rows(sizes.qkv), mixed: rows(sizes.mixed),
        gateUp: rows(2 * c.ffn))
    }
    inputs = keeps ? [] : (0..<c.layers).map { _ in rows(c.width) }
    (output, outputNormed, logits) = (rows(c.width), rows(c.width), rows(c.vocabulary))
    (delta, gated, dResidual, dMixed) = (rows(c.width), rows(c.ffn), rows(c.width), rows(sizes.mixed))
    partials = arena.take(sizes.partials)
    rounded = (arena.take(sizes.rounded), arena.take(sizes.rounded))
    (cosines, sines, minusSines) = sizes.rotations(in: arena)
    attentionScratch = (0..<threads).map { _ in arena.take(scratch) }
    losses = [Double](repeating: 0, count: n / TapeSizes.chunk + 1)
    memory = arena
  }

  /// The tape of a layer, its input in its place.
  subscript(layer: Int) -> LayerTape {
    guard layers.count == 1, !inputs.isEmpty else { return layers[layer] }
    let shared = layers[0]
    return LayerTape(
      attentionInput: inputs[layer], attentionNormed: shared.attentionNormed,
      feedForwardInput: shared.feedForwardInput, feedForwardNormed: shared.feedForwardNormed,
      qkv: shared.qkv, mixed: shared.mixed, gateUp: shared.gateUp)
  }
}

/// How large the parts of a tape are.
struct TapeSizes {
  let config: ModelConfig
  let sequences: Int, length: Int
  let precision: MatmulPrecision

  /// Rows whose sums are taken together, whatever the number of threads.
  static let chunk = 32

  var rows: Int { sequences * length }
  var qkv: Int { (config.heads + 2 * config.kvHeads) * config.headDim }
  var mixed: Int { config.heads * config.headDim }
  var partials: Int { (rows / Self.chunk + 1) * max(config.width, qkv) }

  /// Floats of the largest operand of a product, where operands are rounded.
  var rounded: Int {
    let widest = max(config.width, qkv, mixed, 2 * config.ffn, config.vocabulary)
    return precision == .f32 ? 0 : widest * max(rows, config.width, config.ffn, mixed)
  }

  func floats(keeps: Bool, scratch: Int) -> Int {
    let c = config, layer = 4 * c.width + qkv + mixed + 2 * c.ffn
    let layers = keeps ? c.layers * layer : layer + c.layers * c.width
    let rest = 4 * c.width + c.vocabulary + c.ffn + mixed
    return rows * (layers + rest) + partials + 2 * rounded + 3 * length * c.ropeDimensions + scratch
  }

  /// Cosines, sines and their negatives.
  func rotations(in arena: FloatArena) -> (
    UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>
  ) {
    let table = RoPETable(config: config, factors: [], positions: length), count = table.cos.count
    let parts = (arena.take(count), arena.take(count), arena.take(count))
    for i in 0..<count { (parts.0[i], parts.1[i], parts.2[i]) = (table.cos[i], table.sin[i], -table.sin[i]) }
    return parts
  }
}
