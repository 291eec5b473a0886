import Costs
import Quantities

/// What a million tokens cost, and what was assumed for it.
public struct CostRecord: Codable, Hashable, Sendable {
  public var assumptions: CostAssumptions
  public var rows: [CostRow]

  public init(assumptions: CostAssumptions, rows: [CostRow]) {
    (self.assumptions, self.rows) = (assumptions, rows)
  }
}

/// The cost of one model, backend and phase, at the boundary and tier of its energy.
public struct CostRow: Codable, Hashable, Sendable {
  public var model: String
  public var backend: String
  public var phase: Phase
  public var origin: EnergyOrigin
  public var cost: TokenCost

  public init(model: String, backend: String, phase: Phase, origin: EnergyOrigin, cost: TokenCost) {
    (self.model, self.backend, self.phase) = (model, backend, phase)
    (self.origin, self.cost) = (origin, cost)
  }
}

extension CostRecord {
  /// Every figure of energy with the speed at which it was taken; nil where there is none.
  public init?(_ record: RunRecord, _ assumptions: CostAssumptions) {
    let rows = record.energy.compactMap { row -> CostRow? in
      guard let figure = row.energy.value,
        let speed = record.speed(of: row), speed.value > 0, speed.value.isFinite
      else { return nil }
      let energy = Spread(
        low: figure.perToken.low, central: figure.perToken.central, high: figure.perToken.high)
      return CostRow(
        model: row.model, backend: row.backend, phase: row.phase, origin: figure.origin,
        cost: TokenCost(energy: energy, speed: speed, assumptions))
    }
    guard !rows.isEmpty else { return nil }
    self.init(assumptions: assumptions, rows: rows)
  }
}

extension RunRecord {
  /// Tokens per second of the case that belongs to a figure of energy.
  fileprivate func speed(of row: EnergyRecord) -> TokensPerSecond? {
    guard let id = phase(of: row)?.caseID, let measured = cases.first(where: { $0.id == id }),
      let time = measured.alternatives.first(where: { $0.label == row.backend })?.time
    else { return nil }
    return measured.work.tokens.map { $0 / time.median }
  }
}
