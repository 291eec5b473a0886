import Glibc

/// How a model is trained. Two runs of equal options, seeds and data have the same bits.
public struct TrainingOptions: Sendable, Hashable, Codable {
  public var schedule: LearningRateSchedule
  /// Decay rates of the moments, the small number beside √v, and the decoupled weight decay of matrices (Loshchilov and
  /// Hutter 2019, arXiv 1711.05101); norms and biases do not decay.
  public var beta1 = 0.9, beta2 = 0.95, epsilon = 1e-8, weightDecay = 0.1
  /// The largest norm of all gradients together; larger ones are scaled down (Pascanu et al. 2013, arXiv 1211.5063).
  public var clip: Double? = 1
  /// Sequences that pass through the layers together; the gradients of a batch's parts add up. nil: all of them.
  public var microBatch: Int?
  /// Keep only each layer's input, and compute the rest again on the way back (Chen et al. 2016, arXiv 1604.06174).
  public var recomputes = false
  public var matmuls = MatmulPrecision.f32
  /// A loss above this ends the run; nil: ten times that of a uniform guess.
  public var largestLoss: Double?

  public init(schedule: LearningRateSchedule) { self.schedule = schedule }
}

/// In which numbers matrices are multiplied; sums are float32 either way, as are parameters and moments.
public enum MatmulPrecision: String, Sendable, Hashable, Codable, CaseIterable {
  case f32
  /// Both operands are rounded to bfloat16 first.
  case bf16
}

/// Linear warm-up, then half a cosine (Loshchilov and Hutter 2017, arXiv 1608.03983).
public struct LearningRateSchedule: Sendable, Hashable, Codable {
  public var peak: Double
  /// Steps of the warm-up, and of all.
  public var warmup: Int, steps: Int
  /// The share of `peak` that is left at the end and after it.
  public var floor: Double

  public init(peak: Double, warmup: Int = 0, steps: Int, floor: Double = 0.1) {
    (self.peak, self.warmup, self.steps, self.floor) = (peak, warmup, steps, floor)
  }

  /// The rate of step `step`, counted from 0.
  public func rate(_ step: Int) -> Double {
    if step < warmup { return peak * Double(step + 1) / Double(warmup) }
    let progress = min(1, Double(step - warmup) / Double(max(1, steps - warmup)))
    return peak * (floor + (1 - floor) * 0.5 * (1 + cos(.pi * progress)))
  }
}
