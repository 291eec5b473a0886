import CKernels
import KernelTypes

// Products of quantised panels. A group of blocks stays in L1 while the tokens of a chunk pass by.

public func multiplyQ8_0(_ p: PanelProduct) { multiply(.q8_0, p) }
public func multiplyQ4_0(_ p: PanelProduct) { multiply(.q4_0, p) }
public func multiplyQ4_K(_ p: PanelProduct) { multiply(.q4_k, p) }
public func multiplyQ6_K(_ p: PanelProduct) { multiply(.q6_k, p) }

/// Tokens whose sums fit into scratch.
@inline(__always) public var largestTokenChunk: Int { 96 }
/// Floats that `PanelProduct.scratch` has room for.
@inline(__always) public var panelScratchFloats: Int { groupScratch + largestTokenChunk * tileColumns }

@_transparent func multiply(_ format: QuantFormat, _ p: PanelProduct) {
  let sums = p.scratch + groupScratch
  var token = p.token
  while token < p.end {
    let tokens = min(p.tokenChunk, p.end &- token)
    var row = 0
    var panel = p.panels
    while row < p.rows {
      multiplyPanel(format, panel, p, row, token, tokens)
      let y = p.y + ((token &- p.token) &* p.yStride &+ row)
      copySums(sums, tokens, rows: min(tileColumns, p.rows &- row), y, p.yStride)
      panel += p.panelStride
      row &+= tileColumns
    }
    token &+= tokens
  }
}

/// One panel and a chunk of tokens, into scratch.
@_transparent func multiplyPanel(
  _ format: QuantFormat, _ panel: UnsafeRawPointer, _ p: PanelProduct, _ row: Int, _ token: Int,
  _ tokens: Int
) {
  let sums = p.scratch + groupScratch
  for i in 0..<tokens &* 2 { store(splat(0), sums + i &* laneCount) }
  let expanded = UnsafeMutableRawPointer(p.scratch + scaleScratch)
  let isExpanded = format.expands && tokens > 2 &* tileTokens
  var group = panel
  var block = 0
  while block < p.blocks {
    let blocks = min(ActivationBlock.groupBlocks, p.blocks &- block)
    prefetchAhead(of: group, bytes: format.scaleBytes(blocks: blocks) &* tileColumns)
    expandScales(format, group, blocks: blocks, into: p.scratch)
    let elements = group + format.scaleBytes(blocks: blocks) &* tileColumns
    let y = p.activations + (block &* p.tokens &+ token &* blocks) &* format.activationBytes
    let b = QuantBlock(
      weights: elements, y: y, tokenStride: blocks &* format.activationBytes,
      factors: group + 2 &* tileColumns)
    if block == 0 { prefetchResults(p, token, tokens, row) }
    if isExpanded { expandElements(format, elements, blocks: blocks, into: expanded) }
    let wide = isExpanded ? UnsafeRawPointer(expanded) : nil
    runGroup(format, expanded: wide, tokens, b, blocks, p.scratch, sums)
    group = elements + blocks &* format.elementBytes &* tileColumns
    block &+= blocks
  }
}

/// Asks for the lines of a chunk's results, which are written when all groups have passed.
@inline(__always) func prefetchResults(_ p: PanelProduct, _ token: Int, _ tokens: Int, _ row: Int) {
  for t in 0..<tokens { ck_prefetch_write(p.y + ((token &- p.token &+ t) &* p.yStride &+ row)) }
}

/// The tokens of a chunk, a tile of them at a time: whole tiles with expanded weights, if there are any.
@_transparent func runGroup(
  _ format: QuantFormat, expanded: UnsafeRawPointer?, _ tokens: Int, _ start: QuantBlock, _ blocks: Int,
  _ scales: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Float>
) {
  var b = start, sums = sums
  var left = tokens
  while left >= tileTokens {
    if let expanded {
      var wide = b
      wide.weights = expanded
      tile(format, expanded: true, tokens: tileTokens, wide, blocks, scales, sums)
    } else {
      tile(format, expanded: false, tokens: tileTokens, b, blocks, scales, sums)
    }
    b.y += tileTokens &* b.tokenStride
    sums += tileTokens &* tileColumns
    left &-= tileTokens
  }
  switch left {
  case 0: return
  case 1: lineTile(format, b, blocks, scales, sums)
  case 2 where tileTokens > 2: tile(format, expanded: false, tokens: 2, b, blocks, scales, sums)
  case 3 where tileTokens > 3: tile(format, expanded: false, tokens: 3, b, blocks, scales, sums)
  default:
    if tileTokens <= 4 { return }
    if left == 4 { return tile(format, expanded: false, tokens: 4, b, blocks, scales, sums) }
    tile(format, expanded: false, tokens: 5, b, blocks, scales, sums)
  }
}

