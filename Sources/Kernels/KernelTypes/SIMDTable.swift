/// The functions of one ISA level. A whole build of SIMDKernels fills one in (`Shared/Table.swift`); a level that adds only
/// instructions for bytes or bfloat16 takes another's, with an `integer` or `brain` of its own (`Backends`). A tuple, because
/// a struct would need a public initialiser that names every field once more.
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
  multiplyF16: @Sendable (HalfProduct) -> Void, multiplyBF16: @Sendable (HalfProduct) -> Void,
  widenF16: @Sendable (UnsafeRawPointer, _ count: Int, Mutable) -> Void,
  widenBF16: @Sendable (UnsafeRawPointer, _ count: Int, Mutable) -> Void,
  integer: IntegerTable, brain: BrainTable, training: TrainingTable
)
/// Products of quantised weights and activations (`Shared/Integer`).
public typealias IntegerTable = (
  byteStep: Int, bytesAreUnsigned: Bool, multipliesWords: Bool,
  panelScratchFloats: Int, largestTokenChunk: Int,
  quantise:
    @Sendable (
      Const, _ blocks: Int, _ token: Int, _ tokens: Int, _ withWords: Bool, UnsafeMutableRawPointer
    ) -> Void,
  multiplyQ8_0: @Sendable (PanelProduct) -> Void, multiplyQ4_0: @Sendable (PanelProduct) -> Void,
  multiplyQ4_K: @Sendable (PanelProduct) -> Void, multiplyQ6_K: @Sendable (PanelProduct) -> Void
)
/// Products of pairs of bfloat16, where `multipliesPairs` (`Shared/Products/BrainTile.swift`).
public typealias BrainTable = (
  multipliesPairs: Bool, gemm: @Sendable (GEMMBlock) -> Void, gemmSmall: GEMMSmall,
  round: @Sendable (Const, _ count: Int, Mutable) -> Void
)
/// Products of tiles of bfloat16, where the ISA has them (`SIMDKernelsAMX`). Weights of any format become bfloat16 first,
/// those of floats and halves several each, whose sum they are.
public typealias MatrixTable = (
  scratchFloats: Int,
  begin: @Sendable () -> Void, end: @Sendable () -> Void,
  round: @Sendable (Const, _ steps: Int, _ token: Int, UnsafeMutableRawPointer) -> Void,
  expandQ8_0: @Sendable (PanelExpansion) -> Void, expandQ4_0: @Sendable (PanelExpansion) -> Void,
  expandQ4_K: @Sendable (PanelExpansion) -> Void, expandQ6_K: @Sendable (PanelExpansion) -> Void,
  split: @Sendable (Const, _ stepStride: Int, _ steps: Int, UnsafeMutableRawPointer) -> Void,
  expandF32: @Sendable (FloatExpansion) -> Void,
  expandF16: @Sendable (UnsafeRawPointer, _ steps: Int, UnsafeMutableRawPointer) -> Void,
  multiply: @Sendable (MatrixProduct) -> Void
)
public typealias GEMMSmall =
  @Sendable (
    _ rows: Int, Const, Int, _ b: Const, Mutable, Int, _ n: Int, _ depth: Int
  ) -> Void
public typealias Const = UnsafePointer<Float>
public typealias Mutable = UnsafeMutablePointer<Float>
