import CKernels
import KernelTypes

// The integer tile: 2 vectors of rows by some tokens, one block of 32 elements at a time. The sums of products stay in
// registers during a block; the sums over blocks, floats, lie in L1.

/// Where one block of a tile lies.
struct QuantBlock {
  /// The elements of the weights: see `QuantPacking`.
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
  @inline(__always) func addNibbles(tokens: Int, pair: Int, _ b: QuantBlock, to sums: inout Sums) {
    let mask = IntLanes(repeating: 0x0F0F_0F0F)
    let w = b.weights + 4 &* pair &* tileColumns
    prefetchAhead(of: w, bytes: 4 &* tileColumns)
    let packed0 = loadInts(w), packed1 = loadInts(w + 4 &* laneCount)
    addStep(tokens: tokens, packed0 & mask, packed1 & mask, b.y + 8 &* pair, b, to: &sums)
    let high0 = (packed0 &>> 4) & mask, high1 = (packed1 &>> 4) & mask
    addStep(tokens: tokens, high0, high1, b.y + (8 &* pair &+ 4), b, to: &sums)
  }

  /// One step of weights of up to 6 bits, both vectors of rows.
  @inline(__always) func addStep(
    tokens: Int, _ w0: IntLanes, _ w1: IntLanes, _ y: UnsafeRawPointer, _ b: QuantBlock, to sums: inout Sums
  ) {
    for t in 0..<tokens {
      let element = splatInts(y + t &* b.tokenStride)
      sums[unchecked: 2 &* t] = keep(dot(sums[unchecked: 2 &* t], w0, element))
      sums[unchecked: 2 &* t &+ 1] = keep(dot(sums[unchecked: 2 &* t &+ 1], w1, element))
    }
  }

  @inline(__always) var evenBytes: IntLanes { IntLanes(repeating: 0x00FF_00FF) }

  /// Where sums of 8-bit weights start: zero or `start8`; [token][vector].
  @inline(__always) func startBytes(tokens: Int, _ b: QuantBlock) -> Sums {
    var sums = Sums { _ in IntLanes(repeating: 0) }
    guard bytesAreUnsigned else { return sums }
    for t in 0..<tokens {
      let start = splatInts(b.y + (t &* b.tokenStride &+ ActivationBlock.start8))
      sums[unchecked: 2 &* t] = start
      sums[unchecked: 2 &* t &+ 1] = start
    }
    return sums
  }

  /// Sums of 8-bit weights, [token][vector].
  @_transparent func sumBytes(tokens: Int, _ b: QuantBlock) -> Sums {
    var sums = startBytes(tokens: tokens, b)
    addBytes(tokens: tokens, step: 0, b, to: &sums)
    addBytes(tokens: tokens, step: 1, b, to: &sums)
    addBytes(tokens: tokens, step: 2, b, to: &sums)
    addBytes(tokens: tokens, step: 3, b, to: &sums)
    addBytes(tokens: tokens, step: 4, b, to: &sums)
    addBytes(tokens: tokens, step: 5, b, to: &sums)
    addBytes(tokens: tokens, step: 6, b, to: &sums)
    addBytes(tokens: tokens, step: 7, b, to: &sums)
    return sums
  }

  /// Four elements of k of 8-bit weights, both vectors of rows.
  @inline(__always) func addBytes(tokens: Int, step: Int, _ b: QuantBlock, to sums: inout Sums) {
    let w = b.weights + 4 &* step &* tileColumns
    prefetchAhead(of: w, bytes: 4 &* tileColumns)
    let w0 = loadInts(w), w1 = loadInts(w + 4 &* laneCount)
    guard multipliesWords else { return addEach(tokens: tokens, w0, w1, b.y + 4 &* step, b, to: &sums) }
    let y = b.y + (ActivationBlock.bytes &+ 8 &* step)
    addEach(tokens: tokens, w0 & evenBytes, w1 & evenBytes, y, b, to: &sums)
    addEach(tokens: tokens, oddBytes(w0), oddBytes(w1), y + 4, b, to: &sums)
  }

