/// Causal attention of up to `panelRows` query rows that share one KV head: in decode the query heads of the
/// group, in prefill successive tokens of one head.
///
/// Keys lie in tiles of `keyTile` tokens, [tile][headDim][keyTile]; values row by row, [token][headDim], followed
/// by at least `panelColumns` floats that may be read. `keyTile` is a multiple of `panelColumns`.
@frozen public struct AttentionRows {
  public var rows: Int
  public var q: UnsafePointer<Float>
  public var out: UnsafeMutablePointer<Float>
  /// Floats from one row of q to the next, and of out.
  public var qStride: Int, outStride: Int
  public var keys: UnsafePointer<Float>, values: UnsafePointer<Float>
  public var headDim: Int, keyTile: Int
  /// Row r sees the first `visible + r · visibleStep` tokens.
  public var visible: Int, visibleStep: Int
  /// Room for rows × scoreStride floats; scoreStride is at least the number of tokens seen, rounded up to
  /// whole key tiles.
  public var scores: UnsafeMutablePointer<Float>
  public var scoreStride: Int

  @inlinable public init(
    rows: Int, q: UnsafePointer<Float>, qStride: Int, out: UnsafeMutablePointer<Float>, outStride: Int,
    keys: UnsafePointer<Float>, values: UnsafePointer<Float>, headDim: Int, keyTile: Int,
    visible: Int, visibleStep: Int, scores: UnsafeMutablePointer<Float>, scoreStride: Int
  ) {
    (self.rows, self.q, self.qStride, self.out, self.outStride) = (rows, q, qStride, out, outStride)
    (self.keys, self.values, self.headDim, self.keyTile) = (keys, values, headDim, keyTile)
    (self.visible, self.visibleStep) = (visible, visibleStep)
    (self.scores, self.scoreStride) = (scores, scoreStride)
  }

  /// The tokens that the last row sees.
  @inlinable public var tokens: Int { visible + (rows - 1) * visibleStep }
}
