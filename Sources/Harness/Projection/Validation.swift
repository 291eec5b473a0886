import Costs
import Hardware
import Quantities
import Statistics

/// What the law of `Projection` says of every published row.
public struct Validation: Hashable, Sendable {
  public struct Row: Hashable, Sendable {
    public let published: PublishedRow
    public let predicted: Reading<Spread<TokensPerSecond>>
    public let prefill: Reading<Spread<TokensPerSecond>>

    /// Predicted over published, less 1; nil where nothing was predicted.
    public var error: Double? { predicted.value.map { $0.central / published.decode - 1 } }
    public var prefillError: Double? {
      guard let predicted = prefill.value, let seen = published.prefill else { return nil }
      return predicted.central / seen - 1
    }
    /// Whether the row is held against the law.
    public var counts: Bool { published.outlier == nil && predicted.value != nil }
    /// Why not, if so.
    public var remark: String? { published.outlier ?? predicted.reason }
  }

  public let rows: [Row]
  public let efficiency: KernelEfficiency

  public init(_ efficiency: KernelEfficiency, rows: [PublishedRow] = PublishedRow.all) {
    self.efficiency = efficiency
    self.rows = rows.map { Row($0, efficiency) }
  }

  /// Median of the absolute errors of decode among the rows that count; nil where there is none.
  public func medianError(_ pick: (Row) -> Bool) -> Double? {
    Self.median(rows.filter { $0.counts && pick($0) }.compactMap(\.error))
  }
  public func medianPrefillError(_ pick: (Row) -> Bool) -> Double? {
    Self.median(rows.filter { $0.counts && pick($0) }.compactMap(\.prefillError))
  }

  /// How many of the rows that count lie within their predicted interval.
  public func within(_ pick: (Row) -> Bool) -> (Int, of: Int) {
    let judged = rows.filter { $0.counts && pick($0) }
    let inside = judged.count { row in
      row.predicted.value.map { $0.low <= row.published.decode && row.published.decode <= $0.high } ?? false
    }
    return (inside, judged.count)
  }

  private static func median(_ errors: [Double]) -> Double? {
    errors.isEmpty ? nil : Quantiles.quantile(ofSorted: errors.map(abs).sorted(), 0.5)
  }
}

extension Validation.Row {
  fileprivate init(_ published: PublishedRow, _ efficiency: KernelEfficiency) {
    self.published = published
    guard published.outlier == nil else {
      predicted = .missing(reason: "not predicted: an outlier")
      prefill = predicted
      return
    }
    guard let shape = ModelShape.named(published.model), let type = published.type,
      let machine = HardwareCatalogue.builtIn.entry(published.machine)
    else {
      predicted = .missing(reason: "its model or machine is not in the catalogue")
      prefill = predicted
      return
    }
    do {
      let found = try Projection(ProjectedTask(shape, type), on: machine, efficiency)
      (predicted, prefill) = (found.decode, found.prefill)
    } catch {
      predicted = .missing(reason: error.reason)
      prefill = predicted
    }
  }
}
