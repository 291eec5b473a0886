import Kernels
import Parallel

/// Adam with decoupled weight decay over all parameters of a model, in one pass (Loshchilov and Hutter 2019,
/// arXiv 1711.05101).
final class AdamW: @unchecked Sendable {
  /// Both moments of every parameter.
  let first, second: UnsafeMutableBufferPointer<Float>
  private let parts: [Part]
  private let sums: UnsafeMutablePointer<Double>
  private let memory: FloatArena

  /// Neighbouring parameters that decay, or do not.
  private struct Part {
    var range: Range<Int>
    var decays: Bool
  }
  /// Parameters of a part: few enough for L2, enough for a task.
  private static let partSize = 16_384

  init(_ model: TrainableModel) {
    let count = model.parameters.count
    memory = FloatArena(floats: 2 * count, pieces: 2)
    first = UnsafeMutableBufferPointer(start: memory.take(count), count: count)
    second = UnsafeMutableBufferPointer(start: memory.take(count), count: count)
    parts = model.tensors.flatMap { tensor in
      stride(from: tensor.range.lowerBound, to: tensor.range.upperBound, by: Self.partSize).map {
        Part(range: $0..<min($0 + Self.partSize, tensor.range.upperBound), decays: tensor.spec.isMatrix)
      }
    }
    sums = .allocate(capacity: parts.count)
  }

  deinit { sums.deallocate() }

  /// The norm of all gradients together.
  func norm(_ gradients: UnsafePointer<Float>, _ kernels: any KernelSet) -> Double {
    let rows = kernels.rowKernels
    kernels.pool.forEach(count: parts.count, chunk: 4) { range, _ in
      for i in range {
        let start = gradients + parts[i].range.lowerBound
        sums[i] = Double(rows.dot(start, start, parts[i].range.count))
      }
    }
    return UnsafeBufferPointer(start: sums, count: parts.count).reduce(0, +).squareRoot()
  }

  /// Step number `step`, counted from 0.
  func update(
    _ model: TrainableModel, _ gradients: UnsafePointer<Float>, scale: Double, _ rule: Rule,
    _ kernels: any KernelSet
  ) {
    let rows = kernels.rowKernels, parameters = model.parameters.baseAddress!
    kernels.pool.forEach(count: parts.count, chunk: 4) { range, _ in
      for part in parts[range] {
        let start = part.range.lowerBound
        rows.adamW(
          AdamWStep(
            parameters: parameters + start, gradients: gradients + start, first: first.baseAddress! + start,
            second: second.baseAddress! + start, count: part.range.count, gradientScale: Float(scale),
            betas: rule.betas, shrink: part.decays ? rule.shrink : 1, rate: rule.rate, root: rule.root,
            epsilon: rule.epsilon))
      }
    }
  }

  /// What is the same for all parameters in a step.
  struct Rule {
    let betas: (Float, Float)
    let shrink: Float, rate: Float, root: Float, epsilon: Float

    init(_ options: TrainingOptions, step: Int) {
      let rate = options.schedule.rate(step), t = step + 1
      betas = (Float(options.beta1), Float(options.beta2))
      shrink = Float(1 - rate * options.weightDecay)
      self.rate = Float(rate / (1 - power(options.beta1, t)))
      root = Float(1 / (1 - power(options.beta2, t)).squareRoot())
      epsilon = Float(options.epsilon)
    }
  }
}
