import KernelTypes
import Parallel
import QuantFormats

/// Prompts by instructions that multiply tiles of bfloat16 (AMX), weights of blocks among them: a task makes its panels
/// bfloat16, a range of k at a time, and multiplies them with all tokens.
extension SIMDKernelSet {
  /// From so many tokens on weights are multiplied so: those in blocks when it pays to make them bfloat16.
  func matrixTokens(_ format: TensorFormat, columns: Int) -> Int {
    guard matrix != nil, columns % Self.stepElements == 0 else { return .max }
    if format == .bf16 { return 2 }
    return BlockLevels.formats.contains(format) ? 64 : .max
  }

  /// Elements of k in a tile.
  static let stepElements = 32
  /// Steps of k at a time: a panel of them takes 32 KiB, the activations of 480 tokens half a MiB. Whole groups of blocks.
  private static let depth = 16
  /// Tokens at a time: whole tiles of tokens, and whole panels of those that other formats of a call take.
  static let matrixChunk = 480

  /// - Parameter tile: its first token is the first one of a tile of 16.
  func multiplyTiles(
    _ a: PreparedActivations, _ w: Matrix, _ tile: ProductTile, into c: ProductPlace, _ thread: Int
  ) {
    let matrix = matrix!, width = table.panelColumns, steps = w.columns / Self.stepElements
    let room = perThread.floats(matrix.scratchFloats + 16 * Self.depth * width, thread: thread)
    let tokens = UnsafeRawPointer(a.tiles!) + tile.rows.lowerBound * steps * 64
    // Few tokens stay in the cache, and weights that lie in memory are one stream.
    let deepest = w.format == .bf16 && tile.rows.count <= 64 ? steps : Self.depth
    matrix.begin()
    for k in stride(from: 0, to: steps, by: deepest) {
      let depth = min(deepest, steps - k)
      for row in stride(from: tile.columns.lowerBound, to: tile.columns.upperBound, by: width) {
        let panel = brainPanel(of: w, row / width, k, depth, room + matrix.scratchFloats)
        matrix.multiply(
          MatrixProduct(
            a: tokens + k * 1024, aStride: steps * 1024, panel: panel,
            shape: (tile.rows.count, min(width, tile.columns.upperBound - row), depth),
            c: c.data + (row - tile.columns.lowerBound), cStride: c.stride,
            accumulates: k > 0 || c.accumulates,
            scratch: room))
      }
    }
    matrix.end()
  }

  /// Some steps of k of a panel, as pairs of bfloat16.
  private func brainPanel(
    of w: Matrix, _ panel: Int, _ k: Int, _ depth: Int, _ room: UnsafeMutablePointer<Float>
  ) -> UnsafeRawPointer {
    let matrix = matrix!, width = table.panelColumns
    if w.format == .bf16 { return UnsafeRawPointer(w.data) + (panel * w.columns / 2 + 16 * k) * 4 * width }
    let packing = blockPacking(w.format)
    let group = w.data + panel * packing.panelBytes(columns: w.columns)
    let expansion = PanelExpansion(
      group: group + packing.panelBytes(columns: k * Self.stepElements), blocks: depth, to: room)
    switch w.format {
    case .q8_0: matrix.expandQ8_0(expansion)
    case .q4_0: matrix.expandQ4_0(expansion)
    case .q4_k: matrix.expandQ4_K(expansion)
    default: matrix.expandQ6_K(expansion)
    }
    return UnsafeRawPointer(room)
  }
}
