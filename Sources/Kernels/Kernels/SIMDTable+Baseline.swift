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
    readProbe: SIMDKernels.readProbe)
}
