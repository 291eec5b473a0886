import Kernels
import Model
import Parallel
import ReferenceKernels

/// A backend whose products with quantised activations are checked one by one and then replaced by plain ones, so that
/// logits check everything else.
///
/// Logits alone would not do: rounding to int8 goes in steps. Two right backends whose sums differ in the last bit round
/// some activation to different levels, and the further layers make that as large as the whole effect of quantising,
/// about a percent, behind which a fault could hide.
final class Audit: KernelSet, @unchecked Sendable {
  /// All products so far. Like every backend, it serves one caller at a time.
  private(set) var found = Comparison()
  let workspace = ProjectionWorkspace()
  let normalisedRows = Scratch()
  let audited: any KernelSet
  private let matrices: [ObjectIdentifier: OwnedMatrix]
  /// Whether stores into the cache and attention are checked, too.
  private let checksCache: Bool
  /// Threads for what products should be.
  private let oracles: ThreadPool

  /// - Parameter matrices: what the weights to check were prepared from.
  init(
    _ audited: any KernelSet, matrices: [ObjectIdentifier: OwnedMatrix], checksCache: Bool = false,
    oracles: ThreadPool
  ) {
    (self.audited, self.matrices, self.checksCache) = (audited, matrices, checksCache)
    self.oracles = oracles
  }

  func linear(tokens: Int, x: UnsafePointer<Float>, weights: Weights, y: UnsafeMutablePointer<Float>) {
    audited.linear(tokens: tokens, x: x, weights: weights, y: y)
    guard let right = products(weights, tokens: tokens, x: x) else { return }
    for (i, product) in right.enumerated() {
      note(y[i], expected: product.expected, bound: product.bound, at: i)
      y[i] = product.plain
    }
  }

  /// Takes an element into account.
  func note(_ seen: Float, expected: Double, bound: Double, at index: Int) {
    found.add(Double(seen), expected: expected, tolerance: bound, at: index)
  }

  /// The elements of x · Wᵀ, (tokens, rows), for weights that are to be checked.
  func products(_ weights: Weights, tokens: Int, x: UnsafePointer<Float>) -> [Product]? {
    matrices[ObjectIdentifier(weights)].map {
      products($0.source, tokens: tokens, x: x, form: weights.activations(tokens: tokens))
    }
  }

  /// An element of x · Wᵀ.
  struct Product {
    /// With activations and weights in the form that they are multiplied in, and how far off a backend may be.
    var expected = 0.0, bound = 0.0
    /// With both as they are.
    var plain: Float = 0
  }

  /// (tokens, rows)
  private func products(
    _ source: WeightSource, tokens: Int, x: UnsafePointer<Float>, form: ActivationForm
  ) -> [Product] {
    let columns = source.columns
    let values = (0..<tokens).map { form.values(x + $0 * columns, count: columns) }
    let formed = TokenLanes(tokens: tokens, columns: columns) { values[$0][$1] }
    let plain = TokenLanes(tokens: tokens, columns: columns) { Double(x[$0 * columns + $1]) }
    let magnitudes = formed.magnitudes
    return [Product](unsafeUninitializedCapacity: tokens * source.rows) { out, count in
      count = tokens * source.rows
      let start = out.baseAddress!
      oracles.forEach(count: source.rows, chunk: 16) { rows, _ in
        var w = [Float](repeating: 0, count: columns)
        for row in rows {
          source.decode(row: row, into: &w)
          let right = formed.products(w.map(form.weight)), unchanged = plain.products(w.map(Double.init))
          let sizes = magnitudes.products(source.magnitudes(row: row, of: w))
          for t in 0..<tokens {
            let bound = Tolerance.linear(columns: columns, activations: form, magnitude: sizes[t])
            (start + t * source.rows + row).initialize(
              to: Product(expected: right[t], bound: bound, plain: Float(unchanged[t])))
          }
        }
      }
    }
  }
}

/// The rest is as it was.
extension Audit {
  var name: String { audited.name }
  var operations: Set<Operation> { audited.operations }
  var pool: ThreadPool { audited.pool }
  var weightLayout: String { audited.weightLayout }
  var lingering: Double { audited.lingering }

  func gemm(_ s: GEMMShape, a: UnsafePointer<Float>, b: UnsafePointer<Float>, c: UnsafeMutablePointer<Float>)
  {
    audited.gemm(s, a: a, b: b, c: c)
  }
  func gemv(
    rows: Int, columns: Int, w: UnsafePointer<Float>, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>
  ) {
    audited.gemv(rows: rows, columns: columns, w: w, x: x, y: y)
  }
  func prepare(_ source: WeightSource) -> Weights { audited.prepare(source) }
  func rmsNorm(_ call: RMSNormCall) { audited.rmsNorm(call) }
  func rope(_ x: HeadRows, table: RoPETable, position: Int) {
    audited.rope(x, table: table, position: position)
  }
  func softmax(_ x: UnsafeMutablePointer<Float>, rows: Int, width: Int) {
    audited.softmax(x, rows: rows, width: width)
  }
  func swiGLU(
    gate: UnsafePointer<Float>, up: UnsafePointer<Float>, out: UnsafeMutablePointer<Float>, count: Int
  ) {
    audited.swiGLU(gate: gate, up: up, out: out, count: count)
  }
  func add(_ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, count: Int) {
    audited.add(x, to: y, count: count)
  }
  func store(_ call: KVStore) {
    audited.store(call)
    if checksCache { check(call) }
  }
  func attention(_ call: AttentionCall) {
    audited.attention(call)
    if checksCache { check(call) }
  }
}
