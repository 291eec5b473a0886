/// C (tokens × rows) = A · Wᵀ over a range of k, by instructions that multiply whole tiles of bfloat16, in one thread. The
/// range is whole steps of 32 elements.
@frozen public struct MatrixProduct {
  public var parts: MatrixParts
  /// Tiles of 16 tokens × 32 elements of k, a KiB each: [tile of tokens][step of k][part][token][element].
  public var a: UnsafeRawPointer
  /// Bytes from one tile of tokens to the next.
  public var aStride: Int
  public var tokens: Int
  /// Panels: [step of k][part][pair of elements of k][panelColumns rows][2].
  public var panels: UnsafeRawPointer
  /// Bytes from one panel to the next.
  public var panelStride: Int
  /// Rows of all panels.
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
    _ parts: MatrixParts, a: UnsafeRawPointer, aStride: Int, panels: UnsafeRawPointer, panelStride: Int,
    shape: (tokens: Int, rows: Int, steps: Int), c: UnsafeMutablePointer<Float>, cStride: Int,
    accumulates: Bool, scratch: UnsafeMutablePointer<Float>
  ) {
    (self.parts, self.a, self.aStride) = (parts, a, aStride)
    (self.panels, self.panelStride) = (panels, panelStride)
    (tokens, rows, steps) = shape
    (self.c, self.cStride, self.accumulates, self.scratch) = (c, cStride, accumulates, scratch)
  }
}

/// How many bfloat16 add up to a factor of such a product.
@frozen public enum MatrixParts: Sendable {
  /// One each, to which the factors are rounded.
  case rounded
  /// Three each, which hold all bits of a float.
  case floats
  /// Three for a float, and two for a weight that was a half.
  case halves

  @inlinable public var ofTokens: Int { self == .rounded ? 1 : 3 }
  @inlinable public var ofWeights: Int { self == .rounded ? 1 : self == .halves ? 2 : 3 }
}

/// A range of k of a panel of floats on its way to three bfloat16 each.
@frozen public struct FloatExpansion {
  /// [k][row]
  public var from: UnsafePointer<Float>
  /// Floats from one k to the next.
  public var stride: Int
  /// How many k there are; the last step of 32 is filled up with zeros.
  public var depth: Int
  /// The panel as `MatrixProduct` has it.
  public var to: UnsafeMutableRawPointer

  @inlinable public init(
    from: UnsafePointer<Float>, stride: Int, depth: Int, to: UnsafeMutableRawPointer
  ) {
    (self.from, self.stride, self.depth, self.to) = (from, stride, depth, to)
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
