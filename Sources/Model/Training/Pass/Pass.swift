import Kernels
import Model
import Parallel

/// The way of a batch's rows through a model and back.
///
/// Letters in comments: n rows of a batch, d width, h heads, k KV heads, e head dimension, f feed-forward width,
/// v vocabulary. Sums over rows are taken in chunks whose size does not depend on the threads, so that results are the same
/// to the bit with any number of them.
final class Pass: @unchecked Sendable {
  let model: TrainableModel
  let kernels: any KernelSet
  let rowKernels: RowKernels
  /// In the order of the parameters; none where there is no way back.
  let gradients: UnsafeMutablePointer<Float>?
  let precision: MatmulPrecision
  /// Whether layers are computed again on the way back.
  let recomputes: Bool
  private var taken: Tape?
  private let memory: FloatArena?

  var config: ModelConfig { model.config }
  var pool: ThreadPool { kernels.pool }

  init(
    _ model: TrainableModel, kernels: any KernelSet, withGradients: Bool, recomputes: Bool,
    precision: MatmulPrecision
  ) {
    (self.model, self.kernels, self.precision) = (model, kernels, precision)
    self.recomputes = recomputes || !withGradients
    rowKernels = kernels.rowKernels
    memory = withGradients ? FloatArena(floats: model.parameters.count) : nil
    gradients = memory?.take(model.parameters.count)
  }

  /// The tape for so many sequences, made anew only where the shape changes.
  func tape(sequences: Int, length: Int) -> Tape {
    if let taken, taken.sequences == sequences, taken.length == length { return taken }
    taken = nil  // before the next one is taken
    let sizes = TapeSizes(config: config, sequences: sequences, length: length, precision: precision)
    let tape = Tape(sizes, keeps: !recomputes, kernels: kernels)
    taken = tape
    return tape
  }

  /// Part of a tensor, or of neighbours that are one matrix: (outputs, inputs).
  func weight(_ name: String) -> UnsafeMutablePointer<Float> {
    model.parameters.baseAddress! + model.start(name)!
  }
  func gradient(_ name: String) -> UnsafeMutablePointer<Float> { gradients! + model.start(name)! }
  var headName: String { config.tiedHead ? "token_embd.weight" : "output.weight" }

  /// C = op(A) · op(B), the operands rounded first where that is asked for.
  func multiply(
    _ shape: GEMMShape, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    into c: UnsafeMutablePointer<Float>,
    _ tape: Tape
  ) {
    guard precision == .bf16 else { return kernels.gemm(shape, a: a, b: b, c: c) }
    round(a, into: tape.rounded.0, count: shape.m * shape.k)
    round(b, into: tape.rounded.1, count: shape.k * shape.n)
    kernels.gemm(shape, a: tape.rounded.0, b: tape.rounded.1, c: c)
  }

  private func round(_ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>, count: Int) {
    pool.forEach(count: count, chunk: 1 << 16) { [rowKernels] range, _ in
      rowKernels.roundToBrain(x + range.lowerBound, y + range.lowerBound, range.count)
    }
  }

  /// y (n, outputs) = x (n, inputs) · Wᵀ
  func project(
    _ x: UnsafePointer<Float>, _ weight: UnsafePointer<Float>, _ size: (inputs: Int, outputs: Int),
    into y: UnsafeMutablePointer<Float>, _ tape: Tape
  ) {
    multiply(
      GEMMShape(m: tape.rows, n: size.outputs, k: size.inputs, transposeB: true), x, weight, into: y, tape)
  }

  /// Calls `body` for every chunk of rows, with the chunk's number.
  func forChunks(
    _ rows: Int, _ body: (_ chunk: Int, _ rows: Range<Int>, _ thread: Int) -> Void
  ) {
    let size = TapeSizes.chunk
    pool.forEach(count: (rows + size - 1) / size, chunk: 1) { chunks, thread in
      for chunk in chunks { body(chunk, chunk * size..<min((chunk + 1) * size, rows), thread) }
    }
  }
}
