import QuantFormats

/// The layout of quantised weights in memory: panels of `width` rows, each in groups of 8 blocks of 32 elements of k
/// (the last group may be shorter, its parts just as long as it needs). A group:
///
///     Q8_0   d[block][row], elements[block][step][row][byteStep]
///     Q4_0   d[block][row], nibbles[block][pair][row][4]
///     Q4_K   d[row], dmin[row], scale[block][row], minimum[block][row], nibbles
///     Q6_K   d[row], scale[block][half][row], parts[half][3][row][4][block]
///
/// A step is `byteStep` elements of k. Nibbles of a pair are the steps 2 · pair (lower) and 2 · pair + 1 (upper) of 4
/// elements; parts of a half block of 4 steps are three of them, with two bits each of the fourth above, from its lowest
/// bits on. d and dmin are halves, scales and minima bytes. Rows that do not exist are zeros.
struct QuantPacking {
  let format: TensorFormat
  /// Rows of a panel.
  let width: Int
  /// Elements of k in a step of Q8_0, which are stored as q + 128 where `isUnsigned`.
  let byteStep: Int
  let isUnsigned: Bool

  static let groupBlocks = 8

  /// Bytes of a row in a group of `blocks` blocks of 32.
  private func rowBytes(blocks: Int) -> Int { scaleBytes(blocks: blocks) + blocks * elementBytes }

  private func scaleBytes(blocks: Int) -> Int {
    switch format {
    case .q4_k: 20
    case .q6_k: 18
    default: 2 * blocks
    }
  }

  private var elementBytes: Int {
    switch format {
    case .q8_0: 32
    case .q6_k: 24
    default: 16
    }
  }

  /// Bytes of a panel of `columns` elements of k.
  func panelBytes(columns: Int) -> Int {
    let blocks = columns / 32, rest = blocks % Self.groupBlocks
    let whole = blocks / Self.groupBlocks * rowBytes(blocks: Self.groupBlocks)
    return width * (whole + (rest > 0 ? rowBytes(blocks: rest) : 0))
  }

  /// Packs rows `rows` (at most `width`) into the panel at `panel`, which is zero.
  func pack(_ source: WeightSource, rows: Range<Int>, into panel: UnsafeMutableRawPointer) {
    let blocks = source.columns / 32, perSource = format.blockElements / 32
    for row in rows {
      let bytes = source.row(row)
      for index in 0..<blocks / perSource {
        let parts = BlockLevels(bytes + index * format.blockBytes, format: format)
        for c in 0..<perSource {
          let block = index * perSource + c, first = block / Self.groupBlocks * Self.groupBlocks
          let count = min(Self.groupBlocks, blocks - first)
          let group = Group(
            start: panel + width * first * rowBytes(blocks: Self.groupBlocks) / Self.groupBlocks,
            row: row - rows.lowerBound, blocks: count)
          storeScales(parts, c, block - first, group)
          storeElements(parts, c, block - first, group)
        }
      }
    }
  }

  /// A row's place in a group.
  private struct Group {
    var start: UnsafeMutableRawPointer
    var row: Int, blocks: Int
  }

  private func storeScales(_ parts: BlockLevels, _ c: Int, _ block: Int, _ g: Group) {
    func storeHalf(_ value: UInt16, _ index: Int) {
      g.start.storeBytes(of: value, toByteOffset: 2 * (index * width + g.row), as: UInt16.self)
    }
    func storeByte(_ value: Int8, _ offset: Int) {
      g.start.storeBytes(of: value, toByteOffset: offset * width + g.row, as: Int8.self)
    }
    switch format {
    case .q4_k:
      storeHalf(parts.d, 0)
      storeHalf(parts.dmin, 1)
      storeByte(parts.scales[c], 4 + block)
      storeByte(parts.minima[c], 12 + block)
    case .q6_k:
      storeHalf(parts.d, 0)
      for half in 0..<2 { storeByte(parts.scales[2 * c + half], 2 + 2 * block + half) }
    default: storeHalf(parts.d, block)
    }
  }

  private func storeElements(_ parts: BlockLevels, _ c: Int, _ block: Int, _ g: Group) {
    let start = g.start + width * (scaleBytes(blocks: g.blocks) + block * elementBytes)
    if format == .q8_0 {
      for i in 0..<32 {
        let at = (i / byteStep * width + g.row) * byteStep + i % byteStep
        start.storeBytes(of: parts.levels[i] ^ (isUnsigned ? -128 : 0), toByteOffset: at, as: Int8.self)
      }
      return
    }
    for i in 0..<32 {
      let level = UInt8(bitPattern: parts.levels[32 * c + i]), step = i / 4
      func place(_ vector: Int) -> UnsafeMutableRawPointer { start + (vector * width + g.row) * 4 + i % 4 }
      if format != .q6_k {
        or((level & 15) << (step % 2 * 4), place(step / 2))
      } else if step % 4 < 3 {
        or(level, place(step / 4 * 3 + step % 4))
      } else {
        for part in 0..<3 { or((level >> (2 * part) & 3) << 6, place(step / 4 * 3 + part)) }
      }
    }
  }

  private func or(_ bits: UInt8, _ at: UnsafeMutableRawPointer) {
    at.storeBytes(of: at.load(as: UInt8.self) | bits, as: UInt8.self)
  }
}
