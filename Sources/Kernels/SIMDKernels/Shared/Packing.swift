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
  var panel = panels
  var row = 0
  while row < source.rows {
    let count = min(width, source.rows - row)
    let data = source.data + row * source.rowStride
    if source.depthStride == 1 {
      packTransposing(data, count, source, width: width, into: panel)
    } else {
      packCopying(data, count, source, width: width, into: panel)
    }
    panel += width * source.depth
    row += width
  }
}

/// Rows lie side by side in the source already (rowStride 1): one copy for each k.
@inline(__always) func packCopying(
  _ data: UnsafePointer<Float>, _ count: Int, _ source: PackSource, width: Int,
  into panel: UnsafeMutablePointer<Float>
) {
  for k in 0..<source.depth {
    let from = data + k &* source.depthStride
    let to = panel + k &* width
    if count == width {
      for i in 0..<width { to[i] = from[i] }
    } else {
      for i in 0..<count { to[i] = from[i] }
      for i in count..<width { to[i] = 0 }
    }
  }
}

/// k is contiguous in the source: transposes blocks of 8 × 4 and 4 × 4 in registers.
@inline(__always) func packTransposing(
  _ data: UnsafePointer<Float>, _ count: Int, _ source: PackSource, width: Int,
  into panel: UnsafeMutablePointer<Float>
) {
  let stride = source.rowStride, whole = source.depth & ~3
  var row = 0
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

/// The last k of some rows.
@inline(__always) func packRest(
  _ from: UnsafePointer<Float>, rows: Int, _ source: PackSource, _ start: Int,
  _ to: UnsafeMutablePointer<Float>, _ width: Int
) {
  for k in start..<source.depth {
    for r in 0..<rows { to[k &* width &+ r] = from[r &* source.rowStride &+ k] }
  }
}
