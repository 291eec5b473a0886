/// A source matrix: element (row, k) at `data[row · rowStride + k · depthStride]`, one of the strides being 1.
@frozen public struct PackSource {
  public var data: UnsafePointer<Float>
  public var rows: Int, depth: Int
  public var rowStride: Int, depthStride: Int

  @inlinable public init(
    _ data: UnsafePointer<Float>, rows: Int, depth: Int, rowStride: Int, depthStride: Int
  ) {
    self.data = data
    self.rows = rows
    self.depth = depth
    self.rowStride = rowStride
    self.depthStride = depthStride
  }

  /// Some rows, and some steps of k.
  @inlinable public func part(rows: Range<Int>, k: Int, depth: Int) -> PackSource {
    PackSource(
      data + rows.lowerBound * rowStride + k * depthStride, rows: rows.count, depth: depth,
      rowStride: rowStride,
      depthStride: depthStride)
  }
}
