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

  /// Packs rows `rows` (at most `width`) into the panel at `panel`.
  func pack(_ source: WeightSource, rows: Range<Int>, into panel: UnsafeMutableRawPointer) {
    if rows.count < width {
      panel.initializeMemory(as: UInt8.self, repeating: 0, count: panelBytes(columns: source.columns))
    }
    var parts = BlockLevels()
    let blocks = source.columns / 32, perSource = format.blockElements / 32
    for row in rows {
      let bytes = source.row(row)
      for index in 0..<blocks / perSource {
        parts.read(bytes + index * format.blockBytes, format: format)
        for c in 0..<perSource {
          let block = index * perSource + c, first = block / Self.groupBlocks * Self.groupBlocks
          let count = min(Self.groupBlocks, blocks - first)
          let group = Group(
            start: panel + width * first * rowBytes(blocks: Self.groupBlocks) / Self.groupBlocks,
            row: row - rows.lowerBound, blocks: count)
          storeScales(parts, c, block - first, group)
          let at = group.start + width * (scaleBytes(blocks: count) + (block - first) * elementBytes)
          storeElements(parts.words(format == .q8_0 ? 0 : c), at, group.row)
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

  /// - Parameter words: 32 levels, four in each.
  private func storeElements(_ words: SIMD8<UInt32>, _ start: UnsafeMutableRawPointer, _ row: Int) {
    func store(_ word: UInt32, _ vector: Int) {
      start.storeBytes(of: word, toByteOffset: (vector * width + row) * 4, as: UInt32.self)
    }
    switch format {
    case .q8_0: storeBytes(words ^ (isUnsigned ? 0x8080_8080 : 0), start, row)
    case .q6_k:
      for i in 0..<6 {
        let half = i / 3, part = i % 3, fourth = words[4 * half + 3] &>> UInt32(2 * part) & 0x0303_0303
        store(words[4 * half + part] | fourth &<< 6, i)
      }
    default:
      let nibbles = words.evenHalf | words.oddHalf &<< 4
      for pair in 0..<4 { store(nibbles[pair], pair) }
    }
  }

  private func storeBytes(_ words: SIMD8<UInt32>, _ start: UnsafeMutableRawPointer, _ row: Int) {
    // Words of a step: one, or two for smmla.
    let perStep = byteStep / 4
    for i in 0..<8 {
      let step = perStep == 1 ? i : i / 2, place = perStep == 1 ? 0 : i % 2
      start.storeBytes(
        of: words[i], toByteOffset: ((step * width + row) * perStep + place) * 4, as: UInt32.self)
    }
  }
}
