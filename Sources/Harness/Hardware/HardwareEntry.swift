import Quantities

/// A machine of the catalogue. A list that is empty means that nobody with a source says so, and stays unknown.
public struct HardwareEntry: Codable, Hashable, Sendable {
  public enum Kind: String, Codable, Sendable, CaseIterable { case gpu, board, phone, computer }

  public typealias Peak = HardwareFigure<FLOPsPerSecond, PeakKind>
  public typealias Bandwidth = HardwareFigure<BytesPerSecond, BandwidthKind>
  public typealias Memory = HardwareFigure<Bytes, MemoryKind>
  public typealias Power = HardwareFigure<Watts, PowerState>
  public typealias Price = HardwareFigure<Dollars, PriceKind>

  /// `raspberry-pi-5`: lower-case letters, digits and hyphens; never changes.
  public let id: String
  public let name: String
  public let kind: Kind
  public var peaks: [Peak] = []
  public var bandwidth: [Bandwidth] = []
  public var memory: [Memory] = []
  public var power: [Power] = []
  public var price: [Price] = []
  /// Whether its cores multiply bytes four at a time (SDOT, VNNI), with the source; nil where unknown.
  public var byteDotProduct: ByteDotProduct?
  /// What a reader must know, one line each.
  public var notes: [String] = []

  public init(_ id: String, _ name: String, _ kind: Kind, fill: (inout Self) -> Void = { _ in }) {
    (self.id, self.name, self.kind) = (id, name, kind)
    fill(&self)
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case id, name, kind, notes
    case peaks = "peaks_op_per_s"
    case bandwidth = "bandwidth_bytes_per_s"
    case memory = "memory_bytes"
    case power = "power_w"
    case price = "price_usd"
    case byteDotProduct = "byte_dot_product"
  }

  public func peak(_ what: PeakKind) -> Peak? { peaks.first { $0.what == what } }
  public func bandwidth(_ what: BandwidthKind) -> Bandwidth? { bandwidth.first { $0.what == what } }
  public func power(_ what: PowerState) -> Power? { power.first { $0.what == what } }
  public func price(_ what: PriceKind) -> Price? { price.first { $0.what == what } }

  /// Every figure, whatever its unit.
  public var figures: [any Sourced] { peaks + bandwidth + memory + power + price }
}

/// Whether the vector unit multiplies and adds bytes in one instruction, and who says so.
public struct ByteDotProduct: Codable, Hashable, Sendable {
  public let present: Bool
  public let source: String

  public init(_ present: Bool, _ source: String) { (self.present, self.source) = (present, source) }
}

/// The machines that come with the program, and those that a user adds.
public struct HardwareCatalogue: Sendable {
  public private(set) var entries: [HardwareEntry]

  /// The machines that come with the program.
  public static let builtIn = HardwareCatalogue(
    entries: HardwareEntry.gpus + HardwareEntry.raspberries + HardwareEntry.boards + HardwareEntry.computers
      + HardwareEntry.phones)

  init(entries: [HardwareEntry]) { self.entries = entries }

  /// The machine of this name, by id or by the name as printed, in any case; nil where there is none.
  public func entry(_ name: String) -> HardwareEntry? {
    let wanted = name.lowercased()
    return entries.first { $0.id == wanted } ?? entries.first { $0.name.lowercased() == wanted }
  }

  public var ids: [String] { entries.map(\.id) }

  /// The catalogue with machines of the user's own behind the others.
  ///
  /// - Throws: `HardwareError.duplicate` where an id is taken.
  public func adding(_ more: [HardwareEntry], from path: String) throws(HardwareError) -> Self {
    var copy = self
    for entry in more {
      if copy.ids.contains(entry.id) { throw .duplicate(path: path, id: entry.id) }
      copy.entries.append(entry)
    }
    return copy
  }
}
