/// The value types of GGUF metadata (`gguf_type`; ggml-org/ggml `docs/gguf.md`).
private enum ValueType: UInt32 {
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
}

extension GGUFCursor {
  /// Elements per array; the longest in use are vocabularies and merges, below a million. It bounds what a
  /// damaged count can make us allocate in a file of many gigabytes.
  private static var longestArray: Int { 1 << 24 }

  /// The next metadata value, with the type in front of it.
  mutating func value(of key: String) throws(GGUFError) -> GGUFValue {
    let type = try valueType(key)
    return type == .array ? try array(of: key) : try scalar(type, of: key)
  }

  private mutating func valueType(_ key: String) throws(GGUFError) -> ValueType {
    let start = offset
    let number: UInt32 = try integer("the type of '\(printable(key))'")
    guard let type = ValueType(rawValue: number) else {
      let problem = "'\(printable(key))' has the unknown value type \(number)"
      throw GGUFError(path, problem, at: start, fix: "download it again or convert the model anew")
    }
    return type
  }

  private mutating func scalar(_ type: ValueType, of key: String) throws(GGUFError) -> GGUFValue {
    switch type {
    case .float32, .float64: .float(try float(type, key))
    case .bool: .bool(try bool(key))
    case .string: .string(try string("'\(printable(key))'"))
    default: .integer(try whole(type, key))
    }
  }

  private mutating func array(of key: String) throws(GGUFError) -> GGUFValue {
    let start = offset
    let type = try valueType(key)
    guard type != .array else {
      let problem = "'\(printable(key))' is an array of arrays"
      throw GGUFError(path, problem, at: start, fix: "convert the model without that key")
    }
    let count = try count(of: type.bytes, "elements in '\(printable(key))'")
    guard count <= Self.longestArray else {
      let problem = "'\(printable(key))' has \(count) elements, more than the \(Self.longestArray) allowed"
      throw GGUFError(path, problem, at: start, fix: "download it again")
    }
    return try elements(type, count, key)
  }

  private mutating func elements(_ type: ValueType, _ count: Int, _ key: String) throws(GGUFError)
    -> GGUFValue
  {
    switch type {
    case .float32, .float64:
      var values: [Double] = []
      for _ in 0..<count { values.append(try float(type, key)) }
      return .floats(values)
    case .bool:
      var values: [Bool] = []
      for _ in 0..<count { values.append(try bool(key)) }
      return .bools(values)
    case .string:
      var values: [String] = []
      for index in 0..<count { values.append(try string("'\(printable(key))'[\(index)]")) }
      return .strings(values)
    default:
      var values: [Int] = []
      for _ in 0..<count { values.append(try whole(type, key)) }
      return .integers(values)
    }
  }

  private mutating func float(_ type: ValueType, _ key: String) throws(GGUFError) -> Double {
    if type == .float32 { return Double(Float(bitPattern: try integer("'\(printable(key))'"))) }
    return Double(bitPattern: try integer("'\(printable(key))'"))
  }

  private mutating func bool(_ key: String) throws(GGUFError) -> Bool {
    let start = offset
    let byte: UInt8 = try integer("'\(printable(key))'")
    guard byte <= 1 else {
      let problem = "'\(printable(key))' is a bool with the value \(byte)"
      throw GGUFError(path, problem, at: start, fix: "download it again")
    }
    return byte == 1
  }

  private mutating func whole(_ type: ValueType, _ key: String) throws(GGUFError) -> Int {
    switch type {
    case .uint8: return Int(try integer("'\(printable(key))'") as UInt8)
    case .int8: return Int(try integer("'\(printable(key))'") as Int8)
    case .uint16: return Int(try integer("'\(printable(key))'") as UInt16)
    case .int16: return Int(try integer("'\(printable(key))'") as Int16)
    case .uint32: return Int(try integer("'\(printable(key))'") as UInt32)
    case .int32: return Int(try integer("'\(printable(key))'") as Int32)
    case .uint64: return try unsigned(key)
    default: return Int(try integer("'\(printable(key))'") as Int64)
    }
  }

  private mutating func unsigned(_ key: String) throws(GGUFError) -> Int {
    let start = offset
    let number: UInt64 = try integer("'\(printable(key))'")
    guard let value = Int(exactly: number) else {
      let problem = "'\(printable(key))' is \(number), beyond the largest integer here (2⁶³ − 1)"
      throw GGUFError(path, problem, at: start, fix: "convert the model without that key")
    }
    return value
  }
}
