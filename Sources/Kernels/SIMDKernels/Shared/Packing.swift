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

/// k is contiguous in the source: transposes blocks of 4 × 4 in registers.
@inline(__always) func packTransposing(
  _ data: UnsafePointer<Float>, _ count: Int, _ source: PackSource, width: Int,
  into panel: UnsafeMutablePointer<Float>
) {
  var row = 0
  while row + 4 <= count {
    transposeRows(data + row &* source.rowStride, source, width: width, into: panel + row)
    row += 4
  }
  while row < width {
    let from = data + row &* source.rowStride
    for k in 0..<source.depth { panel[k &* width &+ row] = row < count ? from[k] : 0 }
    row += 1
  }
}

/// Four source rows into four neighbouring floats of each k.
@inline(__always) func transposeRows(
  _ data: UnsafePointer<Float>, _ source: PackSource, width: Int, into panel: UnsafeMutablePointer<Float>
) {
  let r0 = data, r1 = data + source.rowStride, r2 = r1 + source.rowStride, r3 = r2 + source.rowStride
  var k = 0
  while k + 4 <= source.depth {
    let (c0, c1, c2, c3) = transpose4(load4(r0 + k), load4(r1 + k), load4(r2 + k), load4(r3 + k))
    let to = panel + k &* width
    store4(c0, to)
    store4(c1, to + width)
    store4(c2, to + 2 &* width)
    store4(c3, to + 3 &* width)
    k += 4
  }
  while k < source.depth {
    store4(SIMD4(r0[k], r1[k], r2[k], r3[k]), panel + k &* width)
    k += 1
  }
}

@inline(__always) func load4(_ p: UnsafePointer<Float>) -> SIMD4<Float> {
  UnsafeRawPointer(p).loadUnaligned(as: SIMD4<Float>.self)
}
@inline(__always) func store4(_ v: SIMD4<Float>, _ p: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(p).storeBytes(of: v, as: SIMD4<Float>.self)
}

/// The transpose of a 4 × 4 block, by two rounds of interleaving.
@inline(__always) func transpose4(
  _ a: SIMD4<Float>, _ b: SIMD4<Float>, _ c: SIMD4<Float>, _ d: SIMD4<Float>
) -> (SIMD4<Float>, SIMD4<Float>, SIMD4<Float>, SIMD4<Float>) {
  let ac0 = SIMD4(a[0], c[0], a[1], c[1]), ac1 = SIMD4(a[2], c[2], a[3], c[3])
  let bd0 = SIMD4(b[0], d[0], b[1], d[1]), bd1 = SIMD4(b[2], d[2], b[3], d[3])
  return (
    SIMD4(ac0[0], bd0[0], ac0[1], bd0[1]), SIMD4(ac0[2], bd0[2], ac0[3], bd0[3]),
    SIMD4(ac1[0], bd1[0], ac1[1], bd1[1]), SIMD4(ac1[2], bd1[2], ac1[3], bd1[3])
  )
}
