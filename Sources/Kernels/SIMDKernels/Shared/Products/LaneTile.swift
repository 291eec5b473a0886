#if arch(arm64)
  import KernelTypes

  /// `tile` of 8 rows for packed panels of A, which takes each factor from a lane of a vector: two loads of A serve all
  /// rows, and no broadcast occupies an arithmetic unit.
  @inline(__always) func laneTile(_ t: TileOperands) -> Accumulators {
    var acc = Accumulators { _ in splat(0) }
    var a = t.a, b = t.b
    for _ in 0..<t.depth {
      let low = load(a), high = load(a + laneCount)
      let b0 = load(b), b1 = load(b + laneCount)
      for r in 0..<8 {
        let x = splat(r < laneCount ? low[r] : high[r &- laneCount])
        acc[unchecked: 2 &* r] = multiplyAdd(acc[unchecked: 2 &* r], x, b0)
        acc[unchecked: 2 &* r &+ 1] = multiplyAdd(acc[unchecked: 2 &* r &+ 1], x, b1)
      }
      a += t.depthStride
      b += t.bStride
    }
    return acc
  }
#endif
