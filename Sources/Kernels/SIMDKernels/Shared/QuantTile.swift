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
    addNibbles(tokens: tokens, pair: 0, b, to: &sums)
    addNibbles(tokens: tokens, pair: 1, b, to: &sums)
    addNibbles(tokens: tokens, pair: 2, b, to: &sums)
    addNibbles(tokens: tokens, pair: 3, b, to: &sums)
    for i in 0..<2 &* tokens { sums[unchecked: i] = total(sums[unchecked: i]) }
    return sums
  }

  /// Two steps of 4-bit weights.
  @_transparent func addNibbles(tokens: Int, pair: Int, _ b: QuantBlock, to sums: inout Sums) {
    let mask = IntLanes(repeating: 0x0F0F_0F0F)
    let w = b.weights + 4 &* pair &* tileColumns
    let packed0 = loadInts(w), packed1 = loadInts(w + 4 &* laneCount)
    addStep(tokens: tokens, packed0 & mask, packed1 & mask, b.y + 8 &* pair, b, to: &sums)
    let high0 = (packed0 &>> 4) & mask, high1 = (packed1 &>> 4) & mask
    addStep(tokens: tokens, high0, high1, b.y + (8 &* pair &+ 4), b, to: &sums)
  }

  /// One step of weights of up to 6 bits, both vectors of rows.
  @_transparent func addStep(
    tokens: Int, _ w0: IntLanes, _ w1: IntLanes, _ y: UnsafeRawPointer, _ b: QuantBlock, to sums: inout Sums
  ) {
    for t in 0..<tokens {
      let element = splatInts(y + t &* b.tokenStride)
      sums[unchecked: 2 &* t] = keep(dot(sums[unchecked: 2 &* t], w0, element))
      sums[unchecked: 2 &* t &+ 1] = keep(dot(sums[unchecked: 2 &* t &+ 1], w1, element))
    }
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
    let y = b.y + (byteStep == 2 ? ActivationBlock.bytes : 0)
    for part in 0..<8 / byteStep {
      let at = 4 &* part
      addBytes(tokens: tokens, step: at, y, b, to: &sums)
      addBytes(tokens: tokens, step: at &+ 1, y, b, to: &sums)
      addBytes(tokens: tokens, step: at &+ 2, y, b, to: &sums)
      addBytes(tokens: tokens, step: at &+ 3, y, b, to: &sums)
    }
    return sums
  }

  /// One step of 8-bit weights, as they lie in memory.
  @_transparent func addBytes(
    tokens: Int, step: Int, _ y: UnsafeRawPointer, _ b: QuantBlock, to sums: inout Sums
  ) {
    let w = b.weights + step &* byteStep &* tileColumns
    let w0 = loadByteStep(w), w1 = loadByteStep(w + byteStep &* laneCount)
    for t in 0..<tokens {
      let element = splatInts(y + (t &* b.tokenStride &+ 4 &* step))
      sums[unchecked: 2 &* t] = keep(dotBytes(sums[unchecked: 2 &* t], w0, element))
      sums[unchecked: 2 &* t &+ 1] = keep(dotBytes(sums[unchecked: 2 &* t &+ 1], w1, element))
    }
  }

  /// Four steps of expanded weights.
  @_transparent func addLanes(
    tokens: Int, _ format: QuantFormat, part: Int, _ b: QuantBlock, to sums: inout Sums
  ) {
    addLane(tokens: tokens, format, step: 4 &* part, b, to: &sums)
    addLane(tokens: tokens, format, step: 4 &* part &+ 1, b, to: &sums)
    addLane(tokens: tokens, format, step: 4 &* part &+ 2, b, to: &sums)
    addLane(tokens: tokens, format, step: 4 &* part &+ 3, b, to: &sums)
  }

  @_transparent func addLane(
    tokens: Int, _ format: QuantFormat, step: Int, _ b: QuantBlock, to sums: inout Sums
  ) {
    let w = b.weights + 4 &* step &* tileColumns
    let w0 = loadInts(w), w1 = loadInts(w + 4 &* laneCount)
    let y = b.y + ((format.usesWords ? ActivationBlock.bytes : 0) &+ 4 &* step)
    guard format == .q8_0 else { return addStep(tokens: tokens, w0, w1, y, b, to: &sums) }
    for t in 0..<tokens {
      let element = splatInts(y + t &* b.tokenStride)
      sums[unchecked: 2 &* t] = keep(dotBytes(sums[unchecked: 2 &* t], w0, element))
      sums[unchecked: 2 &* t &+ 1] = keep(dotBytes(sums[unchecked: 2 &* t &+ 1], w1, element))
    }
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
    addLanes(tokens: tokens, format, part: 0, b, to: &sums)
    addLanes(tokens: tokens, format, part: 1, b, to: &sums)
    if format.usesWords {
      addLanes(tokens: tokens, format, part: 2, b, to: &sums)
      addLanes(tokens: tokens, format, part: 3, b, to: &sums)
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
