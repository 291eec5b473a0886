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

  /// Sums of a block's products, [token][vector].
  @_transparent func sumBlock(tokens: Int, _ format: QuantFormat, expanded: Bool, _ b: QuantBlock) -> Sums {
    if multipliesMatrices && (tokens > 1 || expanded || format == .q8_0) {
      return sumMatrices(tokens: tokens, format, expanded: expanded, b)
    }
    var sums = Sums { _ in IntLanes(repeating: 0) }
    if format == .q4_0 {
      for t in 0..<tokens {
        let start = loadStart(b.y + (t &* b.tokenStride &+ ActivationBlock.start4))
        sums[unchecked: 2 &* t] = start
        sums[unchecked: 2 &* t &+ 1] = start
      }
    }
    for half in 0..<2 {
      let w = loadHalf(format, expanded: expanded, half, b)
      // Not a loop: the compiler would not unroll one so long.
      addHalf(token: 0, format, w, half, b, &sums)
      if tokens > 1 { addHalf(token: 1, format, w, half, b, &sums) }
      if tokens > 2 { addHalf(token: 2, format, w, half, b, &sums) }
      if tokens > 3 { addHalf(token: 3, format, w, half, b, &sums) }
      if tokens > 4 { addHalf(token: 4, format, w, half, b, &sums) }
      if tokens > 5 { addHalf(token: 5, format, w, half, b, &sums) }
    }
    return sums
  }

  /// Adds the products of half a block.
  @_transparent func addHalf(
    token t: Int, _ format: QuantFormat, _ w: HalfWeights, _ half: Int, _ b: QuantBlock, _ sums: inout Sums
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
      let factors = b.factors + half &* tileColumns
      sum0 = sum0 &+ dotSixBits(start, w0, y) &* loadFactors(factors)
      sum1 = sum1 &+ dotSixBits(start, w1, y) &* loadFactors(factors + laneCount)
    }
    sums[unchecked: 2 &* t] = keep(sum0)
    sums[unchecked: 2 &* t &+ 1] = keep(sum1)
  }

  /// The same by products of 2 rows and 2 tokens; an odd token is its own partner.
  @_transparent func sumMatrices(tokens: Int, _ format: QuantFormat, expanded: Bool, _ b: QuantBlock) -> Sums
  {
    var squares = Sums { _ in IntLanes(repeating: 0) }  // [pair of tokens][pair of rows]
    for half in 0..<2 {
      var w = loadHalf(format, expanded: expanded, half, b)
      if !expanded && format != .q8_0 { w = paired(w) }
      addSquares(pair: 0, of: tokens, format, w, half, b, &squares)
      if tokens > 2 { addSquares(pair: 1, of: tokens, format, w, half, b, &squares) }
      if tokens > 4 { addSquares(pair: 2, of: tokens, format, w, half, b, &squares) }
    }
    var sums = Sums { _ in IntLanes(repeating: 0) }
    for t in 0..<tokens {
      for v in 0..<2 {
        let a = squares[unchecked: t / 2 &* 4 &+ 2 &* v], b = squares[unchecked: t / 2 &* 4 &+ 2 &* v &+ 1]
        sums[unchecked: 2 &* t &+ v] = t & 1 == 0 ? ck_zip_low_4(a, b) : ck_zip_high_4(a, b)
      }
    }
    return sums
  }

  /// Adds the products of half a block and two tokens.
  @_transparent func addSquares(
    pair: Int, of tokens: Int, _ format: QuantFormat, _ w: HalfWeights, _ half: Int, _ b: QuantBlock,
    _ squares: inout Sums
  ) {
    let own = b.y + 2 &* pair &* b.tokenStride
    let partner = 2 &* pair &+ 1 < tokens ? own + b.tokenStride : own
    let y0 = loadInts(own + 16 &* half), y1 = loadInts(partner + 16 &* half)
    let first = ck_zip_low_4(y0, y1), second = ck_zip_high_4(y0, y1)
    let start = startOfSquare(format, half, own, partner)
    for rows in 0..<4 {
      let sum = squares[unchecked: 4 &* pair &+ rows]
      let from = format == .q6_k || half == 0 ? start : sum
      var square = ck_matrix_4(from, first, w[unchecked: rows])
      square = ck_matrix_4(square, second, w[unchecked: 4 &+ rows])
      if format == .q6_k {
        square = sum &+ square &* loadSquareFactors(b.factors + (half &* tileColumns &+ 2 &* rows))
      }
      squares[unchecked: 4 &* pair &+ rows] = keep(square)
    }
  }

  /// What the sums of two tokens start with: [own, own, partner, partner].
  @_transparent func startOfSquare(
    _ format: QuantFormat, _ half: Int, _ own: UnsafeRawPointer, _ partner: UnsafeRawPointer
  ) -> IntLanes {
    switch format {
    case .q8_0, .q4_k: return IntLanes(repeating: 0)
    case .q4_0:
      let at = ActivationBlock.start4
      return ck_zip_low_4(loadStart(own + at), loadStart(partner + at))
    case .q6_k:
      let at = ActivationBlock.start6 &+ 4 &* half
      return ck_zip_low_4(loadStart(own + at), loadStart(partner + at))
    }
  }

  /// Factors of two rows for two tokens.
  @inline(__always) func loadSquareFactors(_ p: UnsafeRawPointer) -> IntLanes {
    let factors = loadFactors(p)
    return ck_zip_low_4(factors, factors)
  }

  /// Loads the weights of half a block.
  @_transparent func loadHalf(
    _ format: QuantFormat, expanded: Bool, _ half: Int, _ b: QuantBlock
  ) -> HalfWeights {
    if expanded || format == .q8_0 {
      return HalfWeights { loadInts(b.weights + (16 &* half &* tileColumns &+ 4 &* laneCount &* $0)) }
    }
    let from = b.weights + 8 &* half &* tileColumns
    return format == .q6_k
      ? loadSixBits(from, upper: b.weights + (16 &+ 4 &* half) &* tileColumns) : loadNibbles(from)
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

  @_transparent func loadSixBits(_ p: UnsafeRawPointer, upper: UnsafeRawPointer) -> HalfWeights {
    var w = HalfWeights { _ in IntLanes(repeating: 0) }
    for i in 0..<4 {
      let high = loadInts(upper + 4 &* laneCount &* (i & 1)), at = i / 2 &* 4 &+ i & 1
      let packed = loadInts(p + 4 &* laneCount &* i)
      let (w0, w1) = joinSixBits(packed, i < 2 ? high : high &>> 4)
      w[unchecked: at] = w0
      w[unchecked: at &+ 2] = w1
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
