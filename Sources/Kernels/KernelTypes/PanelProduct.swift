/// y (tokens × rows) = x · Wᵀ for quantised x and W, W in panels of `panelColumns` rows, in one thread.
///
/// A panel holds its rows along k in groups of 8 blocks of 32 elements (the last group may be shorter): first the
/// scales of the group's blocks, [block][row], then their elements, [block][step][row][4 or 8 elements]. See
/// `QuantPacking` for each format.
@frozen public struct PanelProduct {
  public var panels: UnsafeRawPointer
  /// Bytes from one panel to the next.
  public var panelStride: Int
  /// Rows of W, the last panel's padding not counted.
  public var rows: Int
  /// Blocks of 32 elements along k.
  public var blocks: Int
  /// `ActivationBlock`s, for each group of 8 blocks those of all tokens, [group][token][block].
  public var activations: UnsafeRawPointer
  public var tokens: Int
  /// The tokens that are multiplied: `token` ..< `end`.
  public var token: Int, end: Int
  /// Tokens that are multiplied with all panels before the next ones: so many as L2 holds, at most
  /// `largestTokenChunk`.
  public var tokenChunk: Int
  /// Results of token `token`.
  public var y: UnsafeMutablePointer<Float>
  /// Floats from one token's results to the next.
  public var yStride: Int
  /// Room for `panelScratchFloats` floats, aligned to 64 bytes.
  public var scratch: UnsafeMutablePointer<Float>

  @inlinable public init(
    panels: UnsafeRawPointer, panelStride: Int, shape: (rows: Int, tokens: Int, blocks: Int),
    activations: UnsafeRawPointer, part: Range<Int>, tokenChunk: Int, y: UnsafeMutablePointer<Float>,
    yStride: Int,
    scratch: UnsafeMutablePointer<Float>
  ) {
    (self.panels, self.panelStride) = (panels, panelStride)
    (rows, tokens, blocks) = shape
    (token, end) = (part.lowerBound, part.upperBound)
    (self.activations, self.tokenChunk) = (activations, tokenChunk)
    (self.y, self.yStride, self.scratch) = (y, yStride, scratch)
  }
}
