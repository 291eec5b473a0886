/// The operations of the kernel door.
public enum Operation: String, CaseIterable, Codable, Sendable {
  case gemm, gemv, linear, rmsNorm = "rmsnorm", rope, softmax, swiGLU = "swiglu", attention
}

/// C (m × n) = op(A) (m × k) · op(B) (k × n); everything row-major without gaps. B transposed means that the
/// array holds Bᵀ, n rows of k: the form of weights.
public struct GEMMShape: Hashable, Sendable {
  public var m: Int, n: Int, k: Int
  public var transposeA: Bool, transposeB: Bool

  public init(m: Int, n: Int, k: Int, transposeA: Bool = false, transposeB: Bool = false) {
    require(m > 0 && n > 0 && k > 0, "GEMM \(m)×\(n)×\(k): every dimension must be at least 1")
    (self.m, self.n, self.k) = (m, n, k)
    (self.transposeA, self.transposeB) = (transposeA, transposeB)
  }
}

/// How RoPE pairs the elements of a head vector.
public enum RoPEPairing: String, Codable, Hashable, Sendable {
  /// 2i with 2i + 1 (llama).
  case adjacent
  /// i with i + d / 2 (GPT-NeoX, Qwen).
  case halves
}

/// Rotations for every position: `cos` and `sin` of (positions, width), row by row. The sign of the rotation
/// is part of `sin`, so that x[i] becomes x[i] · cos[i] + x[partner(i)] · sin[i].
public struct RoPETable: Sendable {
  public let width: Int
  public let pairing: RoPEPairing
  public let cos: [Float], sin: [Float]

  public init(width: Int, pairing: RoPEPairing, cos: [Float], sin: [Float]) {
    require(
      width > 0 && width.isMultiple(of: 2), "RoPE rotates pairs: \(width) elements cannot be paired")
    require(
      cos.count == sin.count && cos.count.isMultiple(of: width), "RoPE table: rows of \(width) expected")
    (self.width, self.pairing, self.cos, self.sin) = (width, pairing, cos, sin)
  }
}

/// Vectors of several heads and tokens: (tokens, heads, headDim), `rowStride` floats from token to token.
public struct HeadRows {
  public var data: UnsafeMutablePointer<Float>
  public var tokens: Int, heads: Int, headDim: Int, rowStride: Int

  public init(
    _ data: UnsafeMutablePointer<Float>, tokens: Int, heads: Int, headDim: Int, rowStride: Int? = nil
  ) {
    self.data = data
    (self.tokens, self.heads, self.headDim) = (tokens, heads, headDim)
    self.rowStride = rowStride ?? heads * headDim
  }
}

/// The layout of cached keys and values, the same for every backend.
///
/// For each KV head, keys lie in tiles of `tileTokens` tokens, [tile][headDim][tileTokens], so that one query
/// element meets many keys in one vector; values lie token by token, [token][headDim].
public struct KVLayout: Hashable, Sendable {
  /// A multiple of the columns of every register tile.
  public static let tileTokens = 32

  public let kvHeads: Int, headDim: Int, capacity: Int

  /// `capacity` tokens, rounded up to whole tiles.
  public init(kvHeads: Int, headDim: Int, capacity: Int) {
    self.kvHeads = kvHeads
    self.headDim = headDim
    self.capacity = (capacity + Self.tileTokens - 1) / Self.tileTokens * Self.tileTokens
  }

  /// Floats from one KV head to the next, for keys and for values. Values are followed by a tile of slack,
  /// because kernels read whole vectors.
  public var keyHeadStride: Int { capacity * headDim }
  public var valueHeadStride: Int { capacity * headDim + Self.tileTokens }

  /// Where element `i` of the key of `token` lies within its head.
  public func keyIndex(token: Int, _ i: Int) -> Int {
    (token / Self.tileTokens * headDim + i) * Self.tileTokens + token % Self.tileTokens
  }
}

/// Causal attention of successive tokens: query token t sees the `position + t + 1` oldest cached tokens.
/// The query heads are divided evenly among the KV heads (grouped-query attention; Ainslie et al. 2023,
/// arXiv 2305.13245).
public struct AttentionCall {
  /// (tokens, heads, headDim)
  public var q: HeadRows
  /// Same shape as q.
  public var out: UnsafeMutablePointer<Float>
  public var keys: UnsafePointer<Float>, values: UnsafePointer<Float>
  public var layout: KVLayout
  /// Tokens in the cache before the first query.
  public var position: Int

  public init(
    q: HeadRows, out: UnsafeMutablePointer<Float>, keys: UnsafePointer<Float>, values: UnsafePointer<Float>,
    layout: KVLayout, position: Int
  ) {
    require(
      q.heads.isMultiple(of: layout.kvHeads), "\(q.heads) heads cannot share \(layout.kvHeads) KV heads")
    require(q.headDim == layout.headDim, "queries of \(q.headDim), keys of \(layout.headDim)")
    require(position + q.tokens <= layout.capacity, "the KV cache holds \(layout.capacity) tokens")
    (self.q, self.out, self.keys, self.values) = (q, out, keys, values)
    (self.layout, self.position) = (layout, position)
  }
}
