import CKernels
import KernelTypes

// Packing: a matrix becomes panels that the tile reads front to back. A panel holds `width` rows of the
// source side by side: element (row, k) at panel[k · width + row]; a last, partial panel is filled with zeros.

/// Columns of a panel of B.
@inline(__always) public var panelColumns: Int { tileColumns }
/// Rows of a panel of A.
@inline(__always) public var panelRows: Int { tileRows }

/// Packs for the B side, `panelColumns` rows of the source to a panel; panels follow one another at
/// `depth · panelColumns` floats.
public func packB(_ source: PackSource, into panels: UnsafeMutablePointer<Float>) {
  pack(source, width: tileColumns, into: panels)
}

/// Packs for the A side, `panelRows` rows of the source to a panel.
public func packA(_ source: PackSource, into panels: UnsafeMutablePointer<Float>) {
  pack(source, width: tileRows, into: panels)
}

@inline(__always) func pack(_ source: PackSource, width: Int, into panels: UnsafeMutablePointer<Float>) {
  guard source.depthStride == 1 else { return packCopying(source, width: width, into: panels) }
  var panel = panels
  var row = 0
  while row < source.rows {
    let data = source.data + row * source.rowStride
    if width == 6, source.rows - row >= 8 {
      packSix(data, source, into: panel)
    } else {
      packTransposing(data, min(width, source.rows - row), source, width: width, into: panel)
    }
    panel += width * source.depth
    row += width
  }
}

/// Rows lie side by side in the source already (rowStride 1): copies, for each k a few panels' worth at a time, since
/// the source is fetched by cache lines and by pages.
@inline(__always) func packCopying(
  _ source: PackSource, width: Int, into panels: UnsafeMutablePointer<Float>
) {
  let whole = source.rows / width
  var first = 0
  while first < whole {
    let count = min(64 / width, whole - first)
    for k in 0..<source.depth {
      var from = source.data + (k &* source.depthStride &+ first &* width)
      var to = panels + (first &* source.depth &+ k) &* width
      for _ in 0..<count {
        copy(width, from, to)
        from += width
        to += width &* source.depth
      }
    }
    first += count
  }
  let rest = source.rows - whole * width
  guard rest > 0 else { return }
  for k in 0..<source.depth {
    let from = source.data + (k &* source.depthStride &+ whole &* width)
    let to = panels + (whole &* source.depth &+ k) &* width
    for i in 0..<width { to[i] = i < rest ? from[i] : 0 }
  }
}

/// Copies `width` floats, an even literal.
@inline(__always) func copy(_ width: Int, _ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>) {
  let source = UnsafeRawPointer(from), target = UnsafeMutableRawPointer(to)
  for i in 0..<width / 4 {
    target.storeBytes(
      of: source.loadUnaligned(fromByteOffset: 16 &* i, as: SIMD4<Float>.self), toByteOffset: 16 &* i,
      as: SIMD4<Float>.self)
  }
  if width % 4 == 2 {
    let last = 4 &* (width &- 2)
    target.storeBytes(
      of: source.loadUnaligned(fromByteOffset: last, as: SIMD2<Float>.self), toByteOffset: last,
      as: SIMD2<Float>.self)
  }
}

/// A panel of 6 rows, of which there are 8: each step of k is stored with the 2 rows behind, which the next step
/// overwrites. The last steps keep to the panel.
@inline(__always) func packSix(
  _ data: UnsafePointer<Float>, _ source: PackSource, into panel: UnsafeMutablePointer<Float>
) {
  let stride = source.rowStride, wide = max(source.depth & ~3, 4) - 4
  for k in Swift.stride(from: 0, to: wide, by: 4) {
    ck_transpose_8x4(data + k, stride, panel + 6 &* k, 6)
  }
  for k in wide..<source.depth {
    for r in 0..<6 { panel[6 &* k &+ r] = data[r &* stride &+ k] }
  }
}

/// k is contiguous in the source: transposes blocks of 16 × 4, 8 × 4 and 4 × 4 in registers.
@inline(__always) func packTransposing(
  _ data: UnsafePointer<Float>, _ count: Int, _ source: PackSource, width: Int,
  into panel: UnsafeMutablePointer<Float>
) {
  let stride = source.rowStride, whole = source.depth & ~3
  var row = 0
  while laneCount == 16 && row &+ 16 <= count {
    let from = data + row &* stride, to = panel + row
    for k in Swift.stride(from: 0, to: whole, by: 4) {
      if k & 15 == 0 { prefetchRows(from + (16 &* stride &+ k), stride) }
      ck_transpose_16x4(from + k, stride, to + k &* width, width)
    }
    packRest(from, rows: 16, source, whole, to, width)
    row &+= 16
  }
  while row &+ 8 <= count {
    let from = data + row &* stride, to = panel + row
    for k in Swift.stride(from: 0, to: whole, by: 4) {
      ck_transpose_8x4(from + k, stride, to + k &* width, width)
    }
    packRest(from, rows: 8, source, whole, to, width)
    row &+= 8
  }
  while row < count, count >= 4 {
    // The last block overlaps the one before, rather than going row by row.
    if row &+ 4 > count { row = count &- 4 }
    let from = data + row &* stride, to = panel + row
    for k in Swift.stride(from: 0, to: whole, by: 4) {
      ck_transpose_4x4(from + k, stride, to + k &* width, width)
    }
    packRest(from, rows: 4, source, whole, to, width)
    row &+= 4
  }
  while row < width {
    let from = data + row &* stride
    for k in 0..<source.depth { panel[k &* width &+ row] = row < count ? from[k] : 0 }
    row &+= 1
  }
}

/// Asks for a line of each of the next 16 rows, whose streams begin too often for the hardware to foresee them.
@inline(__always) func prefetchRows(_ data: UnsafePointer<Float>, _ stride: Int) {
  for row in 0..<16 { ck_prefetch_read(data + row &* stride) }
}

/// The last k of some rows.
@inline(__always) func packRest(
  _ from: UnsafePointer<Float>, rows: Int, _ source: PackSource, _ start: Int,
  _ to: UnsafeMutablePointer<Float>, _ width: Int
) {
  for k in start..<source.depth {
    for r in 0..<rows { to[k &* width &+ r] = from[r &* source.rowStride &+ k] }
  }
}
