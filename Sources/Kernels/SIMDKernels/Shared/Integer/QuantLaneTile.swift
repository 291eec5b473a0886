#if arch(arm64)
  import CKernels
  import KernelTypes

  // The integer tile where products take their factor from one lane of a vector: a load of activations serves four
  // steps of k. Half a block, 16 elements, is what weights' registers hold.

  /// Four steps of a vector of rows.
  typealias Steps = (IntLanes, IntLanes, IntLanes, IntLanes)
  /// Weights of half a block: [step][vector], as matrices [pair of steps][pair of rows].
  typealias HalfWeights = InlineArray<8, IntLanes>

  @inline(__always) func splat(_ v: IntLanes, _ lane: Int) -> IntLanes { IntLanes(repeating: v[lane]) }

  /// Sums of a block's products, [token][vector]. But for 6 bits they have started with the bits of 1.5 · 2²³, so that
  /// `sumToFloat` costs a subtraction: conversions go through one unit only, at half the rate.
  @_transparent func sumBlock(tokens: Int, _ format: QuantFormat, expanded: Bool, _ b: QuantBlock) -> Sums {
    if multipliesMatrices && (tokens > 1 || expanded || format == .q8_0) {
      return sumMatrices(tokens: tokens, format, expanded: expanded, b)
    }
    var sums = Sums { _ in IntLanes(repeating: format == .q6_k ? 0 : floatBits) }
    if format == .q4_0 {
      for t in 0..<tokens {
        let start = loadStart(b.y + (t &* b.tokenStride &+ ActivationBlock.start4))
        sums[unchecked: 2 &* t] &+= start
        sums[unchecked: 2 &* t &+ 1] &+= start
      }
    }
    // No loops, here and below: the compiler would not unroll such long ones.
    addHalf(tokens: tokens, format, expanded: expanded, half: 0, b, &sums)
    addHalf(tokens: tokens, format, expanded: expanded, half: 1, b, &sums)
    return sums
  }

  /// The pattern of 1.5 · 2²³: whole numbers below 2²² in its low bits are as many units.
  @inline(__always) var floatBits: Int32 { 0x4B40_0000 }
  @inline(__always) func sumToFloat(_ format: QuantFormat, _ sum: IntLanes) -> Lanes {
    format == .q6_k ? toFloat(sum) : unsafeBitCast(sum, to: Lanes.self) - splat(0x1.8p23)
  }

  /// Adds the sums of a block, times the scales of weights and activations, to the tile's floats, [token][row].
  @inline(__always) func addScaled(
    tokens: Int, _ format: QuantFormat, _ sums: Sums, scales: UnsafePointer<Float>, _ b: QuantBlock,
    to result: UnsafeMutablePointer<Float>
  ) {
    let w = (load(scales), load(scales + laneCount))
    addScaled(token: 0, format, sums, w, b, to: result)
    if tokens > 1 { addScaled(token: 1, format, sums, w, b, to: result) }
    if tokens > 2 { addScaled(token: 2, format, sums, w, b, to: result) }
    if tokens > 3 { addScaled(token: 3, format, sums, w, b, to: result) }
    if tokens > 4 { addScaled(token: 4, format, sums, w, b, to: result) }
    if tokens > 5 { addScaled(token: 5, format, sums, w, b, to: result) }
  }

  @inline(__always) func addScaled(
    token t: Int, _ format: QuantFormat, _ sums: Sums, _ scales: (Lanes, Lanes), _ b: QuantBlock,
    to result: UnsafeMutablePointer<Float>
  ) {
    let scale = splatFloat(b.y + (t &* b.tokenStride &+ ActivationBlock.scale))
    let at0 = result + t &* tileColumns, at1 = at0 + laneCount
    let sum0 = sumToFloat(format, sums[unchecked: 2 &* t])
    let sum1 = sumToFloat(format, sums[unchecked: 2 &* t &+ 1])
    store(multiplyAdd(load(at0), sum0, scales.0 * scale), at0)
    store(multiplyAdd(load(at1), sum1, scales.1 * scale), at1)
  }

  @inline(__always) func addHalf(
    tokens: Int, _ format: QuantFormat, expanded: Bool, half: Int, _ b: QuantBlock, _ sums: inout Sums
  ) {
    let w = loadHalf(format, expanded: expanded, half, b)
    let factors = loadHalfFactors(format, half, b)
    addHalf(token: 0, format, w, factors, half, b, &sums)
    if tokens > 1 { addHalf(token: 1, format, w, factors, half, b, &sums) }
    if tokens > 2 { addHalf(token: 2, format, w, factors, half, b, &sums) }
    if tokens > 3 { addHalf(token: 3, format, w, factors, half, b, &sums) }
    if tokens > 4 { addHalf(token: 4, format, w, factors, half, b, &sums) }
    if tokens > 5 { addHalf(token: 5, format, w, factors, half, b, &sums) }
  }

  /// Factors of a half block, for both vectors of rows.
  @_transparent func loadHalfFactors(_ format: QuantFormat, _ half: Int, _ b: QuantBlock) -> (
    IntLanes, IntLanes
  ) {
    let p = b.factors + half &* tileColumns, none = IntLanes(repeating: 0)
    return format == .q6_k ? (loadFactors(p), loadFactors(p + laneCount)) : (none, none)
  }

  /// Adds a token's products.
  @inline(__always) func addHalf(
    token t: Int, _ format: QuantFormat, _ w: HalfWeights, _ factors: (IntLanes, IntLanes), _ half: Int,
    _ b: QuantBlock, _ sums: inout Sums
  ) {
    let w0 = (w[unchecked: 0], w[unchecked: 2], w[unchecked: 4], w[unchecked: 6])
    let w1 = (w[unchecked: 1], w[unchecked: 3], w[unchecked: 5], w[unchecked: 7])
    let block = b.y + t &* b.tokenStride
    let y = loadInts(block + 16 &* half)
    var sum0 = sums[unchecked: 2 &* t], sum1 = sums[unchecked: 2 &* t &+ 1]
    switch format {
    case .q8_0:
      sum0 = dotBytes(sum0, w0, y)
      sum1 = dotBytes(sum1, w1, y)
    case .q4_0, .q4_k:
      sum0 = dotNibbles(sum0, w0, y)
      sum1 = dotNibbles(sum1, w1, y)
    case .q6_k:
      let start = block + (ActivationBlock.start6 &+ 4 &* half)
      sum0 = sum0 &+ dotSixBits(start, w0, y) &* factors.0
      sum1 = sum1 &+ dotSixBits(start, w1, y) &* factors.1
    }
    sums[unchecked: 2 &* t] = keep(sum0)
    sums[unchecked: 2 &* t &+ 1] = keep(sum1)
  }

  /// The same by products of 2 rows and 2 tokens; an odd token is its own partner.
  @_transparent func sumMatrices(tokens: Int, _ format: QuantFormat, expanded: Bool, _ b: QuantBlock) -> Sums
  {
    // [pair of tokens][pair of rows], each [token][row]
    var squares = Sums { _ in IntLanes(repeating: format == .q6_k ? 0 : floatBits) }
    if format == .q4_0 {
      for pair in 0..<(tokens &+ 1) / 2 {
        let start = startOfSquare(ActivationBlock.start4, pair, of: tokens, b)
        for i in 4 &* pair..<4 &* pair &+ 4 { squares[unchecked: i] &+= start }
      }
    }
    addSquares(tokens: tokens, format, expanded: expanded, half: 0, b, &squares)
    addSquares(tokens: tokens, format, expanded: expanded, half: 1, b, &squares)
    var sums = Sums { _ in IntLanes(repeating: 0) }
    for t in 0..<tokens {
      for v in 0..<2 {
        let i = t / 2 &* 4 &+ 2 &* v
        let a = squares[unchecked: i], b = squares[unchecked: i &+ 1]
        sums[unchecked: 2 &* t &+ v] = t & 1 == 0 ? ck_zip_low_4(a, b) : ck_zip_high_4(a, b)
      }
    }
    return sums
  }

  @_transparent func addSquares(
    tokens: Int, _ format: QuantFormat, expanded: Bool, half: Int, _ b: QuantBlock, _ squares: inout Sums
  ) {
    var w = loadHalf(format, expanded: expanded, half, b)
    if !expanded && format != .q8_0 { w = paired(w) }
    let factors = loadHalfFactors(format, half, b)
    addSquares(pair: 0, of: tokens, format, w, factors, half, b, &squares)
    if tokens > 2 { addSquares(pair: 1, of: tokens, format, w, factors, half, b, &squares) }
    if tokens > 4 { addSquares(pair: 2, of: tokens, format, w, factors, half, b, &squares) }
  }

  /// Adds two tokens' products.
  @_transparent func addSquares(
    pair: Int, of tokens: Int, _ format: QuantFormat, _ w: HalfWeights, _ factors: (IntLanes, IntLanes),
    _ half: Int, _ b: QuantBlock, _ squares: inout Sums
  ) {
    let (own, partner) = blocks(of: pair, tokens, b)
    let y0 = loadInts(own + 16 &* half), y1 = loadInts(partner + 16 &* half)
    let first = ck_zip_low_4(y0, y1), second = ck_zip_high_4(y0, y1)
    let start =
      format == .q6_k
      ? startOfSquare(ActivationBlock.start6 &+ 4 &* half, pair, of: tokens, b) : IntLanes(repeating: 0)
    for rows in 0..<4 {
      let sum = squares[unchecked: 4 &* pair &+ rows]
      var square = ck_matrix_4(format == .q6_k ? start : sum, first, w[unchecked: rows])
      square = ck_matrix_4(square, second, w[unchecked: 4 &+ rows])
      if format == .q6_k {
        let factor = rows < 2 ? factors.0 : factors.1
        square =
          sum &+ square &* (rows & 1 == 0 ? ck_zip_low_4(factor, factor) : ck_zip_high_4(factor, factor))
      }
      squares[unchecked: 4 &* pair &+ rows] = keep(square)
    }
  }

  @_transparent func blocks(of pair: Int, _ tokens: Int, _ b: QuantBlock) -> (
    UnsafeRawPointer, UnsafeRawPointer
  ) {
    let own = b.y + 2 &* pair &* b.tokenStride
    return (own, 2 &* pair &+ 1 < tokens ? own + b.tokenStride : own)
  }

  /// What the sums of two tokens start with.
  @_transparent func startOfSquare(_ at: Int, _ pair: Int, of tokens: Int, _ b: QuantBlock) -> IntLanes {
    let (own, partner) = blocks(of: pair, tokens, b)
    return ck_zip_low_4(loadStart(own + at), loadStart(partner + at))
  }

  /// Loads the weights of half a block.
  @_transparent func loadHalf(
    _ format: QuantFormat, expanded: Bool, _ half: Int, _ b: QuantBlock
  ) -> HalfWeights {
    if expanded || format == .q8_0 {
      return HalfWeights { loadInts(b.weights + (16 &* half &* tileColumns &+ 4 &* laneCount &* $0)) }
    }
    return format == .q6_k
      ? loadHalfOfSixBits(b.weights + 12 &* half &* tileColumns)
      : loadNibbles(b.weights + 8 &* half &* tileColumns)
  }

  /// Two pairs of steps.
  @_transparent func loadNibbles(_ p: UnsafeRawPointer) -> HalfWeights {
    let mask = IntLanes(repeating: 0x0F0F_0F0F)
    var w = HalfWeights { _ in mask }
    for i in 0..<4 {
      let packed = loadInts(p + 4 &* laneCount &* i)
      let at = i / 2 &* 4 &+ i & 1
      w[unchecked: at] = packed & mask
      w[unchecked: at &+ 2] = ck_upper_nibbles_4(packed)
    }
    return w
  }

  @_transparent func loadHalfOfSixBits(_ p: UnsafeRawPointer) -> HalfWeights {
    var w = HalfWeights { _ in IntLanes(repeating: 0) }
    for v in 0..<2 {
      let steps = loadSixBits(p + 4 &* laneCount &* v)
      w[unchecked: v] = steps.0
      w[unchecked: v &+ 2] = steps.1
      w[unchecked: v &+ 4] = steps.2
      w[unchecked: v &+ 6] = steps.3
    }
    return w
  }

  /// Steps side by side, 8 elements of a row: [pair of steps][pair of rows].
  @_transparent func paired(_ w: HalfWeights) -> HalfWeights {
    var pairs = w
    for i in 0..<4 {
      let at = i / 2 &* 4 &+ i & 1, to = i / 2 &* 4 &+ 2 &* (i & 1)
      pairs[unchecked: to] = ck_interleave_low_4(w[unchecked: at], w[unchecked: at &+ 2])
      pairs[unchecked: to &+ 1] = ck_interleave_high_4(w[unchecked: at], w[unchecked: at &+ 2])
    }
    return pairs
  }

  /// Writes the weights of a block as `loadHalf` reads them back, expanded.
  @_transparent func expandHalves(
    _ format: QuantFormat, _ from: UnsafeRawPointer, into to: UnsafeMutableRawPointer
  ) {
    let block = QuantBlock(weights: from, y: from, tokenStride: 0, factors: from)
    for half in 0..<2 {
      var w = loadHalf(format, expanded: false, half, block)
      if multipliesMatrices { w = paired(w) }
      for i in 0..<8 {
        let at = to + (16 &* half &* tileColumns &+ 4 &* laneCount &* i)
        at.storeBytes(of: w[unchecked: i], as: IntLanes.self)
      }
    }
  }
#endif
