import KernelTypes
import Parallel
import QuantFormats
import ReferenceKernels

/// Part of a product: rows of C are tokens, columns are rows of weights.
typealias ProductTile = (rows: Range<Int>, columns: Range<Int>)

/// Where the first result of a tile goes, and how many floats from one token's to the next.
struct ProductPlace {
  var data: UnsafeMutablePointer<Float>
  var stride: Int
  /// Products are added to what is there.
  var accumulates = false
}

/// One product of `project` as its tasks see it.
struct ProductTarget {
  var matrix: Matrix
  var bias: UnsafePointer<Float>?
  var y: UnsafeMutablePointer<Float>
  var accumulates: Bool
}

/// A call of `project` whose activations are ready; `start` is the token of y that is the first of them.
struct ProjectionCall {
  var activations: PreparedActivations
  var targets: ProductTargets
  var start: Int
  var tasks: ProjectionTasks
}

/// A call of `projectGated`; y belongs to the first of the activations.
struct GatedCall {
  var activations: PreparedActivations
  var weights: (gate: Matrix, up: Matrix)
  var tiles: SIMDKernelSet.TaskGrid
  var y: UnsafeMutablePointer<Float>
}

/// Products of one input: activations are normalised and brought into the forms that the weights want, then the
/// panels of all matrices are one parallel loop.
extension SIMDKernelSet {
  public func project(_ input: ProjectionInput, _ outputs: Projections) {
    let columns = outputs[0].weights.columns
    input.check(outputs[0].weights)
    for i in 0..<outputs.count {
      requireLinear(tokens: input.tokens, x: input.x, weights: outputs[i].weights, y: outputs[i].y)
    }
    outputs.withTargets { targets in
      for start in stride(from: 0, to: input.tokens, by: partTokens(columns)) {
        let part = input.part(start, partTokens(columns), columns: columns)
        project(part, of: input.tokens, targets, start: start)
      }
    }
  }

  private func project(_ part: ProjectionInput, of whole: Int, _ targets: ProductTargets, start: Int) {
    var forms = ActivationForms(), panels = 0, columns = 0
    for i in 0..<3 {
      guard let w = targets[i]?.matrix else { break }
      note(w, part.tokens, of: whole, in: &forms)
      panels += panelCount(w.rows)
      columns = w.columns
    }
    let activations = prepare(part, of: whole, columns: columns, forms)
    let tasks = ProjectionTasks { i in targets[i].map { grid($0.matrix, activations, panels: panels) } }
    let call = ProjectionCall(activations: activations, targets: targets, start: start, tasks: tasks)
    withUnsafePointer(to: call) {
      projections = $0
      projectionLoop.run(count: tasks.count, chunk: 1)
    }
  }

  func project(_ range: Range<Int>, thread: Int) {
    let call = projections!
    for task in range {
      let (i, tile) = call.pointee.tasks[task]
      multiply(call.pointee.activations, call.pointee.targets[i]!, call.pointee.start, tile, thread)
    }
  }

  public func projectGated(
    _ input: ProjectionInput, gate: Weights, up: Weights, into out: UnsafeMutablePointer<Float>
  ) {
    input.checkGated(gate, up)
    requireLinear(tokens: input.tokens, x: input.x, weights: gate, y: out)
    requireLinear(tokens: input.tokens, x: input.x, weights: up, y: out)
    let (gate, up) = (gate.matrix, up.matrix)
    for start in stride(from: 0, to: input.tokens, by: partTokens(gate.columns)) {
      let part = input.part(start, partTokens(gate.columns), columns: gate.columns)
      var forms = ActivationForms()
      note(gate, part.tokens, of: input.tokens, in: &forms)
      note(up, part.tokens, of: input.tokens, in: &forms)
      let activations = prepare(part, of: input.tokens, columns: gate.columns, forms)
      let tiles = grid(gate, and: up, activations, panels: panelCount(gate.rows))
      let call = GatedCall(
        activations: activations, weights: (gate, up), tiles: tiles, y: out + start * gate.rows)
      withUnsafePointer(to: call) {
        self.gated = $0
        gatedLoop.run(count: tiles.count, chunk: 1)
      }
    }
  }

