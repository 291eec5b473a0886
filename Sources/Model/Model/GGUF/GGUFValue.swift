/// A value of a GGUF file's metadata. The file's number types are widened without loss.
public enum GGUFValue: Sendable, Hashable {
  case integer(Int)
  case float(Double)
  case bool(Bool)
  case string(String)
  case integers([Int])
  case floats([Double])
  case bools([Bool])
  case strings([String])

  /// What kind of value it is, for messages.
  var kind: String {
    switch self {
    case .integer: "an integer"
    case .float: "a float"
    case .bool: "a bool"
    case .string: "a string"
    case .integers: "an array of integers"
    case .floats: "an array of floats"
    case .bools: "an array of bools"
    case .strings: "an array of strings"
    }
  }
}

/// A type that metadata can be asked for: `Int`, `Float`, `Bool` or `String`.
public protocol GGUFScalar {
  /// The kind's name in messages.
  static var ggufKind: String { get }
  /// The single value in `value`, or nil where it is of another kind.
  static func scalar(_ value: GGUFValue) -> Self?
  /// The array in `value`, or nil where it is of another kind.
  static func array(_ value: GGUFValue) -> [Self]?
}

extension Int: GGUFScalar {
  public static var ggufKind: String { "integer" }
  public static func scalar(_ value: GGUFValue) -> Int? { if case .integer(let n) = value { n } else { nil } }
  public static func array(_ value: GGUFValue) -> [Int]? {
    if case .integers(let n) = value { n } else { nil }
  }
}
extension Float: GGUFScalar {
  public static var ggufKind: String { "float" }
  public static func scalar(_ value: GGUFValue) -> Float? {
    if case .float(let x) = value { Float(x) } else { nil }
  }
  public static func array(_ value: GGUFValue) -> [Float]? {
    if case .floats(let x) = value { x.map { Float($0) } } else { nil }
  }
}
extension Bool: GGUFScalar {
  public static var ggufKind: String { "bool" }
  public static func scalar(_ value: GGUFValue) -> Bool? { if case .bool(let b) = value { b } else { nil } }
  public static func array(_ value: GGUFValue) -> [Bool]? { if case .bools(let b) = value { b } else { nil } }
}
extension String: GGUFScalar {
  public static var ggufKind: String { "string" }
  public static func scalar(_ value: GGUFValue) -> String? {
    if case .string(let text) = value { text } else { nil }
  }
  public static func array(_ value: GGUFValue) -> [String]? {
    if case .strings(let text) = value { text } else { nil }
  }
}
