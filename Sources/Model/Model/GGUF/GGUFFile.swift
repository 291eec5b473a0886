/// A model file in the GGUF format (ggml-org/ggml `docs/gguf.md`), versions 2 and 3, little-endian. The file
/// is mapped, not read: opening copies the metadata but for its arrays, and no tensor data.
///
/// A model that was split into several files is one `GGUFFile`, with the metadata of its first part.
public final class GGUFFile: Sendable {
  /// The file, or the first part.
  public let path: String
  /// The format's version, 2 or 3.
  public let version: Int
  public let metadata: [String: GGUFValue]
  public let tensors: [String: GGUFTensor]
  /// What was mapped, part by part.
  let parts: [MappedBytes]

  /// Opens the file at `path`, and all other parts where it is one of several; checks their whole headers, and that
  /// every tensor lies inside its file.
  public convenience init(path: String) throws(GGUFError) {
    try self.init(joining: GGUFFile(part: path).wholeSet())
  }

  /// One part alone.
  convenience init(part path: String) throws(GGUFError) {
    let mapping = try MappedFile(path: path)
    try self.init(MappedBytes(bytes: mapping.bytes, owner: mapping), path: path)
  }

  /// Parses `bytes`, which must outlive the object.
  convenience init(bytes: UnsafeRawBufferPointer, path: String) throws(GGUFError) {
    try self.init(MappedBytes(bytes: bytes, owner: nil), path: path)
  }

  private init(_ part: MappedBytes, path: String) throws(GGUFError) {
    var cursor = GGUFCursor(part.bytes, path: path, owner: part.owner)
    let counts = try cursor.counts()
    version = counts.version
    metadata = try cursor.metadata(counts.values)
    let alignment = try Self.alignment(metadata, path)
    tensors = try cursor.tensors(counts.tensors, alignment: alignment)
    (self.path, parts) = (path, [part])
  }

  /// The parts of one model, in order.
  private init(joining files: [GGUFFile]) throws(GGUFError) {
    (path, version, metadata) = (files[0].path, files[0].version, files[0].metadata)
    parts = files.flatMap { $0.parts }
    var tensors = files[0].tensors
    for file in files.dropFirst() {
      for (name, tensor) in file.tensors where tensors.updateValue(tensor, forKey: name) != nil {
        let problem = "has the tensor '\(printable(name))', which another part has too"
        throw GGUFError(file.path, problem, fix: "download all parts again")
      }
    }
    self.tensors = tensors
  }

  /// The metadata value `key`; an error where it is missing or of another kind.
  public func require<T: GGUFScalar>(_ key: String, as type: T.Type = T.self) throws(GGUFError) -> T {
    let value = try present(key, "of type \(T.ggufKind)")
    guard let typed = T.scalar(value) else { throw wrong(key, value, "of type \(T.ggufKind)") }
    return typed
  }

  /// The metadata array `key`; an error where it is missing or of another kind.
  public func requireArray<T: GGUFScalar>(_ key: String, of type: T.Type = T.self) throws(GGUFError) -> [T] {
    let value = try present(key, "an array of \(T.ggufKind)s")
    guard let typed = T.array(value) else { throw wrong(key, value, "an array of \(T.ggufKind)s") }
    return typed
  }

  /// The metadata value `key`, or nil where it is missing; an error where it is of another kind.
  public func optional<T: GGUFScalar>(_ key: String, as type: T.Type = T.self) throws(GGUFError) -> T? {
    metadata[key] == nil ? nil : try require(key)
  }

  private func present(_ key: String, _ wanted: String) throws(GGUFError) -> GGUFValue {
    guard let value = metadata[key] else {
      throw GGUFError(path, "lacks the metadata '\(key)' (\(wanted))", fix: "convert the model anew")
    }
    return value
  }
  private func wrong(_ key: String, _ value: GGUFValue, _ wanted: String) -> GGUFError {
    GGUFError(path, "metadata '\(key)' is \(value.kind), not \(wanted)", fix: "convert the model anew")
  }

  private static func alignment(_ metadata: [String: GGUFValue], _ path: String) throws(GGUFError) -> Int {
    guard let value = metadata["general.alignment"] else { return 32 }
    guard case .integer(let alignment) = value, (8...1 << 30).contains(alignment),
      alignment & (alignment - 1) == 0
    else {
      let seen = if case .integer(let number) = value { "\(number)" } else { value.kind }
      let problem = "general.alignment is \(seen), not a power of two from 8 to 2³⁰"
      throw GGUFError(path, problem, fix: "download it again")
    }
    return alignment
  }
}

extension GGUFCursor {
  /// The version, and how many tensors and metadata values follow.
  mutating func counts() throws(GGUFError) -> (version: Int, tensors: Int, values: Int) {
    let version = try version()
    let tensors = try count(of: 32, "tensors")
    return (version, tensors, try count(of: 13, "metadata values"))
  }

  /// The magic number and the version.
  private mutating func version() throws(GGUFError) -> Int {
    let start = bytes.prefix(4)
    guard start.elementsEqual("GGUF".utf8) else {
      let shown = start.map { byte in (" "..."~").contains(Character(Unicode.Scalar(byte))) ? byte : 0x2E }
      let hex = start.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
      let problem = "is not a GGUF file: it starts with \(hex) ('\(String(decoding: shown, as: UTF8.self))')"
      throw GGUFError(path, problem, fix: "give a .gguf file")
    }
    _ = try take(4, "the magic number")
    let version: UInt32 = try integer("the version")
    guard version == 2 || version == 3 else {
      let bigEndian = version.byteSwapped <= 3 && version != 0
      let problem = bigEndian ? "is big-endian" : "has GGUF version \(version), not 2 or 3"
      throw GGUFError(path, problem, at: 4, fix: "convert the model with a current llama.cpp")
    }
    return Int(version)
  }

  fileprivate mutating func metadata(_ count: Int) throws(GGUFError) -> [String: GGUFValue] {
    var metadata: [String: GGUFValue] = [:]
    for index in 0..<count {
      let start = offset
      let key = try string("the name of metadata value \(index)")
      guard metadata.updateValue(try value(of: key), forKey: key) == nil else {
        let problem = "has the metadata '\(printable(key))' twice"
        throw GGUFError(path, problem, at: start, fix: "convert the model anew")
      }
    }
    return metadata
  }
}
