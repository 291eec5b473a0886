import CKernels
import KernelTypes

// The integer tile: 2 vectors of rows by some tokens, one block of 32 elements at a time. The sums of products stay in
// registers during a block; the sums over blocks, floats, lie in L1.

/// Where one block of a tile lies.
struct QuantBlock {
  /// The elements of the weights, [step][row][4 or 2].
  var weights: UnsafeRawPointer
  /// The block of the first token's activations.
  var y: UnsafeRawPointer
  var tokenStride: Int
  /// Factors of half blocks in 6-bit formats: [half][row], bytes.
  var factors: UnsafeRawPointer
}

#if !arch(arm64)
  /// Ends a step of the sums: the compiler would else mix the steps, and run out of registers.
  @_transparent func keep(tokens: Int, _ sums: inout Sums) {
    for i in 0..<2 &* tokens { sums[unchecked: i] = keep(sums[unchecked: i]) }
  }

  /// Sums of 4-bit weights, starting with zero or with `start4`; [token][vector].
  @_transparent func sumNibbles(tokens: Int, offset: Bool, _ b: QuantBlock) -> Sums {
    var sums = Sums { _ in IntLanes(repeating: 0) }
    if offset {
      for t in 0..<tokens {
        let start = splatInts(b.y + (t &* b.tokenStride &+ ActivationBlock.start4))
        sums[unchecked: 2 &* t] = start
        sums[unchecked: 2 &* t &+ 1] = start
      }
    }
    let mask = IntLanes(repeating: 0x0F0F_0F0F)
    var w = b.weights, y = b.y
    let end = UnsafeRawPointer(ck_opaque(w + 16 &* tileColumns)!)
    repeat {
      let packed0 = loadInts(w), packed1 = loadInts(w + 4 &* laneCount)
      let low0 = packed0 & mask, low1 = packed1 & mask
      for t in 0..<tokens {
        let element = splatInts(y + t &* b.tokenStride)
        sums[unchecked: 2 &* t] = dot(sums[unchecked: 2 &* t], low0, element)
        sums[unchecked: 2 &* t &+ 1] = dot(sums[unchecked: 2 &* t &+ 1], low1, element)
      }
      let high0 = (packed0 &>> 4) & mask, high1 = (packed1 &>> 4) & mask
      for t in 0..<tokens {
        let element = splatInts(y + (t &* b.tokenStride &+ 4))
        sums[unchecked: 2 &* t] = dot(sums[unchecked: 2 &* t], high0, element)
        sums[unchecked: 2 &* t &+ 1] = dot(sums[unchecked: 2 &* t &+ 1], high1, element)
      }
      w += 4 &* tileColumns
      y += 8
    } while w < end
    for i in 0..<2 &* tokens { sums[unchecked: i] = total(sums[unchecked: i]) }
    return sums
  }

  /// Sums of 8-bit weights.
  @_transparent func sumBytes(tokens: Int, _ b: QuantBlock) -> Sums {
    var sums = Sums { _ in IntLanes(repeating: 0) }
    if bytesAreUnsigned {
      for t in 0..<tokens {
        let start = splatInts(b.y + (t &* b.tokenStride &+ ActivationBlock.start8))
        sums[unchecked: 2 &* t] = start
        sums[unchecked: 2 &* t &+ 1] = start
      }
    }
    var w = b.weights, y = b.y + (byteStep == 2 ? ActivationBlock.bytes : 0)
    let end = UnsafeRawPointer(ck_opaque(w + 32 &* tileColumns)!)
    repeat {
      let w0 = loadBytes(w), w1 = loadBytes(w + byteStep &* laneCount)
      for t in 0..<tokens {
        let element = splatInts(y + t &* b.tokenStride)
        sums[unchecked: 2 &* t] = dotBytes(sums[unchecked: 2 &* t], w0, element)
        sums[unchecked: 2 &* t &+ 1] = dotBytes(sums[unchecked: 2 &* t &+ 1], w1, element)
      }
      w += byteStep &* tileColumns
      y += 4
    } while w < end
    return sums
  }

  /// Sums over the steps of expanded weights, a lane for each row.
  @_transparent func sumLanes(tokens: Int, _ format: QuantFormat, _ b: QuantBlock) -> Sums {
    var sums = Sums { _ in IntLanes(repeating: 0) }
    if format == .q4_0 {
      for t in 0..<tokens {
        let start = splatInts(b.y + (t &* b.tokenStride &+ ActivationBlock.start4))
        sums[unchecked: 2 &* t] = start
        sums[unchecked: 2 &* t &+ 1] = start
      }
    }
    var w = b.weights, y = b.y + (format.usesWords ? ActivationBlock.bytes : 0)
    for _ in 0..<format.expandedSteps / 4 {
      for step in 0..<4 {
        let w0 = loadInts(w + 4 &* step &* tileColumns)
        let w1 = loadInts(w + (4 &* step &* tileColumns &+ 4 &* laneCount))
        for t in 0..<tokens {
          let element = splatInts(y + (t &* b.tokenStride &+ 4 &* step))
          if format == .q8_0 {
            sums[unchecked: 2 &* t] = dotBytes(sums[unchecked: 2 &* t], w0, element)
            sums[unchecked: 2 &* t &+ 1] = dotBytes(sums[unchecked: 2 &* t &+ 1], w1, element)
          } else {
            sums[unchecked: 2 &* t] = dot(sums[unchecked: 2 &* t], w0, element)
            sums[unchecked: 2 &* t &+ 1] = dot(sums[unchecked: 2 &* t &+ 1], w1, element)
          }
        }
        keep(tokens: tokens, &sums)
      }
      w += 16 &* tileColumns
      y += 16
    }
    if format != .q8_0 { for i in 0..<2 &* tokens { sums[unchecked: i] = total(sums[unchecked: i]) } }
    return sums
  }

  /// Sums of 6-bit weights, compact or expanded, times the factors of their half blocks, for one vector of rows: the sums
  /// of a half and those of the whole need registers. [token]
  @_transparent func sumSixBits(tokens: Int, expanded: Bool, vector v: Int, _ b: QuantBlock) -> Sums {
    var totals = Sums { _ in IntLanes(repeating: 0) }
    for half in 0..<2 {
      let w = b.weights + (half &* (expanded ? 16 : 8) &* tileColumns &+ 4 &* v &* laneCount)
      let upper = b.weights + ((16 &+ 4 &* half) &* tileColumns &+ 4 &* v &* laneCount)
      var high = expanded ? IntLanes(repeating: 0) : loadInts(upper)
      var sums = Sums { _ in IntLanes(repeating: 0) }
      for t in 0..<tokens {
        sums[unchecked: t] = splatInts(b.y + (t &* b.tokenStride &+ ActivationBlock.start6 &+ 4 &* half))
      }
      for pair in 0..<2 {
        let (w0, w1) =
          expanded
          ? (loadInts(w + 8 &* pair &* tileColumns), loadInts(w + (8 &* pair &+ 4) &* tileColumns))
          : joinSixBits(loadInts(w + 4 &* pair &* tileColumns), high)
        high = high &>> 4
        for t in 0..<tokens {
          let y = b.y + (t &* b.tokenStride &+ 16 &* half &+ 8 &* pair)
          sums[unchecked: t] = keep(dot(sums[unchecked: t], w0, splatInts(y)))
          sums[unchecked: t] = keep(dot(sums[unchecked: t], w1, splatInts(y + 4)))
        }
      }
      let factor = loadFactors(b.factors + (half &* tileColumns &+ v &* laneCount))
      for t in 0..<tokens {
        totals[unchecked: t] = keep(totals[unchecked: t] &+ scaled(sums[unchecked: t], factor))
      }
    }
    return totals
  }

