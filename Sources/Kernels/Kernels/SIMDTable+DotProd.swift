#if arch(arm64)
  import SIMDKernelsDotProd

  extension SIMDTable {
    static let dotprod = SIMDTable(
      panelRows: SIMDKernelsDotProd.panelRows, panelColumns: SIMDKernelsDotProd.panelColumns,
      packA: SIMDKernelsDotProd.packA, packB: SIMDKernelsDotProd.packB, gemm: SIMDKernelsDotProd.gemm,
      gemmSmall: SIMDKernelsDotProd.gemmSmall, gemv: SIMDKernelsDotProd.gemv,
      rmsNorm: SIMDKernelsDotProd.rmsNorm, swiGLU: SIMDKernelsDotProd.swiGLU, add: SIMDKernelsDotProd.add,
      softmax: SIMDKernelsDotProd.softmax,
      ropeAdjacent: SIMDKernelsDotProd.ropeAdjacent, ropeHalves: SIMDKernelsDotProd.ropeHalves,
      attention: SIMDKernelsDotProd.attention,
      multiplyAddProbe: SIMDKernelsDotProd.multiplyAddProbe,
      multiplyAddProbeFLOPs: SIMDKernelsDotProd.multiplyAddProbeFLOPs,
      readProbe: SIMDKernelsDotProd.readProbe,
      byteStep: SIMDKernelsDotProd.byteStep, bytesAreUnsigned: SIMDKernelsDotProd.bytesAreUnsigned,
      panelScratchFloats: SIMDKernelsDotProd.panelScratchFloats,
      largestTokenChunk: SIMDKernelsDotProd.largestTokenChunk, quantise: SIMDKernelsDotProd.quantise,
      multiplyQ8_0: SIMDKernelsDotProd.multiplyQ8_0, multiplyQ4_0: SIMDKernelsDotProd.multiplyQ4_0,
      multiplyQ4_K: SIMDKernelsDotProd.multiplyQ4_K, multiplyQ6_K: SIMDKernelsDotProd.multiplyQ6_K,
      multiplyF16: SIMDKernelsDotProd.multiplyF16, multiplyBF16: SIMDKernelsDotProd.multiplyBF16,
      widenF16: SIMDKernelsDotProd.widenF16, widenBF16: SIMDKernelsDotProd.widenBF16)
  }
#endif
