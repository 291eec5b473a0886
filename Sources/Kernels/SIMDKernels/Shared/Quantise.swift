import CKernels
import KernelTypes

/// Quantises token `token` of `tokens`, `blocks` · 32 activations, into its place among `ActivationBlock`s:
/// y[i] = x[i] · (127 / max|x|), rounded to the nearest, scale max|x| / 127. The definition, and what happens to
/// infinities, is `ActivationForm.quantise`.
///
/// - Parameter withWords: blocks are `bytesWithWords` long and hold the elements in 16 bits too.
public func quantise(
  _ x: UnsafePointer<Float>, blocks: Int, token: Int, of tokens: Int, withWords: Bool,
  into out: UnsafeMutableRawPointer
) {
  let bytes = withWords ? ActivationBlock.bytesWithWords : ActivationBlock.bytes
  var first = 0
  while first < blocks {
    let count = min(ActivationBlock.groupBlocks, blocks &- first)
    let group = out + (first &* tokens &+ token &* count) &* bytes
    for b in 0..<count {
      quantiseBlock(x + (first &+ b) &* ActivationBlock.elements, withWords, group + b &* bytes)
    }
    first &+= count
  }
}

@inline(__always) func quantiseBlock(
  _ x: UnsafePointer<Float>, _ withWords: Bool, _ block: UnsafeMutableRawPointer
) {
  let top = largestMagnitude(x)
  let inverse = 127 / top
  let isFinite = top.bitPattern < 0x7F80_0000, isNormal = inverse.bitPattern < 0x7F80_0000
  ck_quantise_32(x, isFinite && isNormal ? inverse : 0, block)
  let scale = isFinite ? (isNormal ? top / 127 : 0) : Float(bitPattern: 0x7FC0_0000)
  block.storeBytes(of: scale, toByteOffset: ActivationBlock.scale, as: Float.self)
  storeSums(block, scale)
  if withWords { ck_widen_words_32(block, block + ActivationBlock.bytes) }
}

/// The largest |x| of 32, as the pattern of its bits: those of NaN are larger than all others.
@inline(__always) func largestMagnitude(_ x: UnsafePointer<Float>) -> Float {
  let mask = IntLanes(repeating: 0x7FFF_FFFF)
  var top = IntLanes(repeating: 0)
  var i = 0
  while i < ActivationBlock.elements {
    let magnitude = unsafeBitCast(load(x + i), to: IntLanes.self) & mask
    top = top.replacing(with: magnitude, where: magnitude .> top)
    i &+= laneCount
  }
  // Ordered as floats, too, but for NaN.
  return Float(bitPattern: UInt32(truncatingIfNeeded: horizontalMax(top)))
}

/// Sums of the elements in steps of 4, as `ActivationBlock` wants them.
@inline(__always) func storeSums(_ block: UnsafeMutableRawPointer, _ scale: Float) {
  var even: (Int32, Int32) = (0, 0), odd: (Int32, Int32) = (0, 0)
  for i in 0..<4 {
    even.0 &+= pairSum(block, 4 &* i)
    odd.0 &+= pairSum(block, 4 &* i &+ 2)
    even.1 &+= pairSum(block, 4 &* i &+ 16)
    odd.1 &+= pairSum(block, 4 &* i &+ 18)
  }
  let (evens, odds) = (even.0 &+ even.1, odd.0 &+ odd.1)
  let scaledSum = Float(evens &+ odds) * scale
  block.storeBytes(of: scaledSum, toByteOffset: ActivationBlock.scaledSum, as: Float.self)
  let starts = (
    start(evens, odds, offset: 8), start(even.0, odd.0, offset: 32), start(even.1, odd.1, offset: 32),
    (evens &+ odds) &* -128
  )
  block.storeBytes(of: starts, toByteOffset: ActivationBlock.start4, as: (Int32, Int32, Int32, Int32).self)
}

@inline(__always) func pairSum(_ block: UnsafeMutableRawPointer, _ i: Int) -> Int32 {
  Int32(block.load(fromByteOffset: i, as: Int8.self))
    &+ Int32(block.load(fromByteOffset: i &+ 1, as: Int8.self))
}

/// −offset · Σ y in the form of the sums of products.
@inline(__always) func start(_ even: Int32, _ odd: Int32, offset: Int32) -> Int32 {
  guard sumsArePairs else { return (even &+ odd) &* (0 &- offset) }
  return (even &* (0 &- offset)) & 0xFFFF | (odd &* (0 &- offset)) &<< 16
}
