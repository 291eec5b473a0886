/// Where the operands of a tile lie. A(r, k) is at `a[r · rowStride + k · depthStride]`;
/// B(k, ·) is `tileColumns` floats at `b[k · bStride]`.
@frozen public struct TileOperands {
  public var a: UnsafePointer<Float>
  public var rowStride: Int
  public var depthStride: Int
  public var b: UnsafePointer<Float>
  public var bStride: Int
  public var depth: Int

  @inlinable public init(
    a: UnsafePointer<Float>, rowStride: Int, depthStride: Int, b: UnsafePointer<Float>, bStride: Int,
    depth: Int
  ) {
    self.a = a
    self.rowStride = rowStride
    self.depthStride = depthStride
    self.b = b
    self.bStride = bStride
    self.depth = depth
  }
}

/// Where a tile of results goes: `rows` rows of up to `tileColumns` columns.
@frozen public struct TileTarget {
  public var c: UnsafeMutablePointer<Float>
  public var rowStride: Int
  public var columns: Int
  public var accumulate: Bool
  public var scale: Float

  @inlinable public init(
    c: UnsafeMutablePointer<Float>, rowStride: Int, columns: Int, accumulate: Bool, scale: Float
  ) {
    self.c = c
    self.rowStride = rowStride
    self.columns = columns
    self.accumulate = accumulate
    self.scale = scale
  }
}
