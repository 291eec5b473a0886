import Costs
import Hardware
import Quantities

/// The catalogue knows too little of a machine; `reason` says what is missing.
public struct NotProjectable: Error, Hashable, CustomStringConvertible {
  public let reason: String
  init(_ reason: String) { self.reason = reason }
  public var description: String { reason }
}

/// How fast a machine of the catalogue can move weights and multiply, at best, and where that is from.
public struct MachineRates: Hashable, Sendable {
  public let stream: Spread<BytesPerSecond>
  /// In FP32, or in the precision of a GPU's matrix units.
  public let arithmetic: Reading<Spread<FLOPsPerSecond>>
  /// One line each.
  public let basis: [String]

  /// - Throws: `NotProjectable` where the catalogue knows no bandwidth.
  public init(_ entry: HardwareEntry) throws(NotProjectable) {
    guard let (stream, words) = Self.stream(entry) else {
      throw NotProjectable(
        "no bandwidth of \(entry.name) is known; give one in a machine of your own (--hardware)")
    }
    let (arithmetic, more) = Self.arithmetic(entry)
    (self.stream, self.arithmetic, basis) = (stream, arithmetic, [words, more])
  }

  /// A copy that someone measured moves each byte twice. A data sheet's peak is an upper end; the lower is the least
  /// share of it that boards with both figures reach.
  private static func stream(_ entry: HardwareEntry) -> (Spread<BytesPerSecond>, String)? {
    if let copy = entry.bandwidth(.copy) {
      let rate = Spread(low: copy.low * 2, central: copy.central * 2, high: copy.high * 2)
      return (rate, "memory: 2 × \(copy.text) of memcpy, measured")
    }
    guard let peak = entry.bandwidth(.peak) else { return nil }
    let share = DataSheetShare.stream
    return (
      share.of(peak.low, peak.high),
      "memory: \(Text.percent(share.low)) to 100 % of the data sheet's \(peak.text); boards reach that much"
    )
  }

  /// Linpack in FP64, doubled: a vector holds twice as many FP32 numbers.
  private static func arithmetic(_ entry: HardwareEntry) -> (Reading<Spread<FLOPsPerSecond>>, String) {
    if let linpack = entry.peak(.linpack) {
      let rate = Spread(low: linpack.low * 2, central: linpack.central * 2, high: linpack.high * 2)
      return (.measured(rate), "arithmetic: 2 × \(linpack.text) of Linpack in FP64, measured")
    }
    guard let peak = entry.peak(.fp16Matrix) ?? entry.peak(.fp32) else {
      let reason = "no arithmetic peak of \(entry.name) is known"
      return (.missing(reason: reason), "arithmetic: \(reason)")
    }
    let share = DataSheetShare.arithmetic
    return (
      .measured(share.of(peak.low, peak.high)),
      "arithmetic: \(Text.percent(share.low)) to 100 % of the data sheet's \(peak.text), \(peak.what.title)"
    )
  }
}

/// What programs reach of a data sheet's peak: the least among the boards that have both figures, up to all of it.
struct DataSheetShare {
  let low: Double

  static let stream = DataSheetShare { entry in
    entry.bandwidth(.copy).flatMap { copy in entry.bandwidth(.peak).map { copy.low * 2 / $0.high } }
  }
  static let arithmetic = DataSheetShare { entry in
    entry.peak(.linpack).flatMap { linpack in entry.peak(.fp32).map { linpack.low * 2 / $0.high } }
  }

  private init(_ share: (HardwareEntry) -> Double?) {
    low = HardwareCatalogue.builtIn.entries.compactMap(share).min() ?? 1
  }

  func of<Q: Quantity>(_ low: Q, _ high: Q) -> Spread<Q> {
    let least = low * self.low
    return Spread(low: least, central: Q((least.value * high.value).squareRoot()), high: high)
  }
}
