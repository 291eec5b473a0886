/// A value that was read or measured, or the reason why there is none. Missing is never zero, and stays
/// missing through every sum and ratio.
public enum Reading<Value: Codable & Sendable & Hashable>: Codable, Sendable, Hashable {
  case measured(Value)
  case missing(reason: String)

  /// The value, if there is one.
  public var value: Value? {
    if case .measured(let value) = self { value } else { nil }
  }
  /// Why there is no value, if there is none.
  public var reason: String? {
    if case .missing(let reason) = self { reason } else { nil }
  }

  /// Applies `transform` to a value; a missing one stays missing, for the same reason.
  public func map<Other>(_ transform: (Value) -> Other) -> Reading<Other> {
    switch self {
    case .measured(let value): .measured(transform(value))
    case .missing(let reason): .missing(reason: reason)
    }
  }

  /// Combines two readings; the first missing one decides the reason.
  public func combined<Other, Result>(with other: Reading<Other>, _ combine: (Value, Other) -> Result)
    -> Reading<Result>
  {
    switch (self, other) {
    case (.measured(let a), .measured(let b)): .measured(combine(a, b))
    case (.missing(let reason), _), (_, .missing(let reason)): .missing(reason: reason)
    }
  }

  private enum CodingKeys: String, CodingKey { case value, missing }

  /// Decodes `{"value": …}` or `{"missing": "why"}`.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    if let value = try fields.decodeIfPresent(Value.self, forKey: .value) {
      self = .measured(value)
    } else {
      self = .missing(reason: try fields.decode(String.self, forKey: .missing))
    }
  }
  /// Encodes `{"value": …}` or `{"missing": "why"}`.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .measured(let value): try fields.encode(value, forKey: .value)
    case .missing(let reason): try fields.encode(reason, forKey: .missing)
    }
  }
}
