import KernelTypes
import Parallel

/// The backends `simd:<isa>`: SIMDKernels as built for one ISA, with the blocking and the division of work among
/// threads, which are the same for all.
public final class SIMDKernelSet: KernelSet, @unchecked Sendable {
  public let name: String
  public let operations = Set(Operation.allCases)
  public let pool: ThreadPool
  /// The pool's idle workers poll and yield for about 0.1 ms.
  public var lingering: Double { pool.threads > 1 ? 0.0002 : 0 }
  public let weightLayout: String

  let table: SIMDTable
  /// Products of tiles of bfloat16, where there are such instructions.
  let matrix: MatrixTable?
  let packedA = Scratch(), packedB = Scratch(), packedPairs = Scratch(), rounded = Scratch(),
    tiles = Scratch(), splitTiles = Scratch()
  let partialAttention = Scratch()
  public let workspace = ProjectionWorkspace()
  public let rowKernels: RowKernels
  let perThread: Scratch
  /// Quantised activations, the second with words.
  let quantised = Scratch(), quantisedWords = Scratch()
  /// Products of a task that are not yet results.
  let perThreadProducts: Scratch
  /// Panels of weights that are not packed at load.
  let packedForNow: Scratch

  /// The call that each loop works on, while it lasts.
  var projections: UnsafePointer<ProjectionCall>?, gated: UnsafePointer<GatedCall>?
  var attentionCall: UnsafePointer<AttentionPlan>?
  private(set) lazy var projectionLoop = loop { $0.project($1, thread: $2) }
  private(set) lazy var gatedLoop = loop { $0.projectGated($1, thread: $2) }
  private(set) lazy var attentionLoop = loop { $0.attend($1, thread: $2) }
  private(set) lazy var mergeLoop = loop { set, heads, _ in set.merge(heads) }

  convenience init(_ build: Backends.SIMDBuild, pool: ThreadPool) {
    self.init(name: build.name, table: build.table(), matrix: build.matrix?(), pool: pool)
  }

  init(name: String, table: SIMDTable, matrix: MatrixTable? = nil, pool: ThreadPool) {
    (self.name, self.table, self.matrix, self.pool) = (name, table, matrix, pool)
    rowKernels = RowKernels(table)
    weightLayout =
      "panels of \(table.panelColumns), bytes by \(table.integer.byteStep)\(table.integer.bytesAreUnsigned ? " without sign" : "")"
      + (table.brain.multipliesPairs ? ", bfloat16 by 2" : "") + (matrix == nil ? "" : ", prompts in tiles")
    perThread = Scratch(threads: pool.threads)
    perThreadProducts = Scratch(threads: pool.threads)
    packedForNow = Scratch(threads: pool.threads)
  }

  public func gemv(
    rows: Int, columns: Int, w: UnsafePointer<Float>, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>
  ) {
    requireGEMV(rows: rows, columns: columns, w: w, x: x, y: y)
    pool.forEach(count: rows, chunk: share(rows, unit: 8)) { range, _ in
      let row = range.lowerBound
      table.gemv(w + row * columns, columns, range.count, columns, x, y + row)
    }
  }

  public func rmsNorm(_ c: RMSNormCall) {
    // A fork costs more than a few short rows do.
    pool.forEach(count: c.rows, chunk: max(share(c.rows, unit: 1), 16_384 / c.width)) { rows, _ in
      for r in rows { table.rmsNorm(c.x + r * c.width, c.weight, c.y + r * c.width, c.width, c.epsilon) }
    }
  }

  public func rope(_ x: HeadRows, table rotations: RoPETable, position: Int) {
    let rotate = rotations.pairing == .halves ? table.ropeHalves : table.ropeAdjacent
    forEachHead(x, table: rotations, position: position, pool: pool) { head, cos, sin in
      rotate(head, cos, sin, rotations.width)
    }
  }

  public func softmax(_ x: UnsafeMutablePointer<Float>, rows: Int, width: Int) {
    pool.forEach(count: rows, chunk: share(rows, unit: 1)) { range, _ in
      for r in range { table.softmax(x + r * width, width) }
    }
  }

  public func swiGLU(
    gate: UnsafePointer<Float>, up: UnsafePointer<Float>, out: UnsafeMutablePointer<Float>, count: Int
  ) {
    // Below 4096 elements a fork costs more than it saves.
    pool.forEach(count: count, chunk: max(4096, share(count, unit: 64))) { range, _ in
      let i = range.lowerBound
      table.swiGLU(gate + i, up + i, out + i, range.count)
    }
  }

  public func add(_ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, count: Int) {
    pool.forEach(count: count, chunk: max(16384, share(count, unit: 64))) { range, _ in
      table.add(x + range.lowerBound, y + range.lowerBound, range.count)
    }
  }

  /// The loop must not outlive its owner, whose references its tasks do not count.
  private func loop(_ body: @escaping (SIMDKernelSet, Range<Int>, _ thread: Int) -> Void) -> Loop {
    let owner = Unmanaged.passUnretained(self)
    return Loop(pool) { range, thread in owner._withUnsafeGuaranteedRef { body($0, range, thread) } }
  }

  /// Four chunks for each thread, in multiples of `unit`: few enough to be long, enough to even out.
  func share(_ count: Int, unit: Int) -> Int {
    guard pool.threads > 1 else { return max(count, 1) }
    let chunk = (count + 4 * pool.threads - 1) / (4 * pool.threads)
    return (chunk + unit - 1) / unit * unit
  }
}
