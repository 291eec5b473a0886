/// How numbers lie in the KV cache.
@frozen public enum CacheFormat: Sendable {
  case f32, f16
  /// Blocks of 32 tokens × 32 elements of int8, row by row of the tile, then 32 halves: one scale for each token.
  case q8

  /// Bytes of a block of 32 × 32 in the format `q8`.
  @inlinable public static var q8BlockBytes: Int { 32 * 32 + 32 * 2 }
}

/// Keys and values of one KV head. Keys lie in tiles of 32 tokens, [tile][headDim][32]; values token by token,
/// [token][headDim], followed by at least 32 elements that may be read. In the format `q8`, keys are
/// [tile][headDim / 32] blocks of [element][token], values [tile][headDim / 32] blocks of [token][element].
@frozen public struct CachedHead {
  public var keys: UnsafeRawPointer, values: UnsafeRawPointer
  public var keyFormat: CacheFormat, valueFormat: CacheFormat
  public var headDim: Int

  @inlinable public init(
    keys: UnsafeRawPointer, _ keyFormat: CacheFormat, values: UnsafeRawPointer, _ valueFormat: CacheFormat,
    headDim: Int
  ) {
    (self.keys, self.keyFormat) = (keys, keyFormat)
    (self.values, self.valueFormat) = (values, valueFormat)
    self.headDim = headDim
  }
}

/// Causal attention of successive query tokens whose `heads` query heads share one KV head. Row r is head
/// r % heads of token r / heads.
@frozen public struct AttentionRows {
  public var tokens: Int, heads: Int
  /// (tokens, heads, headDim) with `tokenStride` floats from one token to the next.
  public var q: UnsafePointer<Float>, out: UnsafeMutablePointer<Float>
  public var tokenStride: Int
  public var cache: CachedHead
  /// The first query token sees the first `visible` cached tokens, each further one sees one more.
  public var visible: Int
  /// Cached tokens to look at: `start`, a multiple of 32, up to `end`.
  public var start: Int, end: Int
  /// Where to leave what `mergeAttention` needs: rows × headDim sums, then a maximum and a normaliser for each row.
  /// nil: the cached tokens are all there are, and the result goes to `out`.
  public var partial: UnsafeMutablePointer<Float>?
  /// `attentionScratch` floats.
  public var scratch: UnsafeMutablePointer<Float>

  @inlinable public init(
    tokens: Int, heads: Int, q: UnsafePointer<Float>, out: UnsafeMutablePointer<Float>, tokenStride: Int,
    cache: CachedHead, visible: Int, start: Int, end: Int, partial: UnsafeMutablePointer<Float>?,
    scratch: UnsafeMutablePointer<Float>
  ) {
    (self.tokens, self.heads, self.q, self.out, self.tokenStride) = (tokens, heads, q, out, tokenStride)
    (self.cache, self.visible, self.start, self.end) = (cache, visible, start, end)
    (self.partial, self.scratch) = (partial, scratch)
  }

  @inlinable public var rows: Int { tokens * heads }
  /// Floats of what one range of cached tokens leaves.
  @inlinable public var partialFloats: Int { rows * (cache.headDim + 2) }
}

/// Successive tokens on their way into the cache of one KV head.
@frozen public struct CacheRows {
  /// (tokens, headDim) with `rowStride` floats from one token to the next.
  public var from: UnsafePointer<Float>
  public var tokens: Int, headDim: Int, rowStride: Int
  /// The head's keys or values.
  public var to: UnsafeMutableRawPointer
  public var format: CacheFormat
  /// Where in the cache the first token goes.
  public var position: Int
  /// Room for `scratchFloats`.
  public var scratch: UnsafeMutablePointer<Float>

  @inlinable public static var scratchFloats: Int { 32 * 32 + 64 }

  @inlinable public init(
    _ from: UnsafePointer<Float>, tokens: Int, headDim: Int, rowStride: Int, to: UnsafeMutableRawPointer,
    format: CacheFormat, position: Int, scratch: UnsafeMutablePointer<Float>
  ) {
    (self.from, self.tokens, self.headDim, self.rowStride) = (from, tokens, headDim, rowStride)
    (self.to, self.format, self.position, self.scratch) = (to, format, position, scratch)
  }
}
