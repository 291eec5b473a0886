import Kernels
import Parallel

/// A backend in which one operation is off in its last element by a little; the rest is right. Products with weights
/// may be somebody else's.
final class FaultyKernelSet: KernelSet {
  let right: any KernelSet
  let fault: Operation?
  let name: String
  let workspace = ProjectionWorkspace()
  private let products: PlainQuantised?
  /// Whether all weights become f32.
  private let widens: Bool

  init(
    _ right: any KernelSet, fault: Operation?, name: String = "faulty", products: PlainQuantised? = nil,
    widens: Bool = false
  ) {
    (self.right, self.fault, self.name) = (right, fault, name)
    (self.products, self.widens) = (products, widens)
  }

  var operations: Set<Operation> { right.operations }
  var pool: ThreadPool { right.pool }
  var lingering: Double { 0 }
  var weightLayout: String { right.weightLayout }

  /// Large enough for no rounding to explain it, small enough for no table to show it.
  private func spoil(_ operation: Operation, _ out: UnsafeMutablePointer<Float>, _ count: Int) {
    if operation == fault { out[count - 1] += max(abs(out[count - 1]), 1e-3) * 0.01 }
  }

  func gemm(_ s: GEMMShape, a: UnsafePointer<Float>, b: UnsafePointer<Float>, c: UnsafeMutablePointer<Float>)
  {
    right.gemm(s, a: a, b: b, c: c)
    spoil(.gemm, c, s.m * s.n)
  }
  func gemv(
    rows: Int, columns: Int, w: UnsafePointer<Float>, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>
  ) {
    right.gemv(rows: rows, columns: columns, w: w, x: x, y: y)
    spoil(.gemv, y, rows)
  }
  func prepare(_ source: WeightSource) -> Weights {
    guard widens, source.format != .f32 else { return products?.prepare(source) ?? right.prepare(source) }
    let floats = UnsafeMutablePointer<Float>.allocate(capacity: source.rows * source.columns)
    defer { floats.deallocate() }
    for row in 0..<source.rows { source.decode(row: row, into: floats + row * source.columns) }
    return right.prepare(WeightSource(floats, format: .f32, rows: source.rows, columns: source.columns))
  }
  func linear(tokens: Int, x: UnsafePointer<Float>, weights: Weights, y: UnsafeMutablePointer<Float>) {
    if let products { return products.linear(tokens: tokens, x: x, weights: weights, y: y) }
    right.linear(tokens: tokens, x: x, weights: weights, y: y)
    spoil(.linear, y, tokens * weights.rows)
  }
  func rmsNorm(_ call: RMSNormCall) {
    right.rmsNorm(call)
    spoil(.rmsNorm, call.y, call.rows * call.width)
  }
  func rope(_ x: HeadRows, table: RoPETable, position: Int) {
    right.rope(x, table: table, position: position)
    spoil(.rope, x.data, x.tokens * x.rowStride)
  }
  func softmax(_ x: UnsafeMutablePointer<Float>, rows: Int, width: Int) {
    right.softmax(x, rows: rows, width: width)
    spoil(.softmax, x, rows * width)
  }
  func swiGLU(
    gate: UnsafePointer<Float>, up: UnsafePointer<Float>, out: UnsafeMutablePointer<Float>, count: Int
  ) {
    right.swiGLU(gate: gate, up: up, out: out, count: count)
    spoil(.swiGLU, out, count)
  }
  func add(_ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, count: Int) {
    right.add(x, to: y, count: count)
  }
  func store(_ call: KVStore) { right.store(call) }
  func attention(_ call: AttentionCall) {
    right.attention(call)
    spoil(.attention, call.out, call.q.tokens * call.q.rowStride)
  }
}
