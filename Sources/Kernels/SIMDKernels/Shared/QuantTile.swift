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

/// Sums of 6-bit weights times the factors of their half blocks. One vector of rows after the other, since the sums
/// of a half and those of the whole need registers.
@_transparent func sumSixBits(tokens: Int, _ b: QuantBlock) -> Sums {
  var sums = Sums { _ in IntLanes(repeating: 0) }
  for v in 0..<2 {
    var factors = b.factors + v &* laneCount, y = b.y, start = b.y + ActivationBlock.start6
    var low = b.weights + 4 &* v &* laneCount, high = low + 16 &* tileColumns
    let end = UnsafeRawPointer(ck_opaque(low + 16 &* tileColumns)!)
    repeat {
      let part = sumSixBits(tokens: tokens, low: low, high: loadInts(high), y, start, b.tokenStride)
      let factor = loadFactors(factors)
      for t in 0..<tokens { sums[unchecked: 2 &* t &+ v] &+= scaled(part[unchecked: t], factor) }
      low += 8 &* tileColumns
      high += 4 &* tileColumns
      factors += tileColumns
      y += 16
      start += 4
    } while low < end
  }
  return sums
}

/// Sums of half a block and one vector of rows; [token].
@_transparent func sumSixBits(
  tokens: Int, low: UnsafeRawPointer, high: IntLanes, _ y: UnsafeRawPointer, _ start: UnsafeRawPointer,
  _ tokenStride: Int
) -> Sums {
  let nibble = IntLanes(repeating: 0x0F0F_0F0F), upper = IntLanes(repeating: 0x3030_3030)
  var sums = Sums { _ in IntLanes(repeating: 0) }
  for t in 0..<tokens { sums[unchecked: t] = splatInts(start + t &* tokenStride) }
  for pair in 0..<2 {
    let packed = loadInts(low + 4 &* pair &* tileColumns)
    let w0 = packed & nibble | (pair == 0 ? high &<< 4 : high) & upper
    let w1 = (packed &>> 4) & nibble | (pair == 0 ? high &<< 2 : high &>> 2) & upper
    for t in 0..<tokens {
      let y = y + (t &* tokenStride &+ 8 &* pair)
      sums[unchecked: t] = dot(dot(sums[unchecked: t], w0, splatInts(y)), w1, splatInts(y + 4))
    }
  }
  return sums
}

/// Adds the sums of a block, times the scales of weights and activations, to the tile's floats, [token][row].
@_transparent func addScaled(
  tokens: Int, _ sums: Sums, scales: UnsafePointer<Float>, minima: UnsafePointer<Float>?, _ b: QuantBlock,
  to result: UnsafeMutablePointer<Float>
) {
  let result = ck_opaque(result)!.assumingMemoryBound(to: Float.self)
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
