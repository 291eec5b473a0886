import KernelTypes

/// The functions of one ISA's build of SIMDKernels; a table of pointers, filled in by one small file per ISA.
struct SIMDTable: Sendable {
  typealias Mutable = UnsafeMutablePointer<Float>
  typealias Const = UnsafePointer<Float>
  typealias Raw = UnsafeRawPointer

  let panelRows: Int, panelColumns: Int
  let packA, packB: @Sendable (PackSource, Mutable) -> Void
  let gemm: @Sendable (GEMMBlock) -> Void
  let gemmSmall: @Sendable (_ rows: Int, Const, Int, _ b: Const, Mutable, Int, _ n: Int, _ depth: Int) -> Void
  let gemv: @Sendable (Const, Int, Int, Int, _ x: Const, _ y: Mutable) -> Void
  let rmsNorm: @Sendable (Const, Const, Mutable, Int, Float) -> Void
  let swiGLU: @Sendable (Const, Const, Mutable, Int) -> Void
  let add: @Sendable (Const, Mutable, Int) -> Void
  let softmax: @Sendable (Mutable, Int) -> Void
  let ropeAdjacent, ropeHalves: @Sendable (Mutable, Const, Const, Int) -> Void
  let attention: @Sendable (AttentionRows) -> Void
  let attentionScratch: @Sendable (_ rows: Int, _ headDim: Int) -> Int
  let mergeAttention: @Sendable (AttentionRows, _ partials: Const, _ count: Int) -> Void
  let storeKeys, storeValues: @Sendable (CacheRows) -> Void
  let multiplyAddProbe: @Sendable (Int) -> Float
  let multiplyAddProbeFLOPs: Int
  let readProbe: @Sendable (Const, Int) -> Float

  // Weights of fewer bits
  let byteStep: Int, bytesAreUnsigned: Bool, panelScratchFloats: Int, largestTokenChunk: Int
  let quantise:
    @Sendable (
      Const, _ blocks: Int, _ token: Int, _ tokens: Int, _ withWords: Bool, UnsafeMutableRawPointer
    ) -> Void
  let multiplyQ8_0, multiplyQ4_0, multiplyQ4_K, multiplyQ6_K: @Sendable (PanelProduct) -> Void
  let multiplyF16, multiplyBF16: @Sendable (HalfProduct) -> Void
  let widenF16, widenBF16: @Sendable (Raw, _ count: Int, Mutable) -> Void
}