  /// One step of weights of 8 bits, as they are multiplied.
  @inline(__always) func addEach(
    tokens: Int, _ w0: IntLanes, _ w1: IntLanes, _ y: UnsafeRawPointer, _ b: QuantBlock, to sums: inout Sums
  ) {
    for t in 0..<tokens {
      let element = splatInts(y + t &* b.tokenStride)
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

  @inline(__always) func addLane(
    tokens: Int, _ format: QuantFormat, step: Int, _ b: QuantBlock, to sums: inout Sums
  ) {
    let w = b.weights + 4 &* step &* tileColumns
    let w0 = loadInts(w), w1 = loadInts(w + 4 &* laneCount)
    let y = b.y + ((format.usesWords ? ActivationBlock.bytes : 0) &+ 4 &* step)
    guard format == .q8_0 else { return addStep(tokens: tokens, w0, w1, y, b, to: &sums) }
    addEach(tokens: tokens, w0, w1, y, b, to: &sums)
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
    addHalf(tokens: tokens, expanded: expanded, half: 0, vector: v, b, to: &totals)
    addHalf(tokens: tokens, expanded: expanded, half: 1, vector: v, b, to: &totals)
    return totals
  }

  @inline(__always) func addHalf(
    tokens: Int, expanded: Bool, half: Int, vector v: Int, _ b: QuantBlock, to totals: inout Sums
  ) {
    let p = b.weights + (half &* (expanded ? 16 : 12) &* tileColumns &+ 4 &* v &* laneCount)
    if !expanded && v == 0 { prefetchAhead(of: p, bytes: 12 &* tileColumns) }
    let w = expanded ? loadSteps(p) : loadSixBits(p)
    let y = b.y + 16 &* half
    var sums = Sums { _ in IntLanes(repeating: 0) }
    for t in 0..<tokens {
      sums[unchecked: t] = splatInts(b.y + (t &* b.tokenStride &+ ActivationBlock.start6 &+ 4 &* half))
    }
    addVector(tokens: tokens, w.0, y, b, to: &sums)
    addVector(tokens: tokens, w.1, y + 4, b, to: &sums)
    addVector(tokens: tokens, w.2, y + 8, b, to: &sums)
    addVector(tokens: tokens, w.3, y + 12, b, to: &sums)
    let factor = loadFactors(b.factors + (half &* tileColumns &+ v &* laneCount))
    for t in 0..<tokens {
      totals[unchecked: t] = keep(totals[unchecked: t] &+ scaled(sums[unchecked: t], factor))
    }
  }

  /// One step of one vector of rows.
  @inline(__always) func addVector(
    tokens: Int, _ w: IntLanes, _ y: UnsafeRawPointer, _ b: QuantBlock, to sums: inout Sums
  ) {
    for t in 0..<tokens {
      sums[unchecked: t] = keep(dot(sums[unchecked: t], w, splatInts(y + t &* b.tokenStride)))
    }
  }

  /// Four steps of expanded weights.
  @inline(__always) func loadSteps(_ p: UnsafeRawPointer) -> (IntLanes, IntLanes, IntLanes, IntLanes) {
    (
      loadInts(p), loadInts(p + 4 &* tileColumns), loadInts(p + 8 &* tileColumns),
      loadInts(p + 12 &* tileColumns)
    )
  }
#endif

#if !arch(arm64)
  /// Adds the sums of a block, times the scales of weights and activations, to the tile's floats, [token][row].
  @inline(__always) func addScaled(
    tokens: Int, _ sums: Sums, scales: UnsafePointer<Float>, _ b: QuantBlock,
    to result: UnsafeMutablePointer<Float>
  ) {
    // Not one loop; see `writeWhole`.
    let result = ck_opaque(result)!.assumingMemoryBound(to: Float.self)
    addScaled(0, min(tokens, 3), sums, scales: scales, b, to: result)
    if tokens > 3 { addScaled(3, tokens, sums, scales: scales, b, to: result) }
  }

  /// Tokens `first` ..< `end`, literals.
  @inline(__always) func addScaled(
    _ first: Int, _ end: Int, _ sums: Sums, scales: UnsafePointer<Float>, _ b: QuantBlock,
    to result: UnsafeMutablePointer<Float>
  ) {
    for t in first..<end {
      let scale = splatFloat(b.y + (t &* b.tokenStride &+ ActivationBlock.scale))
      let at0 = result + t &* tileColumns, at1 = at0 + laneCount
      let sum0 = toFloat(sums[unchecked: 2 &* t]), sum1 = toFloat(sums[unchecked: 2 &* t &+ 1])
      store(multiplyAdd(load(at0), sum0, load(scales) * scale), at0)
      store(multiplyAdd(load(at1), sum1, load(scales + laneCount) * scale), at1)
    }
  }

  /// The same for the sums of one vector of rows, [token].
  @inline(__always) func addScaled(
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
@inline(__always) func addMinima(
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