  func projectGated(_ range: Range<Int>, thread: Int) {
    let call = gated!, (gate, up) = call.pointee.weights, whole = call.pointee.activations.whole
    let smaller = min(cacheTokens(gate, call.pointee.activations), cacheTokens(up, call.pointee.activations))
    let takesTiles = whole >= min(gate.matrixTokens, up.matrixTokens)
    let step = takesTiles ? max(smaller / 16, 1) * 16 : smaller
    for task in range {
      forTokens(of: call.pointee.tiles[task], step) { tile in
        let y = call.pointee.y + tile.rows.lowerBound * gate.rows + tile.columns.lowerBound
        multiplyGated(call.pointee.activations, (gate, up), tile, into: y, thread)
      }
    }
  }

  /// As many tokens at a time as fit into 16 MiB, so that packed activations do not leave the last-level cache.
  private func partTokens(_ columns: Int) -> Int {
    max(4_194_304 / columns / table.panelRows, 1) * table.panelRows
  }

  /// The division of a product, or of two that each task makes parts of.
  private func grid(
    _ w: Matrix, and other: Matrix? = nil, _ a: PreparedActivations, panels: Int
  ) -> TaskGrid {
    let other = other ?? w
    if a.whole >= min(w.matrixTokens, other.matrixTokens) {
      return TaskGrid(
        rows: a.tokens, columns: w.rows, rowStep: max(a.tokens, 1),
        columnStep: tileShare(panels, among: pool.threads) * table.panelColumns)
    }
    let wide = takesPanels(w, a.tokens) ? w : other
    return takesPanels(wide, a.tokens)
      ? TaskGrid(set: self, blocking(wide), rows: a.tokens, columns: w.rows, panels: panels)
      : TaskGrid(set: self, rows: a.tokens, columns: w.rows, panels: panels)
  }

  private func blocking(_ w: Matrix) -> Blocking {
    w.activations == .bf16
      ? Blocking(table, k: pairs(w.columns), pairs: true) : Blocking(table, k: w.columns)
  }

  /// Tokens of a tile whose products are to be found in the cache for another step.
  private func cacheTokens(_ w: Matrix, _ a: PreparedActivations) -> Int {
    if a.whole >= w.matrixTokens { return Self.matrixChunk }
    return w.activations == .int8 ? tokenChunk(w) : a.tokens
  }

  private func forTokens(of tile: ProductTile, _ step: Int, _ body: (ProductTile) -> Void) {
    for first in stride(from: tile.rows.lowerBound, to: tile.rows.upperBound, by: step) {
      body((first..<min(first + step, tile.rows.upperBound), tile.columns))
    }
  }

  /// - Parameter start: the token of y that is the first of the activations.
  private func multiply(
    _ a: PreparedActivations, _ output: ProductTarget, _ start: Int, _ tile: ProductTile, _ thread: Int
  ) {
    let w = output.matrix, addsItself = a.whole >= w.matrixTokens
    forTokens(of: tile, cacheTokens(w, a)) { tile in
      let y = ProductPlace(
        data: output.y + (start + tile.rows.lowerBound) * w.rows + tile.columns.lowerBound, stride: w.rows,
        accumulates: output.accumulates && addsItself)
      let adds = output.accumulates && !addsItself, product = adds ? room(for: tile, thread) : y
      multiply(a, w, tile, into: product, thread)
      for t in 0..<tile.rows.count {
        let row = y.data + t * y.stride
        if adds { table.add(product.data + t * product.stride, row, tile.columns.count) }
        if let bias = output.bias { table.add(bias + tile.columns.lowerBound, row, tile.columns.count) }
      }
    }
  }

  private func multiplyGated(
    _ a: PreparedActivations, _ weights: (gate: Matrix, up: Matrix), _ tile: ProductTile,
    into y: UnsafeMutablePointer<Float>, _ thread: Int
  ) {
    let stride = weights.gate.rows
    let factors = room(for: tile, thread)
    multiply(a, weights.gate, tile, into: ProductPlace(data: y, stride: stride), thread)
    multiply(a, weights.up, tile, into: factors, thread)
    for t in 0..<tile.rows.count {
      let row = y + t * stride
      table.swiGLU(row, factors.data + t * factors.stride, row, tile.columns.count)
    }
  }

