import SIMDKernels

extension SIMDTable {
  static let baseline = SIMDTable(
    panelRows: SIMDKernels.panelRows, panelColumns: SIMDKernels.panelColumns,
    packA: SIMDKernels.packA, packB: SIMDKernels.packB, gemm: SIMDKernels.gemm,
    gemmSmall: SIMDKernels.gemmSmall, gemv: SIMDKernels.gemv,
    rmsNorm: SIMDKernels.rmsNorm, swiGLU: SIMDKernels.swiGLU, add: SIMDKernels.add,
    softmax: SIMDKernels.softmax,
    ropeAdjacent: SIMDKernels.ropeAdjacent, ropeHalves: SIMDKernels.ropeHalves,
    attention: SIMDKernels.attention, attentionScratch: SIMDKernels.attentionScratch,
    mergeAttention: SIMDKernels.mergeAttention, storeKeys: SIMDKernels.storeKeys,
    storeValues: SIMDKernels.storeValues,
    multiplyAddProbe: SIMDKernels.multiplyAddProbe, multiplyAddProbeFLOPs: SIMDKernels.multiplyAddProbeFLOPs,
    readProbe: SIMDKernels.readProbe,
    byteStep: SIMDKernels.byteStep, bytesAreUnsigned: SIMDKernels.bytesAreUnsigned,
    panelScratchFloats: SIMDKernels.panelScratchFloats, largestTokenChunk: SIMDKernels.largestTokenChunk,
    quantise: SIMDKernels.quantise,
    multiplyQ8_0: SIMDKernels.multiplyQ8_0, multiplyQ4_0: SIMDKernels.multiplyQ4_0,
    multiplyQ4_K: SIMDKernels.multiplyQ4_K, multiplyQ6_K: SIMDKernels.multiplyQ6_K,
    multiplyF16: SIMDKernels.multiplyF16, multiplyBF16: SIMDKernels.multiplyBF16,
    widenF16: SIMDKernels.widenF16, widenBF16: SIMDKernels.widenBF16)
}