#endif
/// Two steps of 6-bit weights: a nibble each in `low`, their upper bits in the lowest bits of `high`.
@_transparent func joinSixBits(_ low: IntLanes, _ high: IntLanes) -> (IntLanes, IntLanes) {
  let nibble = IntLanes(repeating: 0x0F0F_0F0F), upper = IntLanes(repeating: 0x3030_3030)
  return (low & nibble | (high &<< 4) & upper, (low &>> 4) & nibble | (high &<< 2) & upper)
}

#if !arch(arm64)
  /// Adds the sums of a block, times the scales of weights and activations, to the tile's floats, [token][row].
  @_transparent func addScaled(
    tokens: Int, _ sums: Sums, scales: UnsafePointer<Float>, _ b: QuantBlock,
    to result: UnsafeMutablePointer<Float>
  ) {
    let result = ck_opaque(result)!.assumingMemoryBound(to: Float.self)
    for t in 0..<tokens {
      let scale = splatFloat(b.y + (t &* b.tokenStride &+ ActivationBlock.scale))
      let at0 = result + t &* tileColumns, at1 = at0 + laneCount
      let sum0 = toFloat(sums[unchecked: 2 &* t]), sum1 = toFloat(sums[unchecked: 2 &* t &+ 1])
      store(multiplyAdd(load(at0), sum0, load(scales) * scale), at0)
      store(multiplyAdd(load(at1), sum1, load(scales + laneCount) * scale), at1)
    }
  }

  /// The same for the sums of one vector of rows, [token].
  @_transparent func addScaled(
    tokens: Int, vector v: Int, _ sums: Sums, scales: UnsafePointer<Float>, _ b: QuantBlock,
    to result: UnsafeMutablePointer<Float>
  ) {
    let result = ck_opaque(result)!.assumingMemoryBound(to: Float.self) + v &* laneCount
    for t in 0..<tokens {
      let scale = splatFloat(b.y + (t &* b.tokenStride &+ ActivationBlock.scale))
      let at = result + t &* tileColumns
      store(multiplyAdd(load(at), toFloat(sums[unchecked: t]), load(scales + v &* laneCount) * scale), at)
    }
  }

#endif
/// Adds the minima of a group's blocks, [block][row], times the scaled sums of the activations.
@_transparent func addMinima(
  tokens: Int, _ minima: UnsafePointer<Float>, _ b: QuantBlock, blocks: Int,
  to result: UnsafeMutablePointer<Float>
) {
  var sums = InlineArray<12, Lanes> { _ in splat(0) }
  for t in 0..<tokens {
    sums[unchecked: 2 &* t] = load(result + t &* tileColumns)
    sums[unchecked: 2 &* t &+ 1] = load(result + (t &* tileColumns &+ laneCount))
  }
  var y = b.y + ActivationBlock.scaledSum, m = minima
  for _ in 0..<blocks {
    let m0 = load(m), m1 = load(m + laneCount)
    for t in 0..<tokens {
      let sum = splatFloat(y + t &* b.tokenStride)
      sums[unchecked: 2 &* t] = multiplyAdd(sums[unchecked: 2 &* t], m0, sum)
      sums[unchecked: 2 &* t &+ 1] = multiplyAdd(sums[unchecked: 2 &* t &+ 1], m1, sum)
    }
    y += ActivationBlock.bytes
    m += tileColumns
  }
  for t in 0..<tokens {
    store(sums[unchecked: 2 &* t], result + t &* tileColumns)
    store(sums[unchecked: 2 &* t &+ 1], result + (t &* tileColumns &+ laneCount))
  }
}
