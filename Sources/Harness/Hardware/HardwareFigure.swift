import Quantities

/// What kind of figure one is; its raw value stands in files.
public protocol FigureKind: RawRepresentable, CaseIterable, Codable, Hashable, Sendable
where RawValue == String {
  /// As printed: `data sheet`, `LLM load`.
  var title: String { get }
}

extension FigureKind {
  public var title: String { rawValue.replacingUnderscores }
}

/// One published figure of a machine, or the ends of what sources say: with unit, source, tag and date.
public struct HardwareFigure<Q: Quantity, Kind: FigureKind>: Sourced, Hashable {
  public let what: Kind
  public let low: Q
  public let high: Q
  public let tag: SourceTag
  /// A document and its address.
  public let source: String
  /// `yyyy-mm`: when the source says so or, where it bears no date, when it was read.
  public let date: String
  /// What a power covers; nil for anything else.
  public let boundary: PowerBoundary?
  /// What a reader must know to compare it.
  public let note: String?

  public init(
    _ what: Kind, _ range: ClosedRange<Q>, _ citation: Citation, at boundary: PowerBoundary? = nil,
    note: String? = nil
  ) {
    (self.what, low, high) = (what, range.lowerBound, range.upperBound)
    (tag, source, date) = (citation.tag, citation.source, citation.date)
    (self.boundary, self.note) = (boundary, note)
  }

  public init(
    _ what: Kind, _ value: Double, _ citation: Citation, at boundary: PowerBoundary? = nil,
    note: String? = nil
  ) {
    self.init(what, Q(value)...Q(value), citation, at: boundary, note: note)
  }

  /// The value, or the middle of what sources say (geometric, because sources differ by factors).
  public var central: Q { low == high ? low : Q((low.value * high.value).squareRoot()) }
  public var isRange: Bool { low != high }

  /// `17 GB/s [P]`, `310–350 W (board) [S]`.
  public var text: String {
    "\(number)\(boundary.map { " (\($0.title))" } ?? "") [\(tag.rawValue)]"
  }

  /// Operations on integers are no FLOPs, and memory is sold in powers of two.
  private var number: String {
    if let peak = what as? PeakKind, peak == .int8Dense || peak == .int8Sparse {
      return Text.range(low, high).replacing("FLOP/s", with: "op/s")
    }
    if Q.self == Bytes.self, low.value.truncatingRemainder(dividingBy: HardwareEntry.gibi) == 0 {
      return Text.range(Gibibytes(low), Gibibytes(high))
    }
    return Text.range(low, high)
  }
}

/// Where a figure was found.
public struct Citation: Hashable, Sendable {
  public let tag: SourceTag
  public let source: String
  public let date: String

  /// - Parameter date: `yyyy-mm`; when the page was read where it bears none of its own.
  public init(_ tag: SourceTag, _ source: String, _ date: String = "2026-11") {
    (self.tag, self.source, self.date) = (tag, source, date)
  }
}

/// Arithmetic peaks, in operations per second; a multiply-add is two.
public enum PeakKind: String, FigureKind {
  case fp32
  /// Matrix units, FP16 or BF16, without sparsity.
  case fp16Matrix = "fp16_matrix_dense"
  case fp16
  case int8Dense = "int8_dense"
  case int8Sparse = "int8_sparse"
  /// Measured by High-Performance Linpack, in FP64.
  case linpack = "linpack_fp64"
}

public enum BandwidthKind: String, FigureKind {
  /// As the data sheet has it; no program reaches it.
  case peak
  /// Bytes copied per second, as measured; memory moves twice as many.
  case copy = "memcpy"
}

public enum MemoryKind: String, FigureKind { case installed }

public enum PowerState: String, FigureKind {
  case maximum, idle, stress, linpack
  case languageModel = "language_model"
}

/// What a figure of power covers. Figures of different boundaries are never divided by one another.
public enum PowerBoundary: String, Codable, Sendable, CaseIterable {
  case wall
  case gpuOnly = "gpu_only"
  case wholePhone = "whole_phone"
  case boardInput = "board_input"
  case socket, rails

  public var title: String { self == .gpuOnly ? "GPU only" : rawValue.replacingUnderscores }
}

public enum PriceKind: String, FigureKind {
  case launch, list, estimate, resale
  /// What a tester paid.
  case tested
}

extension String {
  fileprivate var replacingUnderscores: String { String(map { $0 == "_" ? " " : $0 }) }
}

private struct Gibibytes: Quantity {
  static let unit = "GiB"
  let value: Double
  init(_ value: Double) { self.value = value }
  init(_ bytes: some Quantity) { value = bytes.value / HardwareEntry.gibi }
}
