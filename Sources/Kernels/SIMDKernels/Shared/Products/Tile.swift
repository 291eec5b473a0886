import CKernels
import KernelTypes

// The register tile: rows × 2 vectors of C stay in registers while k runs. One inlined loop serves GEMM on
// packed panels, small batches on unpacked activations, and both products of attention.

/// Σₖ A(r, k) · B(k, ·) for `rows` rows; `rows` must be a literal, so that the loops over it unroll and
/// the accumulators live in registers.
///
/// - Parameter pairs: a literal; elements of A and B are pairs of bfloat16, and k counts pairs. They pass through
///   everything else as the floats of the same bits.
@inline(__always) func tile(rows: Int, pairs: Bool = false, _ t: TileOperands) -> Accumulators {
  var acc = Accumulators { _ in splat(0) }
  var a = t.a, b = t.b
  for _ in 0..<t.depth {
    let b0 = load(b), b1 = load(b + laneCount)
    for r in 0..<rows {
      let x = splat(a[r &* t.rowStride])
      acc[unchecked: 2 &* r] = addProduct(pairs, acc[unchecked: 2 &* r], x, b0)
      acc[unchecked: 2 &* r &+ 1] = addProduct(pairs, acc[unchecked: 2 &* r &+ 1], x, b1)
    }
    a += t.depthStride
    b += t.bStride
  }
  return acc
}

/// Adds the products of some steps of k, and goes on to the next ones.
@inline(__always) func addProducts(
  pairs: Bool, _ t: inout TileOperands, steps: Int, to acc: inout Accumulators
) {
  var a = t.a, b = t.b
  for _ in 0..<steps {
    let b0 = load(b), b1 = load(b + laneCount)
    for r in 0..<tileRows {
      let x = splat(a[r &* t.rowStride])
      acc[unchecked: 2 &* r] = addProduct(pairs, acc[unchecked: 2 &* r], x, b0)
      acc[unchecked: 2 &* r &+ 1] = addProduct(pairs, acc[unchecked: 2 &* r &+ 1], x, b1)
    }
    a += t.depthStride
    b += t.bStride
  }
  (t.a, t.b) = (a, b)
}

/// The tile of all rows, meanwhile asking for the lines of C, a row every few steps: all at once would take the core's
/// buffers of misses from A.
@inline(__always) func tile(
  pairs: Bool, _ t: TileOperands, for c: UnsafePointer<Float>, _ rowStride: Int
) -> Accumulators {
  let spacing = 8
  var acc = Accumulators { _ in splat(0) }
  var rest = t, c = c, left = t.depth
  while left > t.depth &- spacing &* tileRows && left >= spacing {
    ck_prefetch_write(c)
    ck_prefetch_write(c + (tileColumns &- 1))
    addProducts(pairs: pairs, &rest, steps: spacing, to: &acc)
    c += rowStride
    left &-= spacing
  }
  addProducts(pairs: pairs, &rest, steps: left, to: &acc)
  return acc
}

/// acc + a · b, of floats or of pairs of bfloat16.
@inline(__always) func addProduct(_ pairs: Bool, _ acc: Lanes, _ a: Lanes, _ b: Lanes) -> Lanes {
  pairs ? dotBrain(acc, b, a) : multiplyAdd(acc, a, b)
}

/// The same of all rows, for packed panels of A.
@inline(__always) func packedTile(pairs: Bool, _ t: TileOperands, _ target: TileTarget) -> Accumulators {
  #if arch(arm64)
    for r in 0..<tileRows {
      ck_prefetch_write(target.c + r &* target.rowStride)
      ck_prefetch_write(target.c + (r &* target.rowStride &+ tileColumns &- 1))
    }
    return pairs ? tile(rows: tileRows, pairs: true, t) : laneTile(t)
  #else
    tile(pairs: pairs, t, for: target.c, target.rowStride)
  #endif
}

/// C = scale · acc, or C += scale · acc.
@inline(__always) func write(rows: Int, _ acc: Accumulators, to t: TileTarget) {
  guard t.columns == tileColumns else { return writeEdge(rows, acc, t) }
  writeWhole(rows: rows, acc, to: t)
}

/// The same of all columns.
@inline(__always) func writeWhole(rows: Int, _ acc: Accumulators, to t: TileTarget) {
  // Not one loop: the compiler would not unroll so long a one, and keep the accumulators on the stack instead.
  writeRows(0, min(rows, 4), acc, to: t)
  if rows > 4 { writeRows(4, min(rows, 8), acc, to: t) }
  if rows > 8 { writeRows(8, rows, acc, to: t) }
}

/// Rows `first` ..< `end`, literals.
@inline(__always) func writeRows(_ first: Int, _ end: Int, _ acc: Accumulators, to t: TileTarget) {
  let scale = splat(t.scale)
  for r in first..<end {
    let c = t.c + r &* t.rowStride
    let x0 = acc[unchecked: 2 &* r] * scale, x1 = acc[unchecked: 2 &* r &+ 1] * scale
    if t.accumulate {
      store(load(c) + x0, c)
      store(load(c + laneCount) + x1, c + laneCount)
    } else {
      store(x0, c)
      store(x1, c + laneCount)
    }
  }
}

/// The same at the right edge, element by element.
@inline(never) func writeEdge(_ rows: Int, _ acc: Accumulators, _ t: TileTarget) {
  var spilled = acc
  withUnsafeMutablePointer(to: &spilled) { pointer in
    let tile = UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: Float.self)
    for r in 0..<rows {
      for j in 0..<t.columns {
        let x = tile[r &* tileColumns &+ j] * t.scale
        let c = t.c + (r &* t.rowStride &+ j)
        c.pointee = t.accumulate ? c.pointee + x : x
      }
    }
  }
}

/// One tile of 1 … `tileRows` rows: a loop with the right number of accumulators for each count.
@_transparent func runTile(
  rows: Int, pairs: Bool = false, _ operands: TileOperands, _ target: TileTarget
) {
  switch rows {
  case 1: write(rows: 1, tile(rows: 1, pairs: pairs, operands), to: target)
  case 2: write(rows: 2, tile(rows: 2, pairs: pairs, operands), to: target)
  case 3: write(rows: 3, tile(rows: 3, pairs: pairs, operands), to: target)
  case 4: write(rows: 4, tile(rows: 4, pairs: pairs, operands), to: target)
  case 5: write(rows: 5, tile(rows: 5, pairs: pairs, operands), to: target)
  default: runWideTile(rows: rows, pairs: pairs, operands, target)
  }
}

@_transparent func runWideTile(
  rows: Int, pairs: Bool, _ operands: TileOperands, _ target: TileTarget
) {
  if tileRows == 6 || rows == 6 { return write(rows: 6, tile(rows: 6, pairs: pairs, operands), to: target) }
  if rows == 7 { return write(rows: 7, tile(rows: 7, pairs: pairs, operands), to: target) }
  if tileRows == 8 || rows == 8 { return write(rows: 8, tile(rows: 8, pairs: pairs, operands), to: target) }
  switch rows {
  case 9: write(rows: 9, tile(rows: 9, pairs: pairs, operands), to: target)
  case 10: write(rows: 10, tile(rows: 10, pairs: pairs, operands), to: target)
  case 11: write(rows: 11, tile(rows: 11, pairs: pairs, operands), to: target)
  default: write(rows: tileRows, tile(rows: tileRows, pairs: pairs, operands), to: target)
  }
}
