import KernelTypes
import QuantFormats

/// How keys or values are kept in the cache.
public enum KVFormat: String, CaseIterable, Codable, Hashable, Sendable {
  case f32
  /// IEEE half precision: values beyond ±65,504 become infinite.
  case f16
  /// int8 with one scale, a half, for 32 elements of a head vector of one token, as in GGUF's Q8_0.
  case q8_0

  /// Bytes of `elements` elements of a head vector.
  func bytes(_ elements: Int) -> Int {
    switch self {
    case .f32: 4 * elements
    case .f16: 2 * elements
    case .q8_0: elements / KVLayout.tileTokens * CacheFormat.q8BlockBytes / KVLayout.tileTokens
    }
  }

  var cacheFormat: CacheFormat {
    switch self {
    case .f32: .f32
    case .f16: .f16
    case .q8_0: .q8
    }
  }

  var tensorFormat: TensorFormat {
    switch self {
    case .f32: .f32
    case .f16: .f16
    case .q8_0: .q8_0
    }
  }
}

/// The layout of cached keys and values, the same for every backend.
///
/// For each KV head, keys lie in tiles of `tileTokens` tokens, [tile][headDim][tileTokens], so that one query
/// element meets many keys in one vector; values lie token by token, [token][headDim]. In q8_0 both lie in tiles
/// of blocks, [tile][headDim / 32], a block being 32 × 32 int8 ([element][token] for keys, [token][element] for
/// values) and the scales of its 32 tokens, halves.
public struct KVLayout: Hashable, Sendable {
  /// A multiple of the columns of every register tile.
  public static let tileTokens = 32

  public let kvHeads: Int, headDim: Int, capacity: Int
  public let keys: KVFormat, values: KVFormat

  /// `capacity` tokens, rounded up to whole tiles.
  ///
  /// - Precondition: `headDim` is a multiple of 32 where a format is q8_0.
  public init(kvHeads: Int, headDim: Int, capacity: Int, keys: KVFormat = .f32, values: KVFormat = .f32) {
    precondition(
      Self.allows(keys, headDim: headDim) && Self.allows(values, headDim: headDim),
      "a q8_0 KV cache needs heads of a multiple of 32 elements, not \(headDim)")
    (self.kvHeads, self.headDim, self.keys, self.values) = (kvHeads, headDim, keys, values)
    self.capacity = (capacity + Self.tileTokens - 1) / Self.tileTokens * Self.tileTokens
  }

  /// Whether head vectors of `headDim` elements can be kept in `format`.
  public static func allows(_ format: KVFormat, headDim: Int) -> Bool {
    format != .q8_0 || headDim.isMultiple(of: tileTokens)
  }

  /// Bytes from one KV head to the next. Values are followed by a tile of slack, because kernels read whole
  /// vectors.
  public var keyHeadBytes: Int { capacity * keys.bytes(headDim) }
  public var valueHeadBytes: Int { capacity * values.bytes(headDim) + 4 * Self.tileTokens }
  /// Bytes of all keys, and of all values.
  public var keyBytes: Int { kvHeads * keyHeadBytes }
  public var valueBytes: Int { kvHeads * valueHeadBytes }
  /// Bytes of keys and values of one token, over all KV heads.
  public var bytesPerToken: Int { kvHeads * (keys.bytes(headDim) + values.bytes(headDim)) }

  /// Element `i` of the key of `token`, decoded exactly; `head` is where its head's keys start.
  public func key(_ head: UnsafeRawPointer, token: Int, _ i: Int) -> Float {
    guard keys == .q8_0 else { return Self.decode(head, keys, keyIndex(token: token, i)) }
    let block = head + q8Block(token: token, i)
    return Self.decodeQ8(block, i % 32 * 32 + token % 32, token: token)
  }

  /// Element `i` of the value of `token`, decoded exactly; `head` is where its head's values start.
  public func value(_ head: UnsafeRawPointer, token: Int, _ i: Int) -> Float {
    guard values == .q8_0 else { return Self.decode(head, values, token * headDim + i) }
    let block = head + q8Block(token: token, i)
    return Self.decodeQ8(block, token % 32 * 32 + i % 32, token: token)
  }

  private static func decode(_ head: UnsafeRawPointer, _ format: KVFormat, _ index: Int) -> Float {
    format == .f32
      ? head.load(fromByteOffset: 4 * index, as: Float.self)
      : HalfFloat.decode(head.load(fromByteOffset: 2 * index, as: UInt16.self))
  }

  private static func decodeQ8(_ block: UnsafeRawPointer, _ index: Int, token: Int) -> Float {
    let scale = HalfFloat.decode(block.load(fromByteOffset: 1024 + token % 32 * 2, as: UInt16.self))
    return scale * Float(block.load(fromByteOffset: index, as: Int8.self))
  }

  private func keyIndex(token: Int, _ i: Int) -> Int {
    (token / Self.tileTokens * headDim + i) * Self.tileTokens + token % Self.tileTokens
  }

  private func q8Block(token: Int, _ i: Int) -> Int {
    (token / Self.tileTokens * (headDim / 32) + i / 32) * CacheFormat.q8BlockBytes
  }
}

extension KVLayout {
  /// Encodes the key of one head of one token, `headDim` floats, as QuantFormats does.
  func encodeKey(_ x: UnsafePointer<Float>, token: Int, into head: UnsafeMutableRawPointer) {
    guard keys == .q8_0 else {
      return Self.encode(x, headDim, keys) { head + $1 * keyIndex(token: token, $0) }
    }
    encodeQ8(x, token: token, into: head) { $0 % 32 * 32 + token % 32 }
  }

  /// The same for its value.
  func encodeValue(_ x: UnsafePointer<Float>, token: Int, into head: UnsafeMutableRawPointer) {
    guard values == .q8_0 else {
      return Self.encode(x, headDim, values) { head + $1 * (token * headDim + $0) }
    }
    encodeQ8(x, token: token, into: head) { token % 32 * 32 + $0 % 32 }
  }

  private static func encode(
    _ x: UnsafePointer<Float>, _ count: Int, _ format: KVFormat,
    to place: (_ i: Int, _ bytes: Int) -> UnsafeMutableRawPointer
  ) {
    let bytes = format.bytes(1)
    for i in 0..<count { format.tensorFormat.encode(x + i, elements: 1, into: place(i, bytes)) }
  }

  private func encodeQ8(
    _ x: UnsafePointer<Float>, token: Int, into head: UnsafeMutableRawPointer, index: (_ i: Int) -> Int
  ) {
    withUnsafeTemporaryAllocation(byteCount: 34, alignment: 2) { row in
      for first in stride(from: 0, to: headDim, by: 32) {
        let block = head + q8Block(token: token, first)
        TensorFormat.q8_0.encode(x + first, elements: 32, into: row.baseAddress!)
        (block + 1024 + token % 32 * 2).copyMemory(from: row.baseAddress!, byteCount: 2)
        for i in 0..<32 { block.storeBytes(of: row[2 + i], toByteOffset: index(i), as: UInt8.self) }
      }
    }
  }
}
