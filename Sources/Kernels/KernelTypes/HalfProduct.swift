/// y (tokens × rows) = x (tokens × depth) · Wᵀ for weights of 16 bits in panels, [k][panelColumns], and at most
/// `panelRows` tokens.
@frozen public struct HalfProduct {
  public var x: UnsafePointer<Float>
  public var tokens: Int, rows: Int, depth: Int
  /// Floats from one token to the next.
  public var xStride: Int, yStride: Int
  /// Whole panels, each 2 · depth · panelColumns bytes after the one before.
  public var panels: UnsafeRawPointer
  public var y: UnsafeMutablePointer<Float>

  @inlinable public init(
    x: UnsafePointer<Float>, xStride: Int, shape: (tokens: Int, rows: Int, depth: Int),
    panels: UnsafeRawPointer, y: UnsafeMutablePointer<Float>, yStride: Int
  ) {
    (self.x, self.xStride, self.panels) = (x, xStride, panels)
    (tokens, rows, depth) = shape
    (self.y, self.yStride) = (y, yStride)
  }
}
