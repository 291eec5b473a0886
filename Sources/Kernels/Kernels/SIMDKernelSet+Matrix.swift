import KernelTypes
import Parallel
import QuantFormats

/// Prompts by instructions that multiply tiles of bfloat16 (AMX): a task brings its panels into that form, a range of k at a
/// time, and multiplies them with all tokens. Quantised weights are rounded to it; floats and halves become sums.
extension SIMDKernelSet {
  /// From so many tokens on weights are multiplied so: those that need to be brought into the form when that pays.
  func matrixTokens(_ format: TensorFormat, columns: Int) -> Int {
    guard matrix != nil, columns % Self.stepElements == 0 else { return .max }
    switch format {
    case .bf16: return 2
    case .f32, .f16: return 64
    default: return BlockLevels.formats.contains(format) ? 64 : .max
    }
  }

  /// Elements of k in a tile.
  static let stepElements = 32
  /// Tokens at a time: whole tiles of tokens, and whole panels of those that other formats of a call take.
  static let matrixChunk = 528

  /// - Parameter tile: its first token is the first one of a tile of 16.
  func multiplyTiles(
    _ a: PreparedActivations, _ w: Matrix, _ tile: ProductTile, into c: ProductPlace, _ thread: Int
  ) {
    let steps = w.columns / Self.stepElements, parts = w.parts
    let tiles = UnsafeRawPointer(parts == .rounded ? a.tiles! : a.splitTiles!)
    let left = TileFactors(data: tiles, parts: parts, steps: steps)
    let first = tile.columns.lowerBound / table.panelColumns
    if w.format == .bf16 {
      // Few tokens stay in the cache, and weights that lie in memory are one stream.
      let deepest = tile.rows.count <= 32 ? steps : Self.deepest
      return multiplyTiles(left, tile, into: c, thread, deepest: deepest) { k, _, _ in
        TilePanels(
          data: UnsafeRawPointer(w.data) + (first * steps + k) * Self.stepBytes,
          stride: steps * Self.stepBytes)
      }
    }
    multiplyTiles(left, tile, into: c, thread, deepest: Self.deepest(parts)) { k, depth, room in
      let stride = depth * parts.ofWeights * Self.stepBytes
      for panel in 0..<panelCount(tile.columns.count) {
        expandPanel(of: w, first + panel, k, depth, room + panel * stride)
      }
      return TilePanels(data: UnsafeRawPointer(room), stride: stride)
    }
  }

  /// Rows of A, tokens among them, in tiles.
  struct TileFactors {
    var data: UnsafeRawPointer
    var parts: MatrixParts
    /// Of k.
    var steps: Int
    /// From one tile of rows to the next.
    var stride: Int { steps * parts.ofTokens * 1024 }
  }

  /// A range of k of some panels.
  struct TilePanels {
    var data: UnsafeRawPointer
    var stride: Int
  }

  /// Panels that a task takes at most: in their largest form those of a range of k are 768 KiB of a 2 MiB L2.
  static let tilePanels = 16
  /// Of so many panels those of a task: as many as may be, since each task fetches all of A, and the same for all threads.
  func tileShare(_ panels: Int, among threads: Int) -> Int {
    let threads = max(threads, 1), most = Self.tilePanels * threads
    let tasks = (panels + most - 1) / most * threads
    return max(1, (panels + tasks - 1) / tasks)
  }
  /// Steps of k at a time: two tiles of tokens, 48 KiB at most, are near while the panels pass by.
  static let deepest = 24
  static func deepest(_ parts: MatrixParts) -> Int { parts == .rounded ? deepest : deepest / 3 }
  /// Of a panel, a step of k and one part.
  static let stepBytes = 2048

  /// - Parameter panels: those of a range of k; in `room`, where they are to be made.
  func multiplyTiles(
    _ a: TileFactors, _ tile: ProductTile, into c: ProductPlace, _ thread: Int, deepest: Int,
    panels: (_ k: Int, _ depth: Int, _ room: UnsafeMutableRawPointer) -> TilePanels
  ) {
    let matrix = matrix!, first = a.data + tile.rows.lowerBound / 16 * a.stride
    let floats = Self.tilePanels * Self.deepest * Self.stepBytes / 4
    let room = perThread.floats(matrix.scratchFloats + floats, thread: thread)
    // Nearly equal parts; blocks come in groups of eight.
    let count = (a.steps + deepest - 1) / deepest, most = roundUp((a.steps + count - 1) / count, 8)
    matrix.begin()
    for k in stride(from: 0, to: a.steps, by: most) {
      let depth = min(most, a.steps - k)
      let b = panels(k, depth, UnsafeMutableRawPointer(room + matrix.scratchFloats))
      matrix.multiply(
        MatrixProduct(
          a.parts, a: first + k * a.parts.ofTokens * 1024, aStride: a.stride, panels: b.data,
          panelStride: b.stride, shape: (tile.rows.count, tile.columns.count, depth), c: c.data,
          cStride: c.stride, accumulates: k > 0 || c.accumulates, scratch: room))
    }
    matrix.end()
  }

  /// Some steps of k of a panel of weights.
  private func expandPanel(
    of w: Matrix, _ panel: Int, _ k: Int, _ depth: Int, _ to: UnsafeMutableRawPointer
  ) {
    let width = table.panelColumns, at = (panel * w.columns + k * Self.stepElements) * width
    switch w.format {
    case .f16: matrix!.expandF16(w.data + 2 * at, depth, to)
    case .f32:
      matrix!.expandF32(
        FloatExpansion(from: w.floats + at, stride: width, depth: depth * Self.stepElements, to: to))
    default: expandBlocks(of: w, panel, k, depth, to)
    }
  }

  private func expandBlocks(
    of w: Matrix, _ panel: Int, _ k: Int, _ depth: Int, _ to: UnsafeMutableRawPointer
  ) {
    let matrix = matrix!, packing = blockPacking(w.format)
    let group = w.data + panel * packing.panelBytes(columns: w.columns)
    let expansion = PanelExpansion(
      group: group + packing.panelBytes(columns: k * Self.stepElements), blocks: depth, to: to)
    switch w.format {
    case .q8_0: matrix.expandQ8_0(expansion)
    case .q4_0: matrix.expandQ4_0(expansion)
    case .q4_k: matrix.expandQ4_K(expansion)
    default: matrix.expandQ6_K(expansion)
    }
  }
}