/// A tile over the blocks of a group; `tokens` is a literal.
@_transparent func tile(
  _ format: QuantFormat, expanded: Bool, tokens: Int, _ start: QuantBlock, _ blocks: Int,
  _ scales: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Float>
) {
  var b = start
  var scale = scales
  if format == .q4_k {
    addMinima(tokens: tokens, scales + 8 &* tileColumns, b, blocks: blocks, to: sums)
  }
  for _ in 0..<blocks {
    #if arch(arm64)
      let parts = sumBlock(tokens: tokens, format, expanded: expanded, b)
      addScaled(tokens: tokens, format, parts, scales: scale, b, to: sums)
    #else
      if format == .q6_k {
        let low = sumSixBits(tokens: tokens, expanded: expanded, vector: 0, b)
        addScaled(tokens: tokens, vector: 0, low, scales: scale, b, to: sums)
        let high = sumSixBits(tokens: tokens, expanded: expanded, vector: 1, b)
        addScaled(tokens: tokens, vector: 1, high, scales: scale, b, to: sums)
      } else if expanded {
        addScaled(tokens: tokens, sumLanes(tokens: tokens, format, b), scales: scale, b, to: sums)
      } else if format == .q8_0 {
        addScaled(tokens: tokens, sumBytes(tokens: tokens, b), scales: scale, b, to: sums)
      } else {
        let parts = sumNibbles(tokens: tokens, offset: format == .q4_0, b)
        addScaled(tokens: tokens, parts, scales: scale, b, to: sums)
      }
    #endif
    b.weights += (expanded ? format.expandedSteps &* 4 : format.elementBytes) &* tileColumns
    b.y += format.activationBytes
    b.factors += 2 &* tileColumns
    scale += tileColumns
  }
}

/// The same for one token, whose floats stay in registers. Small blocks go by twos: the further apart what a load asks
/// for from one time to the next, the further ahead a core prefetches. SSE2 has no registers for two.
@_transparent func lineTile(
  _ format: QuantFormat, _ start: QuantBlock, _ blocks: Int, _ scales: UnsafePointer<Float>,
  _ result: UnsafeMutablePointer<Float>
) {
  #if arch(arm64)
    tile(format, expanded: false, tokens: 1, start, blocks, scales, result)
  #else
    var b = start, scale = scales
    if format == .q4_k {
      addMinima(tokens: 1, scales + 8 &* tileColumns, b, blocks: blocks, to: result)
    }
    var sums = (load(result), load(result + laneCount))
    var left = blocks
    if laneCount > 4 && format.elementBytes &* tileColumns <= 256 {
      while left >= 2 {
        addLine(format, &b, &scale, to: &sums)
        addLine(format, &b, &scale, to: &sums)
        left &-= 2
      }
    }
    while left > 0 {
      addLine(format, &b, &scale, to: &sums)
      left &-= 1
    }
    store(sums.0, result)
    store(sums.1, result + laneCount)
  #endif
}

#if !arch(arm64)
  /// Adds one token's block, and goes on to the next.
  @_transparent func addLine(
    _ format: QuantFormat, _ b: inout QuantBlock, _ scale: inout UnsafePointer<Float>,
    to sums: inout (Lanes, Lanes)
  ) {
    let products = sumBlock(format, b), y = splatFloat(b.y + ActivationBlock.scale)
    sums.0 = multiplyAdd(sums.0, toFloat(products[unchecked: 0]), load(scale) * y)
    sums.1 = multiplyAdd(sums.1, toFloat(products[unchecked: 1]), load(scale + laneCount) * y)
    b.weights += format.elementBytes &* tileColumns
    b.y += format.activationBytes
    b.factors += 2 &* tileColumns
    scale += tileColumns
  }
#endif

#if !arch(arm64)
  /// The sums of one token's block, [vector].
  @_transparent func sumBlock(_ format: QuantFormat, _ b: QuantBlock) -> Sums {
    switch format {
    case .q8_0: return sumBytes(tokens: 1, b)
    case .q4_0: return sumNibbles(tokens: 1, offset: true, b)
    case .q4_k: return sumNibbles(tokens: 1, offset: false, b)
    case .q6_k:
      var sums = sumSixBits(tokens: 1, expanded: false, vector: 0, b)
      sums[unchecked: 1] = sumSixBits(tokens: 1, expanded: false, vector: 1, b)[unchecked: 0]
      return sums
    }
  }
#endif

/// y ← the sums of a chunk, [token][row].
@inline(__always) func copySums(
  _ sums: UnsafePointer<Float>, _ tokens: Int, rows: Int, _ y: UnsafeMutablePointer<Float>, _ yStride: Int
) {
  for t in 0..<tokens {
    let from = sums + t &* tileColumns, to = y + t &* yStride
    if rows == tileColumns {
      store(load(from), to)
      store(load(from + laneCount), to + laneCount)
    } else {
      for i in 0..<rows { to[i] = from[i] }
    }
  }
}
