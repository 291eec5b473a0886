/// The operations of the kernel door.
public enum Operation: String, CaseIterable, Codable, Sendable {
  case gemm, gemv, linear, rmsNorm = "rmsnorm", rope, softmax, swiGLU = "swiglu", attention
}

/// C (m × n) = op(A) (m × k) · op(B) (k × n); everything row-major without gaps. B transposed means that the
/// array holds Bᵀ, n rows of k: the form of weights.
public struct GEMMShape: Hashable, Sendable {
  public var m: Int, n: Int, k: Int
  public var transposeA: Bool, transposeB: Bool
  /// The product is added to what C holds.
  public var accumulates: Bool

  public init(
    m: Int, n: Int, k: Int, transposeA: Bool = false, transposeB: Bool = false, accumulates: Bool = false
  ) {
    require(m > 0 && n > 0 && k > 0, "GEMM \(m)×\(n)×\(k): every dimension must be at least 1")
    (self.m, self.n, self.k) = (m, n, k)
    (self.transposeA, self.transposeB, self.accumulates) = (transposeA, transposeB, accumulates)
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

  /// The vector of one head of one token.
  func vector(_ token: Int, _ head: Int) -> UnsafeMutablePointer<Float> {
    data + (token * rowStride + head * headDim)
  }
}

/// Successive tokens on their way into the KV cache, at `position` and after.
public struct KVStore {
  /// (tokens, kvHeads, headDim)
  public var keys: HeadRows, values: HeadRows
  /// The cache, `keyBytes` and `valueBytes` of its layout, at multiples of 4 bytes.
  public var cachedKeys: UnsafeMutableRawPointer, cachedValues: UnsafeMutableRawPointer
  public var layout: KVLayout
  public var position: Int

  public init(
    keys: HeadRows, values: HeadRows, cachedKeys: UnsafeMutableRawPointer,
    cachedValues: UnsafeMutableRawPointer, layout: KVLayout, position: Int
  ) {
    for rows in [keys, values] {
      precondition(
        rows.heads == layout.kvHeads && rows.headDim == layout.headDim && rows.tokens == keys.tokens,
        "\(rows.tokens) tokens × \(rows.heads) heads of \(rows.headDim) do not fit into the KV cache's layout"
      )
    }
    precondition(position + keys.tokens <= layout.capacity, "the KV cache holds \(layout.capacity) tokens")
    (self.keys, self.values) = (keys, values)
    (self.cachedKeys, self.cachedValues) = (cachedKeys, cachedValues)
    (self.layout, self.position) = (layout, position)
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
  /// The cache, `keyBytes` and `valueBytes` of its layout, at multiples of 4 bytes.
  public var keys: UnsafeRawPointer, values: UnsafeRawPointer
  public var layout: KVLayout
  /// Tokens in the cache before the first query.
  public var position: Int

  public init(
    q: HeadRows, out: UnsafeMutablePointer<Float>, keys: UnsafeRawPointer, values: UnsafeRawPointer,
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
