/// A number whose unit is its type: `Seconds` cannot be added to `Joules`.
///
/// Encoded as a bare number; the unit then stands in the name of the field (`median_s`).
public protocol Quantity: Comparable, Hashable, Codable, Sendable {
  /// The number, in `unit`.
  var value: Double { get }
  /// The unit's symbol, as printed.
  static var unit: String { get }
  /// Wraps a number that is in `unit` already.
  init(_ value: Double)
}

extension Quantity {
  /// Decodes a bare number.
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(Double.self))
  }
  /// Encodes a bare number.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }

  public static var zero: Self { Self(0) }
  public static func < (a: Self, b: Self) -> Bool { a.value < b.value }
  public static func + (a: Self, b: Self) -> Self { Self(a.value + b.value) }
  public static func - (a: Self, b: Self) -> Self { Self(a.value - b.value) }
  public static func * (a: Self, factor: Double) -> Self { Self(a.value * factor) }
  public static func / (a: Self, divisor: Double) -> Self { Self(a.value / divisor) }
  /// The ratio of two quantities of one kind is a plain number.
  public static func / (a: Self, b: Self) -> Double { a.value / b.value }
  public static func += (a: inout Self, b: Self) { a = a + b }
}

/// Time.
public struct Seconds: Quantity {
  public static let unit = "s"
  public let value: Double
  public init(_ value: Double) { self.value = value }
}

/// Energy.
public struct Joules: Quantity {
  public static let unit = "J"
  public let value: Double
  public init(_ value: Double) { self.value = value }
}

/// Power.
public struct Watts: Quantity {
  public static let unit = "W"
  public let value: Double
  public init(_ value: Double) { self.value = value }
}

/// An amount of memory or of memory traffic.
public struct Bytes: Quantity {
  public static let unit = "B"
  public let value: Double
  public init(_ value: Double) { self.value = value }
  public init(_ count: Int) { self.value = Double(count) }
}

/// Floating-point operations; a multiply-add counts as two.
public struct FLOPs: Quantity {
  public static let unit = "FLOP"
  public let value: Double
  public init(_ value: Double) { self.value = value }
  public init(_ count: Int) { self.value = Double(count) }
}

/// Tokens read (prefill) or produced (decode).
public struct Tokens: Quantity {
  public static let unit = "tok"
  public let value: Double
  public init(_ value: Double) { self.value = value }
  public init(_ count: Int) { self.value = Double(count) }
}

/// Money, in US dollars.
public struct Dollars: Quantity {
  public static let unit = "$"
  public let value: Double
  public init(_ value: Double) { self.value = value }
}
