#if arch(x86_64)
  import SIMDKernelsAVX512

  extension SIMDTable {
    static let avx512 = SIMDTable(
      panelRows: SIMDKernelsAVX512.panelRows, panelColumns: SIMDKernelsAVX512.panelColumns,
      packA: SIMDKernelsAVX512.packA, packB: SIMDKernelsAVX512.packB, gemm: SIMDKernelsAVX512.gemm,
      gemmSmall: SIMDKernelsAVX512.gemmSmall, gemv: SIMDKernelsAVX512.gemv,
      rmsNorm: SIMDKernelsAVX512.rmsNorm, swiGLU: SIMDKernelsAVX512.swiGLU, add: SIMDKernelsAVX512.add,
      softmax: SIMDKernelsAVX512.softmax,
      ropeAdjacent: SIMDKernelsAVX512.ropeAdjacent, ropeHalves: SIMDKernelsAVX512.ropeHalves,
      attention: SIMDKernelsAVX512.attention, attentionScratch: SIMDKernelsAVX512.attentionScratch,
      mergeAttention: SIMDKernelsAVX512.mergeAttention, storeKeys: SIMDKernelsAVX512.storeKeys,
      storeValues: SIMDKernelsAVX512.storeValues,
      multiplyAddProbe: SIMDKernelsAVX512.multiplyAddProbe,
      multiplyAddProbeFLOPs: SIMDKernelsAVX512.multiplyAddProbeFLOPs,
      readProbe: SIMDKernelsAVX512.readProbe,
      byteStep: SIMDKernelsAVX512.byteStep, bytesAreUnsigned: SIMDKernelsAVX512.bytesAreUnsigned,
      panelScratchFloats: SIMDKernelsAVX512.panelScratchFloats,
      largestTokenChunk: SIMDKernelsAVX512.largestTokenChunk, quantise: SIMDKernelsAVX512.quantise,
      multiplyQ8_0: SIMDKernelsAVX512.multiplyQ8_0, multiplyQ4_0: SIMDKernelsAVX512.multiplyQ4_0,
      multiplyQ4_K: SIMDKernelsAVX512.multiplyQ4_K, multiplyQ6_K: SIMDKernelsAVX512.multiplyQ6_K,
      multiplyF16: SIMDKernelsAVX512.multiplyF16, multiplyBF16: SIMDKernelsAVX512.multiplyBF16,
      widenF16: SIMDKernelsAVX512.widenF16, widenBF16: SIMDKernelsAVX512.widenBF16)
  }
#endif
