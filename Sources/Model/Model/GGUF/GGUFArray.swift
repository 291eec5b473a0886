/// An array of a GGUF file's metadata where it lies in the file: checked when the file is opened, decoded when it is
/// asked for. Vocabularies are most of a header, and a decoded copy may be much larger than the file's.
public struct GGUFArray: @unchecked Sendable, Equatable, CustomStringConvertible {  // the bytes never change
  let type: GGUFValueType
  /// How many elements it has.
  public let count: Int
  let bytes: UnsafeRawBufferPointer
  /// Keeps the bytes alive.
  let owner: AnyObject?

  public var description: String { "\(count) \(type.kind)s" }

  public static func == (a: Self, b: Self) -> Bool {
    a.type == b.type && a.count == b.count && a.bytes.elementsEqual(b.bytes)
  }

  /// The elements, or nil where they are no integers.
  var integers: [Int]? {
    switch type {
    case .uint8: numbers(UInt8.self) { Int($0) }
    case .int8: numbers(Int8.self) { Int($0) }
    case .uint16: numbers(UInt16.self) { Int($0) }
    case .int16: numbers(Int16.self) { Int($0) }
    case .uint32: numbers(UInt32.self) { Int($0) }
    case .int32: numbers(Int32.self) { Int($0) }
    case .uint64, .int64: numbers(Int64.self) { Int($0) }
    default: nil
    }
  }

  /// The elements, or nil where they are no floats.
  var floats: [Float]? {
    switch type {
    case .float32: numbers(UInt32.self) { Float(bitPattern: $0) }
    case .float64: numbers(UInt64.self) { Float(Double(bitPattern: $0)) }
    default: nil
    }
  }

  /// The elements, or nil where they are no bools.
  var bools: [Bool]? { type == .bool ? numbers(UInt8.self) { $0 == 1 } : nil }

  /// The elements, or nil where they are no strings.
  var strings: [String]? {
    guard type == .string else { return nil }
    var cursor = GGUFCursor(bytes, path: "")
    var texts: [String] = []
    texts.reserveCapacity(count)
    // They were checked on opening; a file that is overwritten meanwhile ends the array.
    for _ in 0..<count {
      guard let text = try? cursor.string("an element") else { return nil }
      texts.append(text)
    }
    return texts
  }

  private func numbers<Stored: FixedWidthInteger & BitwiseCopyable, T>(
    _ stored: Stored.Type, _ widen: (Stored) -> T
  ) -> [T] {
    (0..<count).map { index in
      let offset = index * MemoryLayout<Stored>.size
      return widen(Stored(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: stored)))
    }
  }
}
