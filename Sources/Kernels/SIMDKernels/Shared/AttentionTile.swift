import CKernels
import KernelTypes

// The register tile of attention: B in any format of the cache becomes floats between memory and register.
// Transparent, because the inliner leaves so large functions out of line in spite of `@inline(__always)`.

/// Σₖ A(r, k) · B(k, ·) for `rows` rows; `rows` and `format` must be literals.
@_transparent func product(rows: Int, _ format: CacheFormat, _ p: ProductOperands) -> Accumulators {
  var acc = Accumulators { _ in splat(0) }
  var a = p.a, b = p.b
  for _ in 0..<p.depth {
    // With few rows the memory is the limit, and several short streams are more than it foresees.
    if rows < tileRows, p.ahead > 0 { ck_prefetch_read(b + p.ahead) }
    let b0 = loadCached(b, format), b1 = loadCached(b + laneCount &* byteCount(format), format)
    for r in 0..<rows {
      let x = splat(a[r &* p.rowStride])
      acc[unchecked: 2 &* r] = multiplyAdd(acc[unchecked: 2 &* r], x, b0)
      acc[unchecked: 2 &* r &+ 1] = multiplyAdd(acc[unchecked: 2 &* r &+ 1], x, b1)
    }
    a += 1
    b += p.bStride
  }
  return acc
}

/// C = acc, or C += acc; with scales for columns, acc times them.
@_transparent func put(rows: Int, _ format: CacheFormat, _ acc: Accumulators, _ t: ProductTarget) {
  var scale0 = splat(1), scale1 = splat(1)
  if case .q8 = format, let scales = t.scales {
    scale0 = loadHalves(scales)
    scale1 = loadHalves(scales + 2 * laneCount)
  }
  putRows(0, min(rows, 4), acc, t, scale0, scale1)
  if rows > 4 { putRows(4, min(rows, 8), acc, t, scale0, scale1) }
  if rows > 8 { putRows(8, rows, acc, t, scale0, scale1) }
}

/// Rows `first` ..< `end`, literals; see `writeWhole`.
@inline(__always) func putRows(
  _ first: Int, _ end: Int, _ acc: Accumulators, _ t: ProductTarget, _ scale0: Lanes, _ scale1: Lanes
) {
  for r in first..<end {
    let c = t.c + r &* t.rowStride
    let x0 = acc[unchecked: 2 &* r], x1 = acc[unchecked: 2 &* r &+ 1]
    var c0 = splat(0), c1 = splat(0)
    if t.accumulate { (c0, c1) = (load(c), load(c + laneCount)) }
    store(multiplyAdd(c0, x0, scale0), c)
    store(multiplyAdd(c1, x1, scale1), c + laneCount)
  }
}

/// One tile of up to `tileRows` rows: a loop with the right number of accumulators for each count.
@_transparent func multiply(rows: Int, _ format: CacheFormat, _ p: ProductOperands, _ t: ProductTarget) {
  switch rows {
  case 1: put(rows: 1, format, product(rows: 1, format, p), t)
  case 2: put(rows: 2, format, product(rows: 2, format, p), t)
  case 3: put(rows: 3, format, product(rows: 3, format, p), t)
  case 4: put(rows: 4, format, product(rows: 4, format, p), t)
  case 5: put(rows: 5, format, product(rows: 5, format, p), t)
  default: multiplyWide(rows: rows, format, p, t)
  }
}

@_transparent func multiplyWide(
  rows: Int, _ format: CacheFormat, _ p: ProductOperands, _ t: ProductTarget
) {
  if tileRows == 6 || rows == 6 { return put(rows: 6, format, product(rows: 6, format, p), t) }
  if rows == 7 { return put(rows: 7, format, product(rows: 7, format, p), t) }
  if tileRows == 8 || rows == 8 { return put(rows: 8, format, product(rows: 8, format, p), t) }
  switch rows {
  case 9: put(rows: 9, format, product(rows: 9, format, p), t)
  case 10: put(rows: 10, format, product(rows: 10, format, p), t)
  case 11: put(rows: 11, format, product(rows: 11, format, p), t)
  default: put(rows: tileRows, format, product(rows: tileRows, format, p), t)
  }
}
