import Kernels
import Model
import Parallel

/// Trains a model step by step: forward, backward, gradients clipped, AdamW.
public final class Trainer {
  /// What a step did.
  public struct Report: Sendable, Hashable {
    /// Its number, counted from 0.
    public let step: Int
    /// In nats per counted row, before the step.
    public let loss: Double
    /// Of all gradients together, before they were clipped.
    public let gradientNorm: Double
    public let learningRate: Double
    /// Rows of the batch.
    public let tokens: Int
  }

  public let model: TrainableModel
  public let kernels: any KernelSet
  public let options: TrainingOptions
  /// Steps taken since the beginning, those before a resumption included.
  public internal(set) var steps = 0
  let optimiser: AdamW
  private let pass: Pass

  /// Takes memory for gradients, moments and one pass: about four times the parameters, and the activations.
  public init(_ model: TrainableModel, kernels: any KernelSet, options: TrainingOptions) {
    (self.model, self.kernels, self.options) = (model, kernels, options)
    optimiser = AdamW(model)
    pass = Pass(
      model, kernels: kernels, withGradients: true, recomputes: options.recomputes, precision: options.matmuls
    )
  }

  /// One step. The parameters are as before where it fails.
  ///
  /// - Throws: where the batch does not fit the model, or the loss or a gradient is not a number or too large: the message
  ///   names the step and the first tensor where it shows.
  @discardableResult public func step(_ batch: TokenBatch, loss: some Loss) throws(TrainingError) -> Report {
    try check(batch, for: model.config)
    let counted = loss.counted(0..<batch.rows)
    var sum = 0.0
    for part in batch.parts(of: options.microBatch) {
      let tape = pass.tape(sequences: part.count, length: batch.length)
      let rows = part.lowerBound * batch.length..<part.upperBound * batch.length
      pass.forward(batch.inputs[rows], tape)
      sum += pass.evaluate(loss, first: rows.lowerBound, counted: counted, tape)
      guard sum.isFinite else { throw failure("loss is \(sum)", pass, tape) }
      pass.backward(batch.inputs[rows], tape, accumulates: part.lowerBound > 0)
    }
    return try finish(sum / Double(max(counted, 1)), tokens: batch.rows)
  }

  private func finish(_ loss: Double, tokens: Int) throws(TrainingError) -> Report {
    let gradients = pass.gradients!, norm = optimiser.norm(gradients, kernels)
    guard norm.isFinite else { throw failure("gradient norm is \(norm)", pass, nil) }
    guard loss <= largestLoss else {
      throw TrainingError(
        "step \(steps): loss \(loss) is above \(largestLoss): training explodes; lower the learning rate")
    }
    let scale = options.clip.map { min(1, $0 / (norm + 1e-6)) } ?? 1
    let rule = AdamW.Rule(options, step: steps)
    optimiser.update(model, gradients, scale: scale, rule, kernels)
    steps += 1
    return Report(
      step: steps - 1, loss: loss, gradientNorm: norm, learningRate: options.schedule.rate(steps - 1),
      tokens: tokens)
  }

  /// The gradient of a tensor after the last step, as it was before it was clipped.
  public func gradient(of tensor: String) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(start: pass.gradient(tensor), count: model[tensor].count)
  }

  private var largestLoss: Double { options.largestLoss ?? 10 * logarithm(Double(model.config.vocabulary)) }

  private func failure(_ problem: String, _ pass: Pass, _ tape: Tape?) -> TrainingError {
    let place = pass.firstNonFinite(tape).map { ", first in \($0)" } ?? ""
    return TrainingError(
      "step \(steps): \(problem)\(place); lower the learning rate, and go on from the last checkpoint")
  }
}

/// Computes losses of a model as it is, without a way back: the memory of one layer is enough.
public final class Evaluator {
  private let pass: Pass

  public init(_ model: TrainableModel, kernels: any KernelSet, matmuls: MatmulPrecision = .f32) {
    pass = Pass(model, kernels: kernels, withGradients: false, recomputes: true, precision: matmuls)
  }

  /// The mean loss over a batch's counted rows, in nats.
  ///
  /// - Parameter microBatch: sequences that pass through the layers together; nil: all of them.
  /// - Throws: where the batch does not fit the model.
  public func evaluate(
    _ batch: TokenBatch, loss: some Loss, microBatch: Int? = nil
  ) throws(TrainingError) -> Double {
    try check(batch, for: pass.config)
    let counted = loss.counted(0..<batch.rows)
    var sum = 0.0
    for part in batch.parts(of: microBatch) {
      let tape = pass.tape(sequences: part.count, length: batch.length)
      let rows = part.lowerBound * batch.length..<part.upperBound * batch.length
      pass.forward(batch.inputs[rows], tape)
      sum += pass.evaluate(loss, first: rows.lowerBound, counted: counted, tape)
    }
    return sum / Double(max(counted, 1))
  }
}

private func check(_ batch: TokenBatch, for config: ModelConfig) throws(TrainingError) {
  guard batch.length <= config.context else {
    throw TrainingError(
      "sequences of \(batch.length) tokens, but the model's context is \(config.context); take shorter ones")
  }
  let vocabulary = Int32(config.vocabulary)
  if let wrong = batch.inputs.first(where: { !(0..<vocabulary).contains($0) })
    ?? batch.targets.first(where: { $0 >= vocabulary })
  {
    throw TrainingError(
      "token \(wrong) is outside the vocabulary of \(vocabulary); use the model's tokenizer")
  }
}

extension TokenBatch {
  /// Sequences in parts of `size`; the last one may be smaller.
  func parts(of size: Int?) -> [Range<Int>] {
    let size = max(1, size ?? sequences)
    return stride(from: 0, to: sequences, by: size).map { $0..<min($0 + size, sequences) }
  }
}
