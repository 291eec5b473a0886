import Parallel
import QuantFormats
import ReferenceKernels

/// One backend's kernels. It is chosen once, at the start, and handed down; code above this door is written once
/// for all backends.
///
/// All buffers are float32. A set serves one caller at a time; the work inside is spread over its pool.
public protocol KernelSet: AnyObject, Sendable {
  /// What users type and reports show: `scalar`, `simd:avx2`, `openblas`.
  var name: String { get }
  /// The operations that this backend itself does; a BLAS library leaves the rest to another set.
  var operations: Set<Operation> { get }
  var pool: ThreadPool { get }
  /// Backends of equal layout can share prepared weights.
  var weightLayout: String { get }
  /// How long, in seconds, the backend's own threads may keep a core busy after its last call.
  var lingering: Double { get }

  /// C = op(A) · op(B), or C += where the shape says so; nothing prepared, all packing included.
  func gemm(
    _ shape: GEMMShape, a: UnsafePointer<Float>, b: UnsafePointer<Float>, c: UnsafeMutablePointer<Float>)

  /// y (rows) = W (rows × columns, row-major) · x.
  func gemv(
    rows: Int, columns: Int, w: UnsafePointer<Float>, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>)

  /// Brings weights into the layout that `linear` wants, once, at load.
  func prepare(_ source: WeightSource) -> Weights

  /// Weights that take no time and memory at load, and more time in every product: they stay where they are, and products
  /// bring them into that layout. Where that would take them through float32 each time, they are prepared after all.
  ///
  /// - Parameter owner: what keeps the source's memory alive.
  func adopt(_ source: WeightSource, owner: AnyObject) -> Weights

  /// Bytes that prepared weights of this kind and shape take.
  func preparedBytes(_ format: TensorFormat, rows: Int, columns: Int) -> Int

  /// y (tokens × rows) = x (tokens × columns) · Wᵀ.
  func linear(tokens: Int, x: UnsafePointer<Float>, weights: Weights, y: UnsafeMutablePointer<Float>)

  /// yᵢ (tokens × rowsᵢ) = norm(x) · Wᵢᵀ + biasᵢ, or added to what is there: products of one input, which is normalised
  /// and brought into another form once for all of them.
  func project(_ input: ProjectionInput, _ outputs: Projections)

  /// out (tokens × rows) = silu(norm(x) · Wgateᵀ) ⊙ (norm(x) · Wupᵀ).
  func projectGated(
    _ input: ProjectionInput, gate: Weights, up: Weights, into out: UnsafeMutablePointer<Float>)

  /// What `project` and `projectGated` work in.
  var workspace: ProjectionWorkspace { get }

  /// y[i] = x[i] · weight[i] / √(mean(x²) + ε), for each of `rows` rows of `width`. y may be x.
  func rmsNorm(_ call: RMSNormCall)

  /// Rotates the first `table.width` elements of every head, token t by the table's row `position + t`.
  func rope(_ x: HeadRows, table: RoPETable, position: Int)

  /// Each row in place: exp(x − max x) / Σ.
  func softmax(_ x: UnsafeMutablePointer<Float>, rows: Int, width: Int)

  /// out[i] = silu(gate[i]) · up[i]. out may be gate.
  func swiGLU(
    gate: UnsafePointer<Float>, up: UnsafePointer<Float>, out: UnsafeMutablePointer<Float>, count: Int)

  /// y[i] += x[i].
  func add(_ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, count: Int)

  /// Converts keys and values to the cache's formats and puts them in their places.
  func store(_ call: KVStore)

  /// out = softmax(q · Kᵀ / √headDim) · V.
  func attention(_ call: AttentionCall)

  /// What training needs beside these, for loops of its own.
  var rowKernels: RowKernels { get }
}

/// Backends that know floats only.
extension KernelSet {
  public func adopt(_ source: WeightSource, owner: AnyObject) -> Weights {
    guard source.format == .f32, UInt(bitPattern: source.data) % 4 == 0 else { return prepare(source) }
    return Weights(
      inPlace: source, owner: owner, layout: weightLayout, format: .f32, activations: .f32, packs: false)
  }

  public func preparedBytes(_ format: TensorFormat, rows: Int, columns: Int) -> Int { 4 * rows * columns }
}

/// The operands of `rmsNorm`. Σx² of a row must be finite in float32: |x| below 10¹⁹ / √width.
public struct RMSNormCall {
  public var x: UnsafePointer<Float>, weight: UnsafePointer<Float>
  public var y: UnsafeMutablePointer<Float>
  public var rows: Int, width: Int
  public var epsilon: Float

  public init(
    x: UnsafePointer<Float>, weight: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>, rows: Int,
    width: Int,
    epsilon: Float
  ) {
    (self.x, self.weight, self.y) = (x, weight, y)
    (self.rows, self.width, self.epsilon) = (rows, width, epsilon)
  }
}
