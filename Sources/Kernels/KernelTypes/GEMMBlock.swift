/// One block of C (m × n) = A (m × depth) · B (depth × n), all of it in one thread.
@frozen public struct GEMMBlock {
  /// Panels of A, as `packA` makes them.
  public var a: UnsafePointer<Float>
  /// Panels of B; panel j starts at `b[j · bPanelStride]`, so that a range of k can be taken out of longer panels.
  public var b: UnsafePointer<Float>
  public var bPanelStride: Int
  public var c: UnsafeMutablePointer<Float>
  public var cRowStride: Int
  public var m: Int, n: Int, depth: Int
  /// Add to C rather than replace it.
  public var accumulate: Bool

  @inlinable public init(
    a: UnsafePointer<Float>, b: UnsafePointer<Float>, bPanelStride: Int, c: UnsafeMutablePointer<Float>,
    cRowStride: Int, shape: (m: Int, n: Int, depth: Int), accumulate: Bool
  ) {
    (self.a, self.b, self.bPanelStride) = (a, b, bPanelStride)
    (self.c, self.cRowStride) = (c, cRowStride)
    (m, n, depth) = shape
    self.accumulate = accumulate
  }
}
