import Energy
import InferenceCases
import Model
import Quantities
import Results
import TrainingCases

extension QualityRecord {
  init(_ figures: QualityFigures) {
    self.init(
      tokens: figures.tokens, crossEntropy: figures.crossEntropy,
      tasks: figures.scores.map { TaskScore(name: $0.name, right: $0.right, asked: $0.asked) })
    if let floor = figures.floor { self.floor = .measured(floor) }
    if let above = figures.aboveFloor { aboveFloor = .measured(above) }
    if let divergence = figures.teacherDivergence { teacherDivergence = .measured(divergence) }
    if let same = figures.sameTop { sameTop = .measured(same) }
  }
}

extension TrainedModelRecord {
  /// Shape and size, as the engine runs it.
  mutating func describe(_ transformer: Transformer, window: Int) {
    let c = transformer.config
    shape = [
      "width": c.width, "layers": c.layers, "heads": c.heads, "kv_heads": c.kvHeads, "head_dim": c.headDim,
      "ffn": c.ffn, "vocabulary": c.vocabulary,
    ]
    parameters = c.parameters
    bytesPerToken = Bytes(transformer.weights.bytesPerToken)
    flopsPerToken = Apprenticeship.flopsPerToken(c, window: window)
  }
}

extension TrainingRecord {
  init(_ figures: TrainingFigures, _ choice: MeterChoice) {
    self.init(
      tokens: figures.tokens, time: figures.time, flops: figures.flops, teacherFLOPs: figures.teacherFLOPs)
    energy = figures.energy.map {
      EnergyTotal(
        origin: EnergyOrigin(choice.meter), low: $0.low, central: $0.central, high: $0.high,
        assumptions: choice.assumptions)
    }
    curve = figures.curve.map { CurvePoint(tokens: $0.tokens, time: $0.time, crossEntropy: $0.loss) }
  }
}
