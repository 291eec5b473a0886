/// Codecs between GGUF's number formats and floats. Layouts and the legacy quantisers are those of the Python
/// package `gguf` (ggml-org/llama.cpp, `gguf-py/gguf/quants.py`), bit for bit.
extension TensorFormat {
  /// Formats that `decode` reads.
  public static let decodable = Set(allCases.filter { $0.isElementwise || $0.blockDecoder != nil })
  /// Formats that `encode` writes.
  public static let encodable = Set(allCases.filter { $0.isElementwise || $0.blockEncoder != nil })

  /// Writes the floats that `row` stands for. The row may lie at any address.
  ///
  /// - Precondition: the format is in `decodable`, `elements` is a multiple of `blockElements`.
  public func decode(_ row: UnsafeRawPointer, elements: Int, into out: UnsafeMutablePointer<Float>) {
    checkRow(elements, of: Self.decodable)
    switch self {
    case .f32: UnsafeMutableRawPointer(out).copyMemory(from: row, byteCount: 4 * elements)
    case .f16: for i in 0..<elements { out[i] = row.half(at: 2 * i) }
    case .bf16:
      for i in 0..<elements {
        out[i] = BFloat16.decode(row.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self))
      }
    default:
      guard let decodeBlock = blockDecoder else { return }
      for i in 0..<elements / blockElements { decodeBlock(row + i * blockBytes, out + i * blockElements) }
    }
  }

  /// Writes `row` in this format, `rowBytes(elements)` bytes at any address.
  ///
  /// A block format keeps no single NaN or infinity: a block that holds one decodes to NaN throughout. A
  /// block whose scale exceeds the largest half, 65504, decodes to infinities and NaN, as with `gguf`.
  ///
  /// - Precondition: the format is in `encodable`, `elements` is a multiple of `blockElements`.
  public func encode(_ row: UnsafePointer<Float>, elements: Int, into out: UnsafeMutableRawPointer) {
    checkRow(elements, of: Self.encodable)
    switch self {
    case .f32: out.copyMemory(from: row, byteCount: 4 * elements)
    case .f16: for i in 0..<elements { out.store(HalfFloat.encode(row[i]), at: 2 * i) }
    case .bf16: for i in 0..<elements { out.store(BFloat16.encode(row[i]), at: 2 * i) }
    default: encodeBlocks(row, elements / blockElements, out)
    }
  }

  private func encodeBlocks(_ row: UnsafePointer<Float>, _ blocks: Int, _ out: UnsafeMutableRawPointer) {
    guard let encodeBlock = blockEncoder else { return }
    for i in 0..<blocks {
      let (values, block) = (row + i * blockElements, out + i * blockBytes)
      block.initializeMemory(as: UInt8.self, repeating: 0, count: blockBytes)
      if (0..<blockElements).allSatisfy({ values[$0].isFinite }) {
        encodeBlock(values, block)
      } else {
        block.store(HalfFloat.encode(.nan), at: self == .q6_k ? KBlocks.q6ScaleOffset : 0)
      }
    }
  }

  private func checkRow(_ elements: Int, of formats: Set<TensorFormat>) {
    precondition(formats.contains(self), "no codec for \(name)")
    precondition(rowBytes(elements) != nil, "\(elements) elements are no whole blocks of \(name)")
  }

  private var isElementwise: Bool { self == .f32 || self == .f16 || self == .bf16 }

  private var blockDecoder: ((UnsafeRawPointer, UnsafeMutablePointer<Float>) -> Void)? {
    switch self {
    case .q4_0: LegacyBlocks.decodeQ4_0
    case .q4_1: LegacyBlocks.decodeQ4_1
    case .q5_0: LegacyBlocks.decodeQ5_0
    case .q5_1: LegacyBlocks.decodeQ5_1
    case .q8_0: LegacyBlocks.decodeQ8_0
    case .q2_k: KBlocks.decodeQ2
    case .q3_k: KBlocks.decodeQ3
    case .q4_k: KBlocks.decodeQ4
    case .q5_k: KBlocks.decodeQ5
    case .q6_k: KBlocks.decodeQ6
    default: nil
    }
  }

  private var blockEncoder: ((UnsafePointer<Float>, UnsafeMutableRawPointer) -> Void)? {
    switch self {
    case .q4_0: LegacyBlocks.encodeQ4_0
    case .q4_1: LegacyBlocks.encodeQ4_1
    case .q5_0: LegacyBlocks.encodeQ5_0
    case .q5_1: LegacyBlocks.encodeQ5_1
    case .q8_0: LegacyBlocks.encodeQ8_0
    case .q4_k: KBlocks.encodeQ4
    case .q5_k: KBlocks.encodeQ5
    case .q6_k: KBlocks.encodeQ6
    default: nil
    }
  }
}
