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

/// Sums of 4-bit weights, starting with zero or with `start4`; [token][vector].
@inline(__always) func sumNibbles(tokens: Int, offset: Bool, _ b: QuantBlock) -> Sums {
  var sums = Sums { _ in IntLanes(repeating: 0) }
  if offset {
    for t in 0..<tokens {
      let start = splatInts(b.y + (t &* b.tokenStride &+ ActivationBlock.start4))
      sums[unchecked: 2 &* t] = start
      sums[unchecked: 2 &* t &+ 1] = start
    }
  }
  let mask = IntLanes(repeating: 0x0F0F_0F0F)
  for pair in 0..<4 {
    let packed0 = loadInts(b.weights + pair &* 4 &* tileColumns)
    let packed1 = loadInts(b.weights + (pair &* 4 &* tileColumns &+ 4 &* laneCount))
    let low0 = packed0 & mask, low1 = packed1 & mask
    for t in 0..<tokens {
      let y = splatInts(b.y + (t &* b.tokenStride &+ 8 &* pair))
      sums[unchecked: 2 &* t] = dot(sums[unchecked: 2 &* t], low0, y)
      sums[unchecked: 2 &* t &+ 1] = dot(sums[unchecked: 2 &* t &+ 1], low1, y)
    }
    let high0 = (packed0 &>> 4) & mask, high1 = (packed1 &>> 4) & mask
    for t in 0..<tokens {
      let y = splatInts(b.y + (t &* b.tokenStride &+ 8 &* pair &+ 4))
      sums[unchecked: 2 &* t] = dot(sums[unchecked: 2 &* t], high0, y)
      sums[unchecked: 2 &* t &+ 1] = dot(sums[unchecked: 2 &* t &+ 1], high1, y)
    }
  }
  for i in 0..<2 &* tokens { sums[unchecked: i] = total(sums[unchecked: i]) }
  return sums
}

/// Sums of 8-bit weights.
@inline(__always) func sumBytes(tokens: Int, _ b: QuantBlock) -> Sums {
  var sums = Sums { _ in IntLanes(repeating: 0) }
  if bytesAreUnsigned {
    for t in 0..<tokens {
      let start = splatInts(b.y + (t &* b.tokenStride &+ ActivationBlock.start8))
      sums[unchecked: 2 &* t] = start
      sums[unchecked: 2 &* t &+ 1] = start
    }
  }
  let elements = byteStep == 2 ? ActivationBlock.bytes : 0
  for step in 0..<(32 / byteStep) {
    let weights = b.weights + step &* byteStep &* tileColumns
    let w0 = loadBytes(weights), w1 = loadBytes(weights + byteStep &* laneCount)
    for t in 0..<tokens {
      let y = splatInts(b.y + (t &* b.tokenStride &+ elements &+ 4 &* step))
      sums[unchecked: 2 &* t] = dotBytes(sums[unchecked: 2 &* t], w0, y)
      sums[unchecked: 2 &* t &+ 1] = dotBytes(sums[unchecked: 2 &* t &+ 1], w1, y)
    }
  }
  return sums
}

/// Sums of 6-bit weights times the factors of their half blocks. One vector of rows after the other, since the sums
/// of a half and those of the whole need registers.
@inline(__always) func sumSixBits(tokens: Int, _ b: QuantBlock) -> Sums {
  var sums = Sums { _ in IntLanes(repeating: 0) }
  for v in 0..<2 {
    for half in 0..<2 {
      let factors = loadFactors(b.factors + (half &* tileColumns &+ v &* laneCount))
      let part = sumSixBits(tokens: tokens, half: half, b, vector: 4 &* v &* laneCount)
      for t in 0..<tokens {
        sums[unchecked: 2 &* t &+ v] &+= scaled(part[unchecked: t], factors)
      }
    }
  }
  return sums
}

/// Sums of one half of a block and one vector of rows, which begins `vector` bytes behind the first; [token].
@inline(__always) func sumSixBits(tokens: Int, half: Int, _ b: QuantBlock, vector: Int) -> Sums {
  var sums = Sums { _ in IntLanes(repeating: 0) }
  for t in 0..<tokens {
    sums[unchecked: t] = splatInts(b.y + (t &* b.tokenStride &+ ActivationBlock.start6 &+ 4 &* half))
  }
  let nibble = IntLanes(repeating: 0x0F0F_0F0F), upper = IntLanes(repeating: 0x3030_3030)
  let high = loadInts(b.weights + (16 &* tileColumns &+ half &* 4 &* tileColumns &+ vector))
  for pair in 0..<2 {
    let low = loadInts(b.weights + ((2 &* half &+ pair) &* 4 &* tileColumns &+ vector))
    let w0 = low & nibble | (pair == 0 ? high &<< 4 : high) & upper
    let w1 = (low &>> 4) & nibble | (pair == 0 ? high &<< 2 : high &>> 2) & upper
    for t in 0..<tokens {
      let y = b.y + (t &* b.tokenStride &+ 16 &* half &+ 8 &* pair)
      sums[unchecked: t] = dot(dot(sums[unchecked: t], w0, splatInts(y)), w1, splatInts(y + 4))
    }
  }
  return sums
}

/// Adds the sums of a block, times the scales of weights and activations, to the tile's floats, [token][row].
@inline(__always) func addScaled(
  tokens: Int, _ sums: Sums, scales: UnsafePointer<Float>, minima: UnsafePointer<Float>?, _ b: QuantBlock,
  to result: UnsafeMutablePointer<Float>
) {
  for t in 0..<tokens {
    let y = b.y + t &* b.tokenStride
    let scale = splatFloat(y + ActivationBlock.scale)
    for v in 0..<2 {
      let at = result + (t &* tileColumns &+ v &* laneCount)
      let factor = load(scales + v &* laneCount) * scale
      var value = multiplyAdd(load(at), toFloat(sums[unchecked: 2 &* t &+ v]), factor)
      if let minima {
        let sum = splatFloat(y + ActivationBlock.scaledSum)
        value = multiplyAdd(value, load(minima + v &* laneCount), sum)
      }
      store(value, at)
    }
  }
}
