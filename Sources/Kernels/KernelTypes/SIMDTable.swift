/// The functions of one ISA's build of SIMDKernels. Every build fills one in by the same source (`Shared/Table.swift`). A
/// tuple, because a struct would need a public initialiser that names every field once more.
public typealias SIMDTable = (
  panelRows: Int, panelColumns: Int,
  packA: @Sendable (PackSource, Mutable) -> Void, packB: @Sendable (PackSource, Mutable) -> Void,
  gemm: @Sendable (GEMMBlock) -> Void, gemmSmall: GEMMSmall,
  gemv: @Sendable (Const, Int, Int, Int, _ x: Const, _ y: Mutable) -> Void,
  rmsNorm: @Sendable (Const, Const, Mutable, Int, Float) -> Void,
  swiGLU: @Sendable (Const, Const, Mutable, Int) -> Void,
  add: @Sendable (Const, Mutable, Int) -> Void,
  softmax: @Sendable (Mutable, Int) -> Void,
  ropeAdjacent: @Sendable (Mutable, Const, Const, Int) -> Void,
  ropeHalves: @Sendable (Mutable, Const, Const, Int) -> Void,
  attention: @Sendable (AttentionRows) -> Void,
  attentionScratch: @Sendable (_ rows: Int, _ headDim: Int) -> Int,
  mergeAttention: @Sendable (AttentionRows, _ partials: Const, _ count: Int) -> Void,
  storeKeys: @Sendable (CacheRows) -> Void, storeValues: @Sendable (CacheRows) -> Void,
  multiplyAddProbe: @Sendable (Int) -> Float, multiplyAddProbeFLOPs: Int,
  readProbe: @Sendable (Const, Int) -> Float,

  // Weights of fewer bits
  byteStep: Int, bytesAreUnsigned: Bool, panelScratchFloats: Int, largestTokenChunk: Int,
  quantise:
    @Sendable (
      Const, _ blocks: Int, _ token: Int, _ tokens: Int, _ withWords: Bool, UnsafeMutableRawPointer
    ) -> Void,
  multiplyQ8_0: @Sendable (PanelProduct) -> Void, multiplyQ4_0: @Sendable (PanelProduct) -> Void,
  multiplyQ4_K: @Sendable (PanelProduct) -> Void, multiplyQ6_K: @Sendable (PanelProduct) -> Void,
  multiplyF16: @Sendable (HalfProduct) -> Void, multiplyBF16: @Sendable (HalfProduct) -> Void,
  widenF16: @Sendable (UnsafeRawPointer, _ count: Int, Mutable) -> Void,
  widenBF16: @Sendable (UnsafeRawPointer, _ count: Int, Mutable) -> Void,

  // Pairs of bfloat16, where `multipliesBrainPairs`
  multipliesBrainPairs: Bool, gemmBrain: @Sendable (GEMMBlock) -> Void, gemmSmallBrain: GEMMSmall,
  roundToBrain: @Sendable (Const, _ count: Int, Mutable) -> Void,

  training: TrainingTable
)
public typealias GEMMSmall =
  @Sendable (
    _ rows: Int, Const, Int, _ b: Const, Mutable, Int, _ n: Int, _ depth: Int
  ) -> Void
public typealias Const = UnsafePointer<Float>
public typealias Mutable = UnsafeMutablePointer<Float>
