import QuantFormats

/// What a GGUF file holds, but for its tensors' data: the metadata, and the tensors in the order of their data.
public struct GGUFLayout: Sendable {
  public struct Tensor: Sendable, Hashable {
    public let name: String, format: TensorFormat
    /// Elements per dimension; `shape[0]` is contiguous.
    public let shape: [Int]
    /// What the data takes, without padding.
    public let byteCount: Int

    /// - Precondition: there are 1 to 4 dimensions, none empty, and rows are whole blocks of `format`.
    public init(_ name: String, _ format: TensorFormat, shape: [Int]) {
      precondition((1...4).contains(shape.count) && shape.allSatisfy { $0 > 0 }, "\(name): shape \(shape)")
      guard let rowBytes = format.rowBytes(shape[0]) else {
        preconditionFailure("\(name): rows of \(shape[0]) are no whole blocks of \(format.name)")
      }
      (self.name, self.format, self.shape) = (name, format, shape)
      byteCount = shape.dropFirst().reduce(rowBytes, *)
    }
  }

  public private(set) var fields: [(key: String, value: GGUFField)] = []
  public var tensors: [Tensor] = []

  public init() {}

  /// Gives `key` a value: in its old place, or as the last one.
  public mutating func set(_ key: String, _ value: GGUFField) {
    if let index = fields.firstIndex(where: { $0.key == key }) {
      fields[index].value = value
    } else {
      fields.append((key, value))
    }
  }

  public mutating func remove(_ key: String) { fields.removeAll { $0.key == key } }

  /// Every tensor's data begins at a multiple of this.
  public var alignment: Int {
    guard let field = fields.first(where: { $0.key == "general.alignment" })?.value else { return 32 }
    let value = field.bytes.dropFirst(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    precondition(field.bytes.count == 8 && value >= 8 && value.nonzeroBitCount == 1, "alignment \(value)")
    return value
  }

  /// Bytes from the end of data of `byteCount` to where the next may begin.
  func padding(after byteCount: Int) -> Int { -byteCount & (alignment - 1) }

  /// The file up to the first tensor's data.
  var header: [UInt8] {
    var bytes = Array("GGUF".utf8) + storedBytes(UInt32(3))
    bytes += storedBytes(UInt64(tensors.count)) + storedBytes(UInt64(fields.count))
    for (key, value) in fields {
      key.append(to: &bytes)
      bytes += value.bytes
    }
    var offset = 0
    for tensor in tensors {
      tensor.name.append(to: &bytes)
      bytes += storedBytes(UInt32(tensor.shape.count))
      for length in tensor.shape { bytes += storedBytes(UInt64(length)) }
      bytes += storedBytes(tensor.format.rawValue) + storedBytes(UInt64(offset))
      offset += tensor.byteCount + padding(after: tensor.byteCount)
    }
    return bytes + [UInt8](repeating: 0, count: padding(after: bytes.count))
  }

  /// The whole file's size.
  public var byteCount: Int {
    tensors.reduce(header.count) { $0 + $1.byteCount + padding(after: $1.byteCount) }
  }
}

extension GGUFLayout {
  /// The layout of `file`, all parts joined: its metadata in the file's order and types, without what says that it
  /// was split.
  public init(of file: GGUFFile) throws(GGUFError) {
    let first = file.parts[0]
    var cursor = GGUFCursor(first.bytes, path: file.path, owner: first.owner)
    for _ in 0..<(try cursor.counts().values) {
      let key = try cursor.string("a name")
      let start = cursor.offset
      _ = try cursor.value(of: key)
      fields.append((key, GGUFField(bytes: Array(first.bytes[start..<cursor.offset]))))
    }
    for key in ["split.no", "split.count", "split.tensors.count"] { remove(key) }
    tensors = file.tensorsInOrder.map { Tensor($0.name, $0.format, shape: $0.shape) }
  }
}

extension GGUFFile {
  /// The tensors in the order of their data, part by part.
  public var tensorsInOrder: [GGUFTensor] {
    parts.flatMap { part in
      let range = part.bytes.baseAddress!..<part.bytes.baseAddress! + part.bytes.count
      let inside = tensors.values.filter { range.contains($0.bytes.baseAddress!) }
      return inside.sorted { $0.bytes.baseAddress! < $1.bytes.baseAddress! }
    }
  }

  /// What all tensors take.
  public var tensorBytes: Int { tensors.values.reduce(0) { $0 + $1.bytes.count } }

  /// Bits that one weight takes, on average over all tensors.
  public var bitsPerWeight: Double {
    8 * Double(tensorBytes) / Double(max(1, tensors.values.reduce(0) { $0 + $1.elements }))
  }
}
