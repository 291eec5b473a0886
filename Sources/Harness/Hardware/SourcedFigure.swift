import Quantities

/// How good the source of a published figure is. A figure without a source is not printed.
public enum SourceTag: String, Codable, Sendable, CaseIterable {
  /// The primary text or raw data was read.
  case primary = "P"
  /// A third party restates it.
  case secondary = "S"
  /// Worked out from tagged figures.
  case derived = "D"
}

/// Any published number that can say what it is and where it was found.
public protocol Sourced: Sendable {
  /// The figure with unit, boundary and tag, as printed: `13 W (wall) [P]`.
  var text: String { get }
  /// Where it was found.
  var source: String { get }
}

/// One published number; its unit is its type.
public struct SourcedFigure<Q: Quantity>: Sourced, Hashable {
  public let value: Q
  public let tag: SourceTag
  public let source: String
  /// Where energy or power was metered (`wall`, `GPU only`); nil for anything else.
  public let boundary: String?

  public init(_ value: Q, _ tag: SourceTag, at boundary: String? = nil, _ source: String) {
    (self.value, self.tag, self.boundary, self.source) = (value, tag, boundary, source)
  }

  public var unit: String { Q.unit }
  public var text: String { "\(Text.of(value))\(boundary.map { " (\($0))" } ?? "") [\(tag.rawValue)]" }
}

/// Published numbers that differ between runs, devices or sources: the lowest and the highest.
public struct SourcedRange<Q: Quantity>: Sourced, Hashable {
  public let low: Q
  public let high: Q
  public let tag: SourceTag
  public let source: String
  /// Where energy or power was metered; nil for anything else.
  public let boundary: String?

  public init(_ range: ClosedRange<Q>, _ tag: SourceTag, at boundary: String? = nil, _ source: String) {
    (low, high, self.tag) = (range.lowerBound, range.upperBound, tag)
    (self.boundary, self.source) = (boundary, source)
  }

  public var unit: String { Q.unit }
  public var text: String {
    "\(Text.range(low, high))\(boundary.map { " (\($0))" } ?? "") [\(tag.rawValue)]"
  }
}

/// A ratio of two figures of one kind.
public struct Multiple: Quantity {
  public static let unit = "x"
  public let value: Double
  public init(_ value: Double) { self.value = value }
}

/// Share of a hundred, for benchmark scores.
public struct Percent: Quantity {
  public static let unit = "%"
  public let value: Double
  public init(_ value: Double) { self.value = value }
}

/// Weights of a model.
public struct Parameters: Quantity {
  public static let unit = "parameters"
  public let value: Double
  public init(_ value: Double) { self.value = value }
  public init(_ count: Int) { self.value = Double(count) }
}

/// One processor, rented or busy for one hour.
public struct GPUHours: Quantity {
  public static let unit = "GPU-hours"
  public let value: Double
  public init(_ value: Double) { self.value = value }
}

/// Nodes, machines or processors: things that are counted.
public struct Count: Quantity {
  public static let unit = ""
  public let value: Double
  public init(_ value: Double) { self.value = value }
}
