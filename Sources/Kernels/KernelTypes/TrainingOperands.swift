/// Causal self-attention of one whole sequence whose `heads` query heads share one KV head. There is no cache: rotated
/// queries, keys and values lie as one fused projection leaves them.
@frozen public struct SequenceAttention {
  /// Token t's vector of query head h is at `q[t · stride + h · headDim]`; its key at `k[t · stride]`, its value at
  /// `v[t · stride]`. The backward pass puts gradients in the place of all three.
  public var q: UnsafeMutablePointer<Float>, k: UnsafeMutablePointer<Float>, v: UnsafeMutablePointer<Float>
  public var stride: Int
  /// The mixed values, (tokens, heads, headDim) with `outStride` floats from token to token; in the backward pass, which
  /// only reads them, their gradients.
  public var out: UnsafeMutablePointer<Float>
  public var outStride: Int
  public var tokens: Int, heads: Int, headDim: Int
  /// Room for `sequenceScratch` floats.
  public var scratch: UnsafeMutablePointer<Float>

  @inlinable public init(
    q: UnsafeMutablePointer<Float>, k: UnsafeMutablePointer<Float>, v: UnsafeMutablePointer<Float>,
    stride: Int, out: UnsafeMutablePointer<Float>, outStride: Int, tokens: Int, heads: Int, headDim: Int,
    scratch: UnsafeMutablePointer<Float>
  ) {
    (self.q, self.k, self.v, self.stride) = (q, k, v, stride)
    (self.out, self.outStride, self.scratch) = (out, outStride, scratch)
    (self.tokens, self.heads, self.headDim) = (tokens, heads, headDim)
  }
}

/// What causality leaves of a product of a block of queries.
@frozen public enum CausalPart: Sendable {
  /// Rows are query tokens, columns the tokens that they see.
  case scores
  /// Rows are query tokens, k the tokens that they see.
  case mix
  /// Rows are tokens, k the queries of the block that see them.
  case gather
}

/// One row's way back through RMSNorm. `dx` and `dWeight` are added to.
@frozen public struct RMSNormGradient {
  public var x: UnsafePointer<Float>, weight: UnsafePointer<Float>, dy: UnsafePointer<Float>
  public var dx: UnsafeMutablePointer<Float>, dWeight: UnsafeMutablePointer<Float>
  public var count: Int
  public var epsilon: Float

  @inlinable public init(
    x: UnsafePointer<Float>, weight: UnsafePointer<Float>, dy: UnsafePointer<Float>,
    dx: UnsafeMutablePointer<Float>, dWeight: UnsafeMutablePointer<Float>, count: Int, epsilon: Float
  ) {
    (self.x, self.weight, self.dy, self.dx, self.dWeight) = (x, weight, dy, dx, dWeight)
    (self.count, self.epsilon) = (count, epsilon)
  }
}

/// One step of Adam with decoupled weight decay (Loshchilov and Hutter 2019, arXiv 1711.05101) over `count` parameters:
/// m ← β₁ m + (1 − β₁) s g; v ← β₂ v + (1 − β₂) (s g)²; θ ← θ · shrink − rate · m / (√v · root + ε), s being
/// `gradientScale`. The corrections of the moments' bias are in `rate`, η / (1 − β₁ᵗ), and `root`, 1 / √(1 − β₂ᵗ);
/// `shrink` is 1 − η λ.
@frozen public struct AdamWStep {
  public var parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>
  public var first: UnsafeMutablePointer<Float>, second: UnsafeMutablePointer<Float>
  public var count: Int
  public var gradientScale: Float, beta1: Float, beta2: Float
  public var shrink: Float, rate: Float, root: Float, epsilon: Float

  @inlinable public init(
    parameters: UnsafeMutablePointer<Float>, gradients: UnsafePointer<Float>,
    first: UnsafeMutablePointer<Float>, second: UnsafeMutablePointer<Float>, count: Int, gradientScale: Float,
    betas: (Float, Float), shrink: Float, rate: Float, root: Float, epsilon: Float
  ) {
    (self.parameters, self.gradients, self.first, self.second) = (parameters, gradients, first, second)
    (self.count, self.gradientScale) = (count, gradientScale)
    (beta1, beta2) = betas
    (self.shrink, self.rate, self.root, self.epsilon) = (shrink, rate, root, epsilon)
  }
}

/// The functions of one build that training adds.
public typealias TrainingTable = (
  gemmRows: @Sendable (GEMMBlock, _ aRowStride: Int) -> Void,
  rmsNormBackward: @Sendable (RMSNormGradient) -> Void,
  swiGLUBackward: @Sendable (_ gate: Mutable, _ up: Mutable, _ out: Mutable, Int) -> Void,
  softmaxNormaliser: @Sendable (Mutable, Int) -> SIMD2<Float>,
  sequenceAttention: @Sendable (SequenceAttention) -> Void,
  sequenceAttentionBackward: @Sendable (SequenceAttention) -> Void,
  sequenceScratch: @Sendable (_ tokens: Int, _ headDim: Int) -> Int,
  adamW: @Sendable (AdamWStep) -> Void,
  dot: @Sendable (Const, Const, Int) -> Float,
  scale: @Sendable (Mutable, Float, Int) -> Void,
  addScaled: @Sendable (Const, Float, Mutable, Int) -> Void,
  roundToBrainFloats: @Sendable (Const, Mutable, Int) -> Void
)
