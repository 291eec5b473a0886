import Kernels
import QuantFormats
import ReferenceKernels
import Statistics

/// Weights as bytes of blocks, every bit of them chosen here, so that levels and scales take their whole range: Q8_0 down
/// to −128, scales of Q6_K from −128 to 127, those of Q4_K from 0 to 63. d and dmin are powers of two.
struct QuantisedBlocks {
  static let formats: [TensorFormat] = [.q8_0, .q4_0, .q4_k, .q6_k]

  let format: TensorFormat
  let rows: Int, columns: Int
  private(set) var bytes: [UInt8]

  /// Halves of ±1 and ±2, and the smallest ones, ±2⁻²⁴ and ±2⁻²³.
  static let ones = [Float](arrayLiteral: 1, 2, -1, -2).map(HalfFloat.encode)
  static let subnormals: [UInt16] = [0x0001, 0x0002, 0x8001, 0x8002]

  /// All bits at random, d and dmin among `halves`.
  init(random format: TensorFormat, rows: Int, columns: Int, halves: [UInt16] = ones, seed: Int) {
    var generator = SeededGenerator(seed: UInt64(seed))
    self.init(format, rows: rows, columns: columns) { _, _ in UInt8.random(in: 0...255, using: &generator) }
    changeHalves { _ in halves.randomElement(using: &generator)! }
  }

  /// Every level and scale at one end of its range; rows differ in the ends. d and dmin are 1.
  init(extreme format: TensorFormat, rows: Int, columns: Int) {
    self.init(format, rows: rows, columns: columns) { row, byte in
      switch format {
      case .q8_0: row % 2 == 0 ? 0x80 : 0x7F
      case .q6_k where byte >= 192: row / 2 % 2 == 0 ? 0x80 : 0x7F
      case .q4_k where byte < 16: row / 2 % 2 == 0 ? 0xFF : 0x3F
      default: row % 2 == 0 ? 0x00 : 0xFF
      }
    }
    changeHalves { _ in HalfFloat.encode(1) }
  }

  private init(
    _ format: TensorFormat, rows: Int, columns: Int, _ value: (_ row: Int, _ byte: Int) -> UInt8
  ) {
    (self.format, self.rows, self.columns) = (format, rows, columns)
    let rowBytes = format.rowBytes(columns)!
    bytes = (0..<rows * rowBytes).map { value($0 / rowBytes, $0 % rowBytes % format.blockBytes) }
  }

  /// Where d and dmin lie in a block.
  private var halfOffsets: [Int] {
    switch format {
    case .q6_k: [208]
    case .q4_k: [0, 2]
    default: [0]
    }
  }

  /// Gives each half of each block a new value, in order.
  mutating func changeHalves(_ value: (_ old: UInt16) -> UInt16) {
    for block in stride(from: 0, to: bytes.count, by: format.blockBytes) {
      for offset in halfOffsets {
        let bits = value(UInt16(bytes[block + offset]) | UInt16(bytes[block + offset + 1]) << 8)
        (bytes[block + offset], bytes[block + offset + 1]) = (UInt8(bits & 255), UInt8(bits >> 8))
      }
    }
  }

  /// Weights of the first `rows` rows, prepared from `offset` bytes past a multiple of 64.
  func prepare(for set: any KernelSet, rows: Int, at offset: Int = 0) -> Weights {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes.count + offset, alignment: 64)
    defer { memory.deallocate() }
    (memory + offset).copyMemory(from: bytes, byteCount: bytes.count)
    return set.prepare(WeightSource(memory + offset, format: format, rows: rows, columns: columns))
  }

  /// What the blocks of a row say, in whole numbers.
  func row(_ row: Int) -> QuantisedWeights {
    let rowBytes = format.rowBytes(columns)!
    var parts = QuantisedWeights()
    bytes.withUnsafeBytes { bytes in
      for start in stride(from: row * rowBytes, to: (row + 1) * rowBytes, by: format.blockBytes) {
        append(BlockLevels(bytes.baseAddress! + start, format: format), to: &parts)
      }
    }
    return parts
  }

  private func append(_ block: BlockLevels, to parts: inout QuantisedWeights) {
    let offset = format == .q4_0 ? 8 : format == .q6_k ? 32 : 0
    let scaleElements = format == .q6_k ? 16 : 32
    let d = Double(HalfFloat.decode(block.d)), dmin = Double(HalfFloat.decode(block.dmin))
    for i in 0..<format.blockElements {
      parts.levels.append(Int(block.levels[i]) - offset)
      guard i.isMultiple(of: QuantisedWeights.part) else { continue }
      parts.scales.append(d * Double(block.scales[i / scaleElements]))
      parts.minima.append(dmin * Double(block.minima[i / scaleElements]))
    }
  }
}
