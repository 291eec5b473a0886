#if arch(arm64)
  import SIMDKernelsI8MM

  extension SIMDTable {
    static let i8mm = SIMDTable(
      panelRows: SIMDKernelsI8MM.panelRows, panelColumns: SIMDKernelsI8MM.panelColumns,
      packA: SIMDKernelsI8MM.packA, packB: SIMDKernelsI8MM.packB, gemm: SIMDKernelsI8MM.gemm,
      gemmSmall: SIMDKernelsI8MM.gemmSmall, gemv: SIMDKernelsI8MM.gemv,
      rmsNorm: SIMDKernelsI8MM.rmsNorm, swiGLU: SIMDKernelsI8MM.swiGLU, add: SIMDKernelsI8MM.add,
      softmax: SIMDKernelsI8MM.softmax,
      ropeAdjacent: SIMDKernelsI8MM.ropeAdjacent, ropeHalves: SIMDKernelsI8MM.ropeHalves,
      attention: SIMDKernelsI8MM.attention,
      multiplyAddProbe: SIMDKernelsI8MM.multiplyAddProbe,
      multiplyAddProbeFLOPs: SIMDKernelsI8MM.multiplyAddProbeFLOPs,
      readProbe: SIMDKernelsI8MM.readProbe,
      byteStep: SIMDKernelsI8MM.byteStep, bytesAreUnsigned: SIMDKernelsI8MM.bytesAreUnsigned,
      panelScratchFloats: SIMDKernelsI8MM.panelScratchFloats,
      largestTokenChunk: SIMDKernelsI8MM.largestTokenChunk, quantise: SIMDKernelsI8MM.quantise,
      multiplyQ8_0: SIMDKernelsI8MM.multiplyQ8_0, multiplyQ4_0: SIMDKernelsI8MM.multiplyQ4_0,
      multiplyQ4_K: SIMDKernelsI8MM.multiplyQ4_K, multiplyQ6_K: SIMDKernelsI8MM.multiplyQ6_K,
      multiplyF16: SIMDKernelsI8MM.multiplyF16, multiplyBF16: SIMDKernelsI8MM.multiplyBF16,
      widenF16: SIMDKernelsI8MM.widenF16, widenBF16: SIMDKernelsI8MM.widenBF16)
  }
#endif
