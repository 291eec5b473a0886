import CKernels
import KernelTypes

// Panels as bfloat16, [pair of k][row][2]. Of quantised ones all elements are taken without sign: value = scale · q + offset, one
// rounding to float32, which gives what the codecs in QuantFormats give, and one to bfloat16.

public func expandQ8_0(_ e: PanelExpansion) { expand(.q8_0, e) }
public func expandQ4_0(_ e: PanelExpansion) { expand(.q4_0, e) }
public func expandQ4_K(_ e: PanelExpansion) { expand(.q4_k, e) }
public func expandQ6_K(_ e: PanelExpansion) { expand(.q6_k, e) }

/// All groups of the range, one after the other.
@_transparent func expand(_ format: QuantFormat, _ e: PanelExpansion) {
  var group = e.group, to = e.to
  var left = e.blocks
  while left > 0 {
    let blocks = min(ActivationBlock.groupBlocks, left)
    let elements = group + format.scaleBytes(blocks: blocks) &* tileColumns
    for b in 0..<blocks {
      let block = PanelBlock(
        group: group, elements: elements + b &* format.elementBytes &* tileColumns, index: b,
        to: to + b &* 64 &* tileColumns)
      expand(format, block, rows: 0)
      expand(format, block, rows: laneCount)
    }
    group = elements + blocks &* format.elementBytes &* tileColumns
    to += blocks &* 64 &* tileColumns
    left &-= blocks
  }
}

/// A block of all rows of a panel.
struct PanelBlock {
  var group: UnsafeRawPointer, elements: UnsafeRawPointer
  /// Which of its group.
  var index: Int
  var to: UnsafeMutableRawPointer
}

/// A vector's rows.
@_transparent func expand(_ format: QuantFormat, _ block: PanelBlock, rows: Int) {
  let from = block.elements + 4 &* rows, to = block.to + 4 &* rows
  switch format {
  case .q8_0:
    let scale = loadHalves(block.group + 2 &* (block.index &* tileColumns &+ rows)) as Lanes
    let offset = scale * splat(-128)
    for step in 0..<8 { writeStep(loadInts(from + 4 &* step &* tileColumns), scale, offset, step, to) }
  case .q4_0:
    let scale = loadHalves(block.group + 2 &* (block.index &* tileColumns &+ rows)) as Lanes
    writeNibbles(from, scale, scale * splat(-8), to)
  case .q4_k:
    let bytes = block.group + ((4 &+ block.index) &* tileColumns &+ rows)
    let scale = (loadHalves(block.group + 2 &* rows) as Lanes) * loadUnsigned(bytes)
    let least = splat(0) - loadHalves(block.group + 2 &* (tileColumns &+ rows))
    writeNibbles(from, scale, least * loadUnsigned(bytes + 8 &* tileColumns), to)
  case .q6_k:
    writeSixBits(block, rows: rows, half: 0)
    writeSixBits(block, rows: rows, half: 1)
  }
}

@inline(__always) func writeNibbles(
  _ from: UnsafeRawPointer, _ scale: Lanes, _ offset: Lanes, _ to: UnsafeMutableRawPointer
) {
  let mask = IntLanes(repeating: 0x0F0F_0F0F)
  for pair in 0..<4 {
    let packed = loadInts(from + 4 &* pair &* tileColumns)
    writeStep(packed & mask, scale, offset, 2 &* pair, to)
    writeStep((packed &>> 4) & mask, scale, offset, 2 &* pair &+ 1, to)
  }
}

@inline(__always) func writeSixBits(_ block: PanelBlock, rows: Int, half: Int) {
  let factor = block.group + (2 &* (1 &+ block.index) &+ half) &* tileColumns + rows
  let scale = (loadHalves(block.group + 2 &* rows) as Lanes) * loadBytes(factor)
  let offset = scale * splat(-32), to = block.to + 4 &* rows
  let w = loadSixBits(block.elements + (12 &* half &* tileColumns &+ 4 &* rows))
  writeStep(w.0, scale, offset, 4 &* half, to)
  writeStep(w.1, scale, offset, 4 &* half &+ 1, to)
  writeStep(w.2, scale, offset, 4 &* half &+ 2, to)
  writeStep(w.3, scale, offset, 4 &* half &+ 3, to)
}

/// Four elements of each row: two pairs.
@inline(__always) func writeStep(
  _ bytes: IntLanes, _ scale: Lanes, _ offset: Lanes, _ step: Int, _ to: UnsafeMutableRawPointer
) {
  let byte = IntLanes(repeating: 0xFF)
  let w0 = multiplyAdd(offset, toFloat(bytes & byte), scale)
  let w1 = multiplyAdd(offset, toFloat((bytes &>> 8) & byte), scale)
  let w2 = multiplyAdd(offset, toFloat((bytes &>> 16) & byte), scale)
  let w3 = multiplyAdd(offset, toFloat((bytes &>> 24) & byte), scale)
  let pairs = to + 8 &* step &* tileColumns
  pairs.storeBytes(of: ck_round_pairs_16(w0, w1), as: IntLanes.self)
  (pairs + 4 &* tileColumns).storeBytes(of: ck_round_pairs_16(w2, w3), as: IntLanes.self)
}

/// Floats as three bfloat16 each.
public func expandF32(_ e: FloatExpansion) {
  let whole = e.depth & ~1
  var from = e.from, k = 0
  while k < whole {
    let to = e.to + placeOfPair(k / 2, parts: 3)
    splitPairs(from, from + e.stride, to)
    from += 2 &* e.stride
    k &+= 2
  }
  // What is left of the last step: an odd k, and zeros.
  while k & 31 != 0 || k < e.depth {
    let to = e.to + placeOfPair(k / 2, parts: 3)
    if k < e.depth {
      let zero = splat(0)
      ck_split_pairs_16(load(from), zero, to)
      ck_split_pairs_16(load(from + laneCount), zero, to + 4 &* laneCount)
    } else {
      splitZeros(to)
    }
    k &+= 2
  }
}

@inline(__always) func splitPairs(
  _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>, _ to: UnsafeMutableRawPointer
) {
  ck_split_pairs_16(load(first), load(second), to)
  ck_split_pairs_16(load(first + laneCount), load(second + laneCount), to + 4 &* laneCount)
}

@inline(__always) func splitZeros(_ to: UnsafeMutableRawPointer) {
  let zero = splat(0)
  ck_split_pairs_16(zero, zero, to)
  ck_split_pairs_16(zero, zero, to + 4 &* laneCount)
}

/// Bytes from the start of a panel to a pair's first part.
@inline(__always) func placeOfPair(_ pair: Int, parts: Int) -> Int {
  (pair / 16 &* parts &* 16 &+ pair % 16) &* 4 &* tileColumns
}

/// Halves, [k][row], as two bfloat16 each.
public func expandF16(_ from: UnsafeRawPointer, steps: Int, to: UnsafeMutableRawPointer) {
  var from = from
  for pair in 0..<16 &* steps {
    let to = to + placeOfPair(pair, parts: 2)
    for half in 0..<2 {
      let rows = from + 2 &* half &* laneCount
      ck_split_halves_16(
        loadHalves(rows) as Lanes, loadHalves(rows + 2 &* tileColumns) as Lanes, to + 4 &* half &* laneCount)
    }
    from += 4 &* tileColumns
  }
}