  private func room(for tile: ProductTile, _ thread: Int) -> ProductPlace {
    let stride = roundUp(tile.columns.count, table.panelColumns)
    return ProductPlace(
      data: perThreadProducts.floats(tile.rows.count * stride, thread: thread), stride: stride)
  }

  /// A tile of one product, in the way that its format and the number of tokens ask for.
  private func multiply(
    _ a: PreparedActivations, _ w: Matrix, _ tile: ProductTile, into y: ProductPlace, _ thread: Int
  ) {
    if let source = w.unpacked { return multiplyUnpacked(a, w, source, (tile, y), thread) }
    let isFloat = w.format == .f32
    if a.whole >= w.matrixTokens { return multiplyTiles(a, w, tile, into: y, thread) }
    if w.activations == .int8 { return multiplyBlocks(a, w, tile, into: y, thread) }
    if w.activations == .bf16 { return multiplyPairs(a, w, tile, into: y) }
    if takesPanels(w, a.tokens) {
      return multiply(a.panels!, tile, Blocking(table, k: w.columns), into: y) { k, depth in
        isFloat
          ? PackedB(
            panels: w.floats + tile.columns.lowerBound * w.columns + k * table.panelColumns,
            panelStride: w.columns * table.panelColumns)
          : widenedPanels(of: w, tile.columns, k, depth, thread)
      }
    }
    let x = a.rows + tile.rows.lowerBound * w.columns
    guard isFloat else { return multiplyFewHalves(x, w, tile, into: y) }
    table.gemmSmall(
      tile.rows.count, x, w.columns, w.floats + tile.columns.lowerBound * w.columns, y.data, y.stride,
      tile.columns.count, w.columns)
  }
}

extension SIMDKernelSet {
  /// A tile of a product whose weights are packed for it, as many at a time as a quarter of a 1 MiB L2 holds.
  private func multiplyUnpacked(
    _ a: PreparedActivations, _ w: Matrix, _ source: WeightSource,
    _ to: (tile: ProductTile, y: ProductPlace),
    _ thread: Int
  ) {
    let width = table.panelColumns, columns = to.tile.columns
    let step = width * max(1, 262_144 / packing(of: source.format).panelBytes(w.columns))
    for first in stride(from: columns.lowerBound, to: columns.upperBound, by: step) {
      let part = first..<min(first + step, columns.upperBound)
      let packed = packForNow(w, source, part, thread)
      let y = ProductPlace(data: to.y.data + (first - columns.lowerBound), stride: to.y.stride)
      multiply(a, packed, (to.tile.rows, 0..<part.count), into: y, thread)
    }
  }
}

extension ProjectionInput {
  /// At most `count` tokens from `start` on.
  func part(_ start: Int, _ count: Int, columns: Int) -> ProjectionInput {
    ProjectionInput(x + start * columns, tokens: min(count, tokens - start), norm: norm)
  }
}

typealias ProductTargets = InlineArray<3, ProductTarget?>

extension Projections {
  /// The products as tasks see them, as long as `body` runs.
  func withTargets(_ body: (ProductTargets) -> Void) {
    var targets = ProductTargets(repeating: nil)
    fill(&targets, from: 0, body)
  }

  private func fill(_ targets: inout ProductTargets, from index: Int, _ body: (ProductTargets) -> Void) {
    guard index < count else { return body(targets) }
    let output = self[index]
    output.bias.withUnsafeBufferPointer {
      targets[index] = ProductTarget(
        matrix: output.weights.matrix, bias: $0.isEmpty ? nil : $0.baseAddress, y: output.y,
        accumulates: output.accumulates)
      fill(&targets, from: index + 1, body)
    }
  }
}

/// The tasks of up to three products, one after the other.
struct ProjectionTasks {
  private let grids: InlineArray<3, SIMDKernelSet.TaskGrid?>
  let count: Int

  init(_ grid: (_ product: Int) -> SIMDKernelSet.TaskGrid?) {
    grids = InlineArray { grid($0) }
    var count = 0
    for i in 0..<3 { count += grids[i]?.count ?? 0 }
    self.count = count
  }

  subscript(task: Int) -> (product: Int, tile: ProductTile) {
    var product = 0, task = task
    while let grid = grids[product], task >= grid.count {
      task -= grid.count
      product += 1
    }
    return (product, grids[product]![task])
  }
}
