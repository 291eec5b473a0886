/// The value types of GGUF metadata (`gguf_type`; ggml-org/ggml `docs/gguf.md`).
public enum GGUFValueType: UInt32, Sendable {
  case uint8 = 0, int8, uint16, int16, uint32, int32, float32, bool, string, array, uint64, int64, float64

  /// The fewest bytes of one value.
  var bytes: Int {
    switch self {
    case .uint8, .int8, .bool: 1
    case .uint16, .int16: 2
    case .uint32, .int32, .float32, .array: 4
    case .string, .uint64, .int64, .float64: 8
    }
  }

  /// What its values are called in messages.
  var kind: String {
    switch self {
    case .float32, .float64: "float"
    case .bool: "bool"
    case .string: "string"
    case .array: "array"
    default: "integer"
    }
  }
}

/// A value of a GGUF file's metadata. The file's number types are widened without loss.
public enum GGUFValue: Sendable, Equatable {
  case integer(Int)
  case float(Double)
  case bool(Bool)
  case string(String)
  case array(GGUFArray)

  /// What kind of value it is, for messages.
  var kind: String {
    switch self {
    case .integer: "an integer"
    case .float: "a float"
    case .bool: "a bool"
    case .string: "a string"
    case .array(let array): "an array of \(array.type.kind)s"
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
    if case .array(let array) = value { array.integers } else { nil }
  }
}
extension Float: GGUFScalar {
  public static var ggufKind: String { "float" }
  public static func scalar(_ value: GGUFValue) -> Float? {
    if case .float(let x) = value { Float(x) } else { nil }
  }
  public static func array(_ value: GGUFValue) -> [Float]? {
    if case .array(let array) = value { array.floats } else { nil }
  }
}
extension Bool: GGUFScalar {
  public static var ggufKind: String { "bool" }
  public static func scalar(_ value: GGUFValue) -> Bool? { if case .bool(let b) = value { b } else { nil } }
  public static func array(_ value: GGUFValue) -> [Bool]? {
    if case .array(let array) = value { array.bools } else { nil }
  }
}
extension String: GGUFScalar {
  public static var ggufKind: String { "string" }
  public static func scalar(_ value: GGUFValue) -> String? {
    if case .string(let text) = value { text } else { nil }
  }
  public static func array(_ value: GGUFValue) -> [String]? {
    if case .array(let array) = value { array.strings } else { nil }
  }
}
