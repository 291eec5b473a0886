extension GGUFCursor {
  /// The next metadata value, with the type in front of it.
  mutating func value(of key: String) throws(GGUFError) -> GGUFValue {
    let type = try valueType(key)
    return type == .array ? .array(try array(of: key)) : try scalar(type, of: key)
  }

  private mutating func valueType(_ key: String) throws(GGUFError) -> GGUFValueType {
    let start = offset
    let number: UInt32 = try integer("the type of '\(printable(key))'")
    guard let type = GGUFValueType(rawValue: number) else {
      let problem = "'\(printable(key))' has the unknown value type \(number)"
      throw GGUFError(path, problem, at: start, fix: "download it again or convert the model anew")
    }
    return type
  }

  private mutating func scalar(_ type: GGUFValueType, of key: String) throws(GGUFError) -> GGUFValue {
    switch type {
    case .float32: .float(Double(Float(bitPattern: try integer("'\(printable(key))'"))))
    case .float64: .float(Double(bitPattern: try integer("'\(printable(key))'")))
    case .bool: .bool(try bool(key))
    case .string: .string(try string("'\(printable(key))'"))
    default: .integer(try whole(type, key))
    }
  }

  private mutating func array(of key: String) throws(GGUFError) -> GGUFArray {
    let place = offset
    let type = try valueType(key)
    guard type != .array else {
      let problem = "'\(printable(key))' is an array of arrays"
      throw GGUFError(path, problem, at: place, fix: "convert the model without that key")
    }
    let count = try count(of: type.bytes, "elements in '\(printable(key))'")
    let start = offset
    try pass(type, count, key)
    let elements = UnsafeRawBufferPointer(rebasing: bytes[start..<offset])
    return GGUFArray(type: type, count: count, bytes: elements, owner: owner)
  }

  /// Checks `count` values and allocates nothing.
  private mutating func pass(_ type: GGUFValueType, _ count: Int, _ key: String) throws(GGUFError) {
    switch type {
    case .bool: for _ in 0..<count { _ = try bool(key) }
    case .string: for index in 0..<count { try passString("'\(printable(key))'[\(index)]") }
    case .uint64: for _ in 0..<count { _ = try unsigned(key) }
    default: _ = try take(count * type.bytes, "'\(printable(key))'")
    }
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

  private mutating func whole(_ type: GGUFValueType, _ key: String) throws(GGUFError) -> Int {
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
