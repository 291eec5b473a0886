import Quantities

/// A figure that is known to lie between two ends, and the likeliest value between them.
public struct Spread<Q: Quantity>: Codable, Hashable, Sendable {
  public let low: Q
  public let central: Q
  public let high: Q

  public init(low: Q, central: Q, high: Q) {
    (self.low, self.central, self.high) = (low, central, high)
  }

  /// A figure without uncertainty of its own.
  public init(_ value: Q) { self.init(low: value, central: value, high: value) }

  /// Both ends and the middle through one rising function.
  public func map<R: Quantity>(_ rising: (Q) -> R) -> Spread<R> {
    Spread<R>(low: rising(low), central: rising(central), high: rising(high))
  }

  /// Both ends and the middle through one falling function: the ends change places.
  public func inverted<R: Quantity>(_ falling: (Q) -> R) -> Spread<R> {
    Spread<R>(low: falling(high), central: falling(central), high: falling(low))
  }
}
