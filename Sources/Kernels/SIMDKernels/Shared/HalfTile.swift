import CKernels
import KernelTypes

// Weights of 16 bits, widened on the way into the registers: exact, and half the bytes of float32.

/// How 16 bits are read.
enum HalfKind { case ieee, brain }

@inline(__always) func loadWidened(_ kind: HalfKind, _ p: UnsafeRawPointer) -> Lanes {
  kind == .ieee ? loadHalves(p) : loadBrain(p)
}

public func multiplyF16(_ p: HalfProduct) { multiply(.ieee, p) }
public func multiplyBF16(_ p: HalfProduct) { multiply(.brain, p) }

/// Widens `count` numbers, a multiple of `panelColumns`.
public func widenF16(_ from: UnsafeRawPointer, count: Int, into to: UnsafeMutablePointer<Float>) {
  widen(.ieee, from, count, to)
}
public func widenBF16(_ from: UnsafeRawPointer, count: Int, into to: UnsafeMutablePointer<Float>) {
  widen(.brain, from, count, to)
}

@inline(__always) func widen(
  _ kind: HalfKind, _ from: UnsafeRawPointer, _ count: Int, _ to: UnsafeMutablePointer<Float>
) {
  var i = 0
  while i < count {
    store(loadWidened(kind, from + 2 &* i), to + i)
    store(loadWidened(kind, from + 2 &* (i &+ laneCount)), to + (i &+ laneCount))
    i &+= tileColumns
  }
}

@inline(__always) func multiply(_ kind: HalfKind, _ p: HalfProduct) {
  var row = 0
  while row < p.rows {
    let panel = p.panels + 2 &* row &* p.depth
    let target = TileTarget(
      c: p.y + row, rowStride: p.yStride, columns: min(tileColumns, p.rows &- row), accumulate: false,
      scale: 1)
    guard widensInLoops else {
      multiplyOneByOne(kind, p, panel, target)
      row &+= tileColumns
      continue
    }
    switch p.tokens {
    case 1: write(rows: 1, vectorTile(kind, p.x, panel, p.depth), to: target)
    case 2: write(rows: 2, halfTile(kind, rows: 2, p, panel), to: target)
    case 3: write(rows: 3, halfTile(kind, rows: 3, p, panel), to: target)
    case 4: write(rows: 4, halfTile(kind, rows: 4, p, panel), to: target)
    case 5: write(rows: 5, halfTile(kind, rows: 5, p, panel), to: target)
    default: multiplyTall(kind, p, panel, target)
    }
    row &+= tileColumns
  }
}

/// Where widening leaves no registers for more than a token.
@inline(__always) func multiplyOneByOne(
  _ kind: HalfKind, _ p: HalfProduct, _ panel: UnsafeRawPointer, _ target: TileTarget
) {
  var one = p, to = target
  for _ in 0..<p.tokens {
    write(rows: 1, halfTile(kind, rows: 1, one, panel), to: to)
    one.x += p.xStride
    to.c += p.yStride
  }
}

@inline(__always) func multiplyTall(
  _ kind: HalfKind, _ p: HalfProduct, _ panel: UnsafeRawPointer, _ target: TileTarget
) {
  if tileRows == 6 || p.tokens == 6 { return write(rows: 6, halfTile(kind, rows: 6, p, panel), to: target) }
  if p.tokens == 7 { return write(rows: 7, halfTile(kind, rows: 7, p, panel), to: target) }
  write(rows: 8, halfTile(kind, rows: 8, p, panel), to: target)
}

/// Σₖ x(r, k) · W(·, k) for `rows` tokens, a literal.
@inline(__always) func halfTile(
  _ kind: HalfKind, rows: Int, _ p: HalfProduct, _ panel: UnsafeRawPointer
) -> Accumulators {
  var acc = Accumulators { _ in splat(0) }
  var x = p.x, b = panel
  for _ in 0..<p.depth {
    let b0 = loadWidened(kind, b), b1 = loadWidened(kind, b + 2 &* laneCount)
    for r in 0..<rows {
      let element = splat(x[r &* p.xStride])
      acc[unchecked: 2 &* r] = multiplyAdd(acc[unchecked: 2 &* r], element, b0)
      acc[unchecked: 2 &* r &+ 1] = multiplyAdd(acc[unchecked: 2 &* r &+ 1], element, b1)
    }
    x += 1
    b += 2 &* tileColumns
  }
  return acc
}

/// One token, with accumulators of their own for four steps of k, as `vectorTile` of floats has.
@inline(__always) func vectorTile(
  _ kind: HalfKind, _ x: UnsafePointer<Float>, _ panel: UnsafeRawPointer, _ depth: Int
) -> Accumulators {
  var acc = Accumulators { _ in splat(0) }
  var b = panel
  var k = 0
  while k &+ 4 <= depth {
    prefetchAhead(of: b, bytes: 8 &* tileColumns)
    for u in 0..<4 {
      let element = splat(x[k &+ u])
      let p = b + 2 &* u &* tileColumns
      acc[unchecked: 2 &* u] = multiplyAdd(acc[unchecked: 2 &* u], element, loadWidened(kind, p))
      acc[unchecked: 2 &* u &+ 1] = multiplyAdd(
        acc[unchecked: 2 &* u &+ 1], element, loadWidened(kind, p + 2 &* laneCount))
    }
    b += 8 &* tileColumns
    k &+= 4
  }
  while k < depth {
    acc[unchecked: 0] = multiplyAdd(acc[unchecked: 0], splat(x[k]), loadWidened(kind, b))
    acc[unchecked: 1] = multiplyAdd(
      acc[unchecked: 1], splat(x[k]), loadWidened(kind, b + 2 &* laneCount))
    b += 2 &* tileColumns
    k &+= 1
  }
  acc[unchecked: 0] += acc[unchecked: 2] + (acc[unchecked: 4] + acc[unchecked: 6])
  acc[unchecked: 1] += acc[unchecked: 3] + (acc[unchecked: 5] + acc[unchecked: 7])
  return acc
}
