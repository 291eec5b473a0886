import KernelTypes

/// This build's products of quantised numbers. To be called only where the CPU has its instructions.
public func integerTable() -> IntegerTable {
  (
    byteStep: byteStep, bytesAreUnsigned: bytesAreUnsigned, multipliesWords: multipliesWords,
    panelScratchFloats: panelScratchFloats, largestTokenChunk: largestTokenChunk, quantise: quantise,
    multiplyQ8_0: multiplyQ8_0, multiplyQ4_0: multiplyQ4_0, multiplyQ4_K: multiplyQ4_K,
    multiplyQ6_K: multiplyQ6_K
  )
}
