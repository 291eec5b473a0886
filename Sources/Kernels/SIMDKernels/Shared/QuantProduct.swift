import CKernels
import KernelTypes

// Products of quantised panels. A group of blocks stays in L1 while the tokens of a chunk pass by.

public func multiplyQ8_0(_ p: PanelProduct) { multiply(.q8_0, p) }
public func multiplyQ4_0(_ p: PanelProduct) { multiply(.q4_0, p) }
public func multiplyQ4_K(_ p: PanelProduct) { multiply(.q4_k, p) }
public func multiplyQ6_K(_ p: PanelProduct) { multiply(.q6_k, p) }

/// Tokens whose sums are kept at a time.
@inline(__always) var tokenChunk: Int { 48 }
/// Floats that `PanelProduct.scratch` has room for.
@inline(__always) public var panelScratchFloats: Int { groupScratch + tokenChunk * tileColumns }

@_transparent func multiply(_ format: QuantFormat, _ p: PanelProduct) {
  let sums = p.scratch + groupScratch
  var row = 0
  var panel = p.panels
  while row < p.rows {
    var token = 0
    while token < p.tokens {
      let tokens = min(tokenChunk, p.tokens &- token)
      multiplyPanel(format, panel, p, tokens, p.activations + token &* p.tokenStride)
      copySums(
        sums, tokens, rows: min(tileColumns, p.rows &- row), p.y + (token &* p.yStride &+ row), p.yStride)
      token &+= tokens
    }
    panel += p.panelStride
    row &+= tileColumns
  }
}

/// One panel and a chunk of tokens, into scratch.
@_transparent func multiplyPanel(
  _ format: QuantFormat, _ panel: UnsafeRawPointer, _ p: PanelProduct, _ tokens: Int, _ y: UnsafeRawPointer
) {
  let sums = p.scratch + groupScratch
  for i in 0..<tokens &* 2 { store(splat(0), sums + i &* laneCount) }
  var group = panel
  var block = 0
  while block < p.blocks {
    let blocks = min(QuantFormat.groupBlocks, p.blocks &- block)
    expandScales(format, group, blocks: blocks, into: p.scratch)
    let activations = y + block &* format.activationBytes
    var token = 0
    while token < tokens {
      let b = QuantBlock(
        weights: group, y: activations + token &* p.tokenStride, tokenStride: p.tokenStride, factors: group)
      runGroup(format, tokens: tokens &- token, b, blocks, p.scratch, sums + token &* tileColumns)
      token &+= tileTokens
    }
    group += (format.scaleBytes(blocks: blocks) &+ blocks &* format.elementBytes) &* tileColumns
    block &+= blocks
  }
}

/// A tile of 1 … `tileTokens` tokens over the blocks of a group.
@_transparent func runGroup(
  _ format: QuantFormat, tokens: Int, _ b: QuantBlock, _ blocks: Int, _ scales: UnsafePointer<Float>,
  _ sums: UnsafeMutablePointer<Float>
) {
  switch tokens {
  case 1: tile(format, tokens: 1, b, blocks, scales, sums)
  case 2: tile(format, tokens: 2, b, blocks, scales, sums)
  case 3: tile(format, tokens: 3, b, blocks, scales, sums)
  default:
    if tileTokens == 4 || tokens == 4 { return tile(format, tokens: 4, b, blocks, scales, sums) }
    if tokens == 5 { return tile(format, tokens: 5, b, blocks, scales, sums) }
    tile(format, tokens: tileTokens, b, blocks, scales, sums)
  }
}

/// `tokens` must be a literal.
@_transparent func tile(
  _ format: QuantFormat, tokens: Int, _ start: QuantBlock, _ blocks: Int, _ scales: UnsafePointer<Float>,
  _ sums: UnsafeMutablePointer<Float>
) {
  var b = start
  b.weights += format.scaleBytes(blocks: blocks) &* tileColumns
  b.factors += 2 &* tileColumns
  var scale = scales
  for _ in 0..<blocks {
    switch format {
    case .q8_0:
      addScaled(tokens: tokens, sumBytes(tokens: tokens, b), scales: scale, minima: nil, b, to: sums)
    case .q4_0:
      let parts = sumNibbles(tokens: tokens, offset: true, b)
      addScaled(tokens: tokens, parts, scales: scale, minima: nil, b, to: sums)
    case .q4_k:
      let parts = sumNibbles(tokens: tokens, offset: false, b), minima = scale + 8 &* tileColumns
      addScaled(tokens: tokens, parts, scales: scale, minima: minima, b, to: sums)
    case .q6_k:
      addScaled(tokens: tokens, sumSixBits(tokens: tokens, b), scales: scale, minima: nil, b, to: sums)
    }
    b.weights += format.elementBytes &* tileColumns
    b.y += format.activationBytes
    b.factors += 2 &* tileColumns
    scale += tileColumns
  }
}

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
