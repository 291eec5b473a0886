import Corpora
import Energy
import InferenceCases
import Kernels
import Measurement
import Model
import Quantities
import Training

/// What a training took.
public struct TrainingFigures: Sendable {
  public struct Point: Sendable, Hashable {
    public let tokens: Int
    public let time: Seconds
    /// Held-out cross-entropy in nats per token.
    public let loss: Double
  }
  public internal(set) var tokens = 0
  /// Without the evaluations in between.
  public internal(set) var time = Seconds.zero
  /// Three passes' worth of operations for each token learned, and the teacher's passes.
  public internal(set) var flops = FLOPs.zero, teacherFLOPs = FLOPs.zero
  /// Over `time`; the reason where the meter failed.
  public internal(set) var energy: Reading<EnergyRange> = .missing(reason: "nothing was trained")
  public internal(set) var curve: [Point] = []
}

/// Where a training is.
public struct TrainingMoment: Sendable {
  public let tokens: Int
  /// Of the last step, in nats per token.
  public let loss: Double
  public let speed: TokensPerSecond
}

/// One model's training: what it learns from, for how long, and with whose help.
public struct Apprenticeship {
  /// How long and how fast.
  public struct Plan: Sendable, Hashable {
    public var tokens: Int
    /// Windows of a step, and tokens of a window.
    public var batch: Int, window: Int
    /// The learning rate after the warm-up, which takes a twentieth of the steps.
    public var peakRate: Double
    /// Of the order of texts.
    public var seed: UInt64
    /// Looks at the held-out text, the last of them at the end.
    public var looks = 10

    public init(tokens: Int, batch: Int, window: Int, peakRate: Double, seed: UInt64) {
      (self.tokens, self.batch, self.window) = (tokens, batch, window)
      (self.peakRate, self.seed) = (peakRate, seed)
    }

    /// Whole steps that come nearest to `tokens`, at least one.
    public var steps: Int { max(1, Int((Double(tokens) / Double(batch * window)).rounded())) }

    var options: TrainingOptions {
      TrainingOptions(schedule: LearningRateSchedule(peak: peakRate, warmup: (steps + 19) / 20, steps: steps))
    }
  }

  /// A teacher's share in every step.
  public struct Help {
    public let teacher: Transformer
    public let options: DistillationOptions

    public init(teacher: Transformer, options: DistillationOptions) {
      (self.teacher, self.options) = (teacher, options)
    }
  }

  /// What it needs of its surroundings.
  public struct Surroundings {
    public var kernels: any KernelSet
    public var meter: any EnergyMeter
    public var isInterrupted: () -> Bool
    public var progress: (TrainingMoment) -> Void

    public init(
      kernels: any KernelSet, meter: any EnergyMeter, isInterrupted: @escaping () -> Bool,
      progress: @escaping (TrainingMoment) -> Void
    ) {
      (self.kernels, self.meter) = (kernels, meter)
      (self.isInterrupted, self.progress) = (isInterrupted, progress)
    }
  }

  public let corpus: any Corpus
  public let plan: Plan
  public let help: Help?

  public init(_ corpus: any Corpus, plan: Plan, help: Help? = nil) {
    (self.corpus, self.plan, self.help) = (corpus, plan, help)
  }

  /// Operations of a token's way forward, at the mean context of a window.
  public static func flopsPerToken(_ config: ModelConfig, window: Int) -> FLOPs {
    FLOPs(config.flops(context: Double(window) / 2))
  }

  /// Trains `model`; its loss on `heldOut` is looked at on the way.
  ///
  /// - Throws: `TrainingError` where the loss explodes, `Interrupted` where it was asked to stop.
  public func run(_ model: TrainableModel, heldOut: TokenBatch, in around: Surroundings) throws
    -> TrainingFigures
  {
    let trainer = Trainer(model, kernels: around.kernels, options: plan.options)
    let evaluator = Evaluator(model, kernels: around.kernels), labels = CrossEntropy(heldOut)
    var figures = TrainingFigures()
    let ends = (1...max(1, min(plan.looks, plan.steps))).map { $0 * plan.steps / min(plan.looks, plan.steps) }
    for end in ends {
      try learn(until: end, trainer, &figures, around)
      let loss = try evaluator.evaluate(heldOut, loss: labels, microBatch: plan.batch)
      figures.curve.append(
        TrainingFigures.Point(tokens: figures.tokens, time: figures.time, loss: loss))
    }
    let count = Double(figures.tokens)
    figures.flops = Self.flopsPerToken(model.config, window: plan.window) * (3 * count)
    figures.teacherFLOPs =
      help.map { Self.flopsPerToken($0.teacher.config, window: plan.window) * count } ?? .zero
    return figures
  }

  /// Steps until there are `end`, timed and metered.
  private func learn(
    until end: Int, _ trainer: Trainer, _ figures: inout TrainingFigures, _ around: Surroundings
  ) throws {
    let mark = Result { try around.meter.begin() }
    let clock = Clock.monotonic, start = clock.now()
    var tokens = 0
    while trainer.steps < end {
      if around.isInterrupted() { throw Interrupted(results: []) }
      let report = try step(trainer, around.kernels)
      tokens += report.tokens
      let speed = Tokens(tokens) / (clock.now() - start)
      around.progress(TrainingMoment(tokens: figures.tokens + tokens, loss: report.loss, speed: speed))
    }
    figures.time += clock.now() - start
    figures.tokens += tokens
    figures.add(Result { try around.meter.energy(since: mark.get()) })
  }

  private func step(_ trainer: Trainer, _ kernels: any KernelSet) throws -> Trainer.Report {
    let first = trainer.steps * plan.batch
    let batch = TokenBatch(
      windows: (first..<first + plan.batch).map { index in
        corpus.window(index, length: plan.window, split: .training, seed: plan.seed).map { Int32($0) }
      })
    guard let help else { return try trainer.step(batch, loss: CrossEntropy(batch)) }
    let loss = DistillationLoss(
      batch, teacher: try help.teacher.logits(of: batch), options: help.options, kernels: kernels.rowKernels)
    return try trainer.step(batch, loss: loss)
  }
}

extension TrainingFigures {
  /// Adds a window's energy; once one is missing, the whole is.
  mutating func add(_ window: Result<EnergyRange, any Error>) {
    let next: Reading<EnergyRange>
    switch window {
    case .success(let range): next = .measured(range)
    case .failure(let error): next = .missing(reason: "\(error)")
    }
    // The first window replaces what stands for none.
    guard !curve.isEmpty else { return energy = next }
    energy = energy.combined(with: next) { EnergyRange(sum: [$0, $1]) }
  }
}
