/// A metadata value as it stands in a file: its type's number, then the value.
public struct GGUFField: Sendable, Hashable {
  let bytes: [UInt8]

  init(bytes: [UInt8]) { self.bytes = bytes }

  public init<T: GGUFStorable>(_ value: T) {
    var bytes = storedBytes(T.ggufType.rawValue)
    value.append(to: &bytes)
    self.bytes = bytes
  }

  /// An array.
  public init<T: GGUFStorable>(_ values: [T]) {
    var bytes = storedBytes(GGUFValueType.array.rawValue) + storedBytes(T.ggufType.rawValue)
    bytes += storedBytes(UInt64(values.count))
    for value in values { value.append(to: &bytes) }
    self.bytes = bytes
  }
}

/// A type that metadata can be written from: integers of 8 to 64 bits, `Float`, `Double`, `Bool`, `String`.
public protocol GGUFStorable {
  static var ggufType: GGUFValueType { get }
  /// Appends the value as it stands in a file.
  func append(to bytes: inout [UInt8])
}

extension GGUFStorable where Self: FixedWidthInteger {
  public func append(to bytes: inout [UInt8]) { bytes += storedBytes(self) }
}
extension UInt8: GGUFStorable { public static var ggufType: GGUFValueType { .uint8 } }
extension Int8: GGUFStorable { public static var ggufType: GGUFValueType { .int8 } }
extension UInt16: GGUFStorable { public static var ggufType: GGUFValueType { .uint16 } }
extension Int16: GGUFStorable { public static var ggufType: GGUFValueType { .int16 } }
extension UInt32: GGUFStorable { public static var ggufType: GGUFValueType { .uint32 } }
extension Int32: GGUFStorable { public static var ggufType: GGUFValueType { .int32 } }
extension UInt64: GGUFStorable { public static var ggufType: GGUFValueType { .uint64 } }
extension Int64: GGUFStorable { public static var ggufType: GGUFValueType { .int64 } }
extension Float: GGUFStorable {
  public static var ggufType: GGUFValueType { .float32 }
  public func append(to bytes: inout [UInt8]) { bytes += storedBytes(bitPattern) }
}
extension Double: GGUFStorable {
  public static var ggufType: GGUFValueType { .float64 }
  public func append(to bytes: inout [UInt8]) { bytes += storedBytes(bitPattern) }
}
extension Bool: GGUFStorable {
  public static var ggufType: GGUFValueType { .bool }
  public func append(to bytes: inout [UInt8]) { bytes.append(self ? 1 : 0) }
}
extension String: GGUFStorable {
  public static var ggufType: GGUFValueType { .string }
  public func append(to bytes: inout [UInt8]) { bytes += storedBytes(UInt64(utf8.count)) + utf8 }
}

func storedBytes(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}
