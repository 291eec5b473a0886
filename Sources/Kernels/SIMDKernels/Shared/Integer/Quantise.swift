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
  let top = ck_largest_32(x)
  let inverse = 127 / top
  let isFinite = top.bitPattern < 0x7F80_0000, isNormal = inverse.bitPattern < 0x7F80_0000
  ck_quantise_32(x, isFinite && isNormal ? inverse : 0, block)
  let scale = isFinite ? (isNormal ? top / 127 : 0) : Float(bitPattern: 0x7FC0_0000)
  block.storeBytes(of: scale, toByteOffset: ActivationBlock.scale, as: Float.self)
  let sum = ck_store_starts(ck_pair_sums_32(block), sumsArePairs, block + ActivationBlock.start4)
  block.storeBytes(of: Float(sum) * scale, toByteOffset: ActivationBlock.scaledSum, as: Float.self)
  if withWords { ck_widen_words_32(block, block + ActivationBlock.bytes) }
}
