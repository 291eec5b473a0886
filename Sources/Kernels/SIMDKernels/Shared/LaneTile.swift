#if arch(arm64)
  import KernelTypes

  // The register tile where a multiply-add takes its factor from one lane of a vector: a load of A serves four
  // multiply-adds of a vector of B.

  /// `tile` for packed panels of A: four rows in a vector.
  @inline(__always) func packedTile(rows: Int, _ t: TileOperands) -> Accumulators {
    var acc = Accumulators { _ in splat(0) }
    var a = t.a, b = t.b
    for _ in 0..<t.depth {
      let low = load(a), high = rows > laneCount ? load(a + laneCount) : low
      let b0 = load(b), b1 = load(b + laneCount)
      for r in 0..<rows {
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
