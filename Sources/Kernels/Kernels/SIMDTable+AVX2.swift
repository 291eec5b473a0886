#if arch(x86_64)
  import SIMDKernelsAVX2

  extension SIMDTable {
    static let avx2 = SIMDTable(
      panelRows: SIMDKernelsAVX2.panelRows, panelColumns: SIMDKernelsAVX2.panelColumns,
      packA: SIMDKernelsAVX2.packA, packB: SIMDKernelsAVX2.packB, gemm: SIMDKernelsAVX2.gemm,
      gemmSmall: SIMDKernelsAVX2.gemmSmall, gemv: SIMDKernelsAVX2.gemv,
      rmsNorm: SIMDKernelsAVX2.rmsNorm, swiGLU: SIMDKernelsAVX2.swiGLU, add: SIMDKernelsAVX2.add,
      softmax: SIMDKernelsAVX2.softmax,
      ropeAdjacent: SIMDKernelsAVX2.ropeAdjacent, ropeHalves: SIMDKernelsAVX2.ropeHalves,
      attention: SIMDKernelsAVX2.attention, attentionScratch: SIMDKernelsAVX2.attentionScratch,
      mergeAttention: SIMDKernelsAVX2.mergeAttention, storeKeys: SIMDKernelsAVX2.storeKeys,
      storeValues: SIMDKernelsAVX2.storeValues,
      multiplyAddProbe: SIMDKernelsAVX2.multiplyAddProbe,
      multiplyAddProbeFLOPs: SIMDKernelsAVX2.multiplyAddProbeFLOPs,
      readProbe: SIMDKernelsAVX2.readProbe,
      byteStep: SIMDKernelsAVX2.byteStep, bytesAreUnsigned: SIMDKernelsAVX2.bytesAreUnsigned,
      panelScratchFloats: SIMDKernelsAVX2.panelScratchFloats,
      largestTokenChunk: SIMDKernelsAVX2.largestTokenChunk, quantise: SIMDKernelsAVX2.quantise,
      multiplyQ8_0: SIMDKernelsAVX2.multiplyQ8_0, multiplyQ4_0: SIMDKernelsAVX2.multiplyQ4_0,
      multiplyQ4_K: SIMDKernelsAVX2.multiplyQ4_K, multiplyQ6_K: SIMDKernelsAVX2.multiplyQ6_K,
      multiplyF16: SIMDKernelsAVX2.multiplyF16, multiplyBF16: SIMDKernelsAVX2.multiplyBF16,
      widenF16: SIMDKernelsAVX2.widenF16, widenBF16: SIMDKernelsAVX2.widenBF16)
  }
#endif
