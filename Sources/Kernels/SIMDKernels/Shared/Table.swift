import KernelTypes

/// This build's functions. To be called only where the CPU has its instructions.
public func kernelTable() -> SIMDTable {
  (
    panelRows: panelRows, panelColumns: panelColumns, packA: packA, packB: packB, gemm: gemm,
    gemmSmall: gemmSmall, gemv: gemv, rmsNorm: rmsNorm, swiGLU: swiGLU, add: add, softmax: softmax,
    ropeAdjacent: ropeAdjacent, ropeHalves: ropeHalves, attention: attention,
    attentionScratch: attentionScratch, mergeAttention: mergeAttention, storeKeys: storeKeys,
    storeValues: storeValues,
    multiplyAddProbe: multiplyAddProbe, multiplyAddProbeFLOPs: multiplyAddProbeFLOPs,
    readProbe: readProbe, multiplyF16: multiplyF16, multiplyBF16: multiplyBF16,
    widenF16: widenF16, widenBF16: widenBF16, integer: integerTable(), brain: brainTable(),
    training: trainingTable()
  )
}

private func trainingTable() -> TrainingTable {
  (
    gemmRows: gemmRows, rmsNormBackward: rmsNormBackward, swiGLUBackward: swiGLUBackward,
    softmaxNormaliser: softmaxNormaliser, sequenceAttention: sequenceAttention,
    sequenceAttentionBackward: sequenceAttentionBackward, sequenceScratch: sequenceScratch, adamW: adamW,
    dot: dotProduct, scale: scale, addScaled: addScaled, roundToBrainFloats: roundToBrainFloats
  )
}
