/// C (tokens × rows) = A · Wᵀ over a range of k, by instructions that multiply whole tiles of bfloat16, in one thread. The
/// range is whole steps of 32 elements.
@frozen public struct MatrixProduct {
  /// Tiles of 16 tokens × 32 elements of k, a KiB each: [tile of tokens][step of k][token][element].
  public var a: UnsafeRawPointer
  /// Bytes from one tile of tokens to the next.
  public var aStride: Int
  public var tokens: Int
  /// One panel: [pair of elements of k][panelColumns rows][2].
  public var panel: UnsafeRawPointer
  /// Rows of the panel that there are.
  public var rows: Int
  public var steps: Int
  public var c: UnsafeMutablePointer<Float>
  /// Floats from one token to the next.
  public var cStride: Int
  /// Add to C rather than replace it.
  public var accumulates: Bool
  /// Room for `matrixScratchFloats` floats.
  public var scratch: UnsafeMutablePointer<Float>

  @inlinable public init(
    a: UnsafeRawPointer, aStride: Int, panel: UnsafeRawPointer, shape: (tokens: Int, rows: Int, steps: Int),
    c: UnsafeMutablePointer<Float>, cStride: Int, accumulates: Bool, scratch: UnsafeMutablePointer<Float>
  ) {
    (self.a, self.aStride, self.panel) = (a, aStride, panel)
    (tokens, rows, steps) = shape
    (self.c, self.cStride, self.accumulates, self.scratch) = (c, cStride, accumulates, scratch)
  }
}

/// A range of k of a panel of quantised weights (`PanelProduct`) on its way to bfloat16.
@frozen public struct PanelExpansion {
  /// A group of 8 blocks.
  public var group: UnsafeRawPointer
  public var blocks: Int
  /// The panel as `MatrixProduct` has it.
  public var to: UnsafeMutableRawPointer

  @inlinable public init(group: UnsafeRawPointer, blocks: Int, to: UnsafeMutableRawPointer) {
    (self.group, self.blocks, self.to) = (group, blocks, to)
  }
}
