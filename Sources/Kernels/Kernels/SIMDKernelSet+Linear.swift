import KernelTypes
import Parallel
import QuantFormats
import ReferenceKernels

/// Weights are packed once, as panels over all of k: decode then reads one contiguous stream for each thread, and prefill
/// packs activations only. Formats without kernels are widened to float32.
extension SIMDKernelSet {
  public func prepare(_ source: WeightSource) -> Weights {
    let packing = packing(of: source.format), stride = packing.panelBytes(source.columns)
    let weights = Weights(
      of: source, layout: weightLayout, format: packing.format, activations: packing.activations,
      matrixTokens: matrixTokens(packing.format, columns: source.columns),
      byteCount: panelCount(source.rows) * stride)
    let data = weights.matrix.data, width = table.panelColumns
    pool.forEach(count: panelCount(source.rows), chunk: 8) { panels, thread in
      for panel in panels {
        let rows = panel * width..<min((panel + 1) * width, source.rows)
        pack(source, rows: rows, into: data + panel * stride, thread)
      }
    }
    return weights
  }

  public func adopt(_ source: WeightSource, owner: AnyObject) -> Weights {
    let packing = packing(of: source.format)
    guard packing.format == source.format else { return prepare(source) }
    return Weights(
      inPlace: source, owner: owner, layout: weightLayout, format: packing.format,
      activations: packing.activations,
      matrixTokens: matrixTokens(packing.format, columns: source.columns))
  }

  public func preparedBytes(_ format: TensorFormat, rows: Int, columns: Int) -> Int {
    panelCount(rows) * packing(of: format).panelBytes(columns)
  }

  public func linear(tokens: Int, x: UnsafePointer<Float>, weights: Weights, y: UnsafeMutablePointer<Float>) {
    project(ProjectionInput(x, tokens: tokens), Projections(Projection(weights, into: y)))
  }

  func panelCount(_ rows: Int) -> Int { (rows + table.panelColumns - 1) / table.panelColumns }

  /// How weights of one format lie in panels.
  struct PanelPacking {
    var format: TensorFormat
    var activations: ActivationForm
    /// Bytes of a panel of so many columns.
    var panelBytes: (_ columns: Int) -> Int
  }

  func packing(of format: TensorFormat) -> PanelPacking {
    let width = table.panelColumns
    switch format {
    case .bf16 where table.brain.multipliesPairs:
      return PanelPacking(format: format, activations: .bf16) { [self] in 4 * width * pairs($0) }
    case .f16, .bf16: return PanelPacking(format: format, activations: .f32) { 2 * width * $0 }
    case let format where BlockLevels.formats.contains(format):
      let packing = blockPacking(format)
      return PanelPacking(format: format, activations: .int8) { packing.panelBytes(columns: $0) }
    default: return PanelPacking(format: .f32, activations: .f32) { 4 * width * $0 }
    }
  }

  /// Packs rows, at most a panel's, into the panel at `panel`.
  private func pack(
    _ source: WeightSource, rows: Range<Int>, into panel: UnsafeMutableRawPointer, _ thread: Int
  ) {
    switch packing(of: source.format).format {
    case .f16, .bf16: packHalves(source, rows: rows, into: panel)
    case .f32: packFloats(source, rows: rows, into: panel, thread)
    case let format: blockPacking(format).pack(source, rows: rows, into: panel)
    }
  }

  private func packFloats(
    _ source: WeightSource, rows: Range<Int>, into panel: UnsafeMutableRawPointer, _ thread: Int
  ) {
    let k = source.columns, floats = perThread.floats(table.panelColumns * k, thread: thread)
    for (r, row) in rows.enumerated() { source.decode(row: row, into: floats + r * k) }
    table.packB(
      PackSource(floats, rows: rows.count, depth: k, rowStride: k, depthStride: 1),
      panel.assumingMemoryBound(to: Float.self))
  }

  /// Packs some columns of a product's weights that lie as they did in their file, for the time of one tile.
  ///
  /// - Parameter columns: whole panels, but for the last one.
  func packForNow(_ w: Matrix, _ source: WeightSource, _ columns: Range<Int>, _ thread: Int) -> Matrix {
    let stride = packing(of: source.format).panelBytes(w.columns), width = table.panelColumns
    let floats = panelCount(columns.count) * stride / 4 + 1
    let data = UnsafeMutableRawPointer(packedForNow.floats(floats, thread: thread))
    for panel in 0..<panelCount(columns.count) {
      let first = columns.lowerBound + panel * width
      pack(source, rows: first..<min(first + width, columns.upperBound), into: data + panel * stride, thread)
    }
    return Matrix(
      rows: columns.count, columns: w.columns, format: w.format, activations: w.activations,
      matrixTokens: w.matrixTokens, data: data)
  }
}
