import QuantFormats
import ReferenceKernels

@testable import Kernels

/// Products with quantised weights as a kernel does them, whole numbers first, then float32, but one element after the
/// other; and with one small fault, if wanted.
struct PlainQuantised {
  enum Fault: CaseIterable {
    /// The scale of one weight block is off by one unit in the last place of a half.
    case scaleUlp
    /// One block of activations is multiplied with the scale of the next one.
    case neighbourScale
    case missingColumn
    /// Two rows change places.
    case swappedRows
  }

  var fault: Fault?

  /// The row, or the first of two rows, that a fault is in.
  private static let row = 37

  static func form(_ format: TensorFormat) -> ActivationForm {
    switch format {
    case .f32, .f16: .f32
    case .bf16: .bf16
    default: .int8
    }
  }

  func prepare(_ source: WeightSource) -> Weights {
    let rowBytes = source.format.rowBytes(source.columns)!
    let weights = Weights(
      of: source, layout: "plain", format: source.format, activations: Self.form(source.format),
      byteCount: source.rows * rowBytes)
    for row in 0..<source.rows {
      let from = fault == .swappedRows && row / 2 == Self.row / 2 ? row ^ 1 : row
      (weights.matrix.data + row * rowBytes).copyMemory(from: source.row(from), byteCount: rowBytes)
    }
    if fault == .scaleUlp, source.format.blockElements > 1 { spoilScale(weights, rowBytes) }
    return weights
  }

  /// Of a block in the middle of a row.
  private func spoilScale(_ weights: Weights, _ rowBytes: Int) {
    let size = weights.format.blockBytes
    let block = weights.matrix.data + Self.row * rowBytes + rowBytes / size / 2 * size
    let at = weights.format == .q6_k ? 208 : 0
    block.storeBytes(
      of: block.loadUnaligned(fromByteOffset: at, as: UInt16.self) + 1, toByteOffset: at, as: UInt16.self)
  }

  func linear(tokens: Int, x: UnsafePointer<Float>, weights: Weights, y: UnsafeMutablePointer<Float>) {
    let columns = weights.columns
    for token in 0..<tokens {
      let (values, scales) = quantised(x + token * columns, columns, weights.activations(tokens: tokens))
      for row in 0..<weights.rows { y[token * weights.rows + row] = dot(weights, row, values, scales) }
    }
  }

  /// Integers with a scale for each 32, or the values themselves with scales of 1.
  private func quantised(_ x: UnsafePointer<Float>, _ columns: Int, _ form: ActivationForm) -> (
    [Double], [Float]
  ) {
    let blocks = columns / 32
    var scales = [Float](repeating: 1, count: blocks)
    var values = form.values(x, count: columns)
    if form == .int8 {
      var q = [Int8](repeating: 0, count: 32)
      for b in 0..<blocks {
        scales[b] = ActivationForm.quantise(x + 32 * b, into: &q)
        for i in 0..<32 { values[32 * b + i] = Double(q[i]) }
      }
      if fault == .neighbourScale { scales[blocks / 2] = scales[blocks / 2 + 1] }
    }
    if fault == .missingColumn { values[columns / 2 + 5] = 0 }
    return (values, scales)
  }

  /// Sums of 16 products are exact, d · sc · Σ and dmin · m · Σ are float32 and added one after the other.
  private func dot(_ weights: Weights, _ row: Int, _ values: [Double], _ scales: [Float]) -> Float {
    let (whole, minima) = decode(weights, row)
    var sum: Float = 0
    for part in stride(from: 0, to: weights.columns, by: 16) {
      let range = part..<part + 16
      let products = range.reduce(0) { $0 + whole[$1] * values[$1] }
      sum += Float(products) * scales[part / 32]
      if weights.format == .q4_k {
        sum -= Float(minima[part]) * Float(range.reduce(0) { $0 + values[$1] }) * scales[part / 32]
      }
    }
    return sum
  }

  /// d · sc · q and dmin · m of a row.
  private func decode(_ weights: Weights, _ row: Int) -> ([Double], [Double]) {
    let rowBytes = weights.format.rowBytes(weights.columns)!
    var bytes = Array(UnsafeRawBufferPointer(start: weights.matrix.data + row * rowBytes, count: rowBytes))
    func floats() -> [Double] {
      var out = [Float](repeating: 0, count: weights.columns)
      bytes.withUnsafeBytes {
        weights.format.decode($0.baseAddress!, elements: weights.columns, into: &out)
      }
      return out.map(Double.init)
    }
    let values = floats()
    guard weights.format == .q4_k else { return (values, []) }
    for block in stride(from: 0, to: rowBytes, by: 144) { (bytes[block + 2], bytes[block + 3]) = (0, 0) }
    let whole = floats()
    return (whole, zip(whole, values).map { $0 - $1 })
  }
}
