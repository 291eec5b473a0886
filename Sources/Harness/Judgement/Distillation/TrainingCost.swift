import Costs
import Quantities
import Results

/// What a model needed until its held-out loss was down to a target.
public struct TrainingCost: Hashable, Sendable {
  public var tokens: Tokens
  public var time: Seconds
  public var joules: Reading<Joules>
  /// Electricity at the meter's boundary, and rent where the machine is rented.
  public var dollars: Reading<Dollars>

  /// Nil where the loss never came down to `target`, in nats. Between two points of the curve it falls evenly, and the
  /// training's joules are spread over its time.
  init?(_ training: TrainingRecord, target: Double, _ assumed: CostAssumptions) {
    guard let index = training.curve.firstIndex(where: { $0.crossEntropy <= target }) else { return nil }
    let point = training.curve[index]
    var share = 1.0
    let before = index > 0 ? training.curve[index - 1] : nil
    if let before, before.crossEntropy > point.crossEntropy {
      share = (before.crossEntropy - target) / (before.crossEntropy - point.crossEntropy)
    }
    let (tokens, time) = (Double(before?.tokens ?? point.tokens), before?.time ?? point.time)
    self.tokens = Tokens(tokens + share * (Double(point.tokens) - tokens))
    let spent = time + (point.time - time) * share
    self.time = spent
    let whole = training.time
    joules = training.energy.map { $0.central * (whole > .zero ? spent / whole : 1) }
    let rent = assumed.dollarsPerHour.map { $0 * spent.value / 3600 / assumed.utilisation } ?? 0
    dollars = joules.map {
      Dollars($0.value / 3.6e6 * assumed.dollarsPerKilowattHour * assumed.pue + rent)
    }
  }
}

extension DistillRecord {
  /// What students of the first size have reached on labels alone when they end, in nats of held-out cross-entropy: the
  /// mean over seeds. Nil where none was trained.
  public var targetLoss: Double? {
    guard let size = settings.sizes.first else { return nil }
    let ends = students(size, .labels).compactMap { $0.training.value?.curve.last?.crossEntropy }
    return ends.isEmpty ? nil : ends.reduce(0, +) / Double(ends.count)
  }

  /// Nil where there is no target, or the model never reached it.
  public func cost(of model: TrainedModelRecord) -> TrainingCost? {
    guard let target = targetLoss, let training = model.training.value else { return nil }
    return TrainingCost(training, target: target, costs)
  }
}
