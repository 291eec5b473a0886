import Kernels
import Parallel
import QuantFormats
import Statistics

/// Weights in one format. Every row is one of a few that were encoded, drawn at random: a matrix larger than any cache
/// is made in no time, and yet each element of a product with it can be checked.
final class DrawnWeights {
  /// Few enough to be decoded and multiplied in double, enough to tell a row from its neighbour.
  static let distinct = 32

  let format: TensorFormat
  let rows: Int, columns: Int
  /// Which of the distinct rows each row is.
  let choice: [Int]
  private lazy var encoded = Self.encode(format, columns)

  /// - Precondition: `columns` are whole blocks of `format`.
  init(format: TensorFormat, rows: Int, columns: Int) {
    (self.format, self.rows, self.columns) = (format, rows, columns)
    var random = SeededGenerator(seed: 4)
    choice = (0..<rows).map { _ in Int.random(in: 0..<Self.distinct, using: &random) }
  }

  /// Uniform in [−0.4, 1): where signs were even, sums would cancel, and faults with them.
  private static func encode(_ format: TensorFormat, _ columns: Int) -> [UInt8] {
    var random = SeededGenerator(seed: 5)
    return (0..<distinct).flatMap { _ in
      let row = (0..<columns).map { _ in 0.7 * random.symmetric() + 0.3 }
      var bytes = [UInt8](repeating: 0, count: format.rowBytes(columns)!)
      bytes.withUnsafeMutableBytes { format.encode(row, elements: columns, into: $0.baseAddress!) }
      return bytes
    }
  }

  /// The matrix in the layout of `set`; as it would lie in a file it exists only meanwhile.
  func prepare(for set: any KernelSet) -> Weights {
    let rowBytes = encoded.count / Self.distinct
    let matrix = PageMemory.allocate(byteCount: rows * rowBytes)
    defer { matrix.deallocate() }
    encoded.withUnsafeBytes { encoded in
      for (row, drawn) in choice.enumerated() {
        (matrix + row * rowBytes).copyMemory(
          from: encoded.baseAddress! + drawn * rowBytes, byteCount: rowBytes)
      }
    }
    return set.prepare(WeightSource(matrix, format: format, rows: rows, columns: columns))
  }

  /// What the elements of a distinct row are, and how large the terms are that make them up: d · sc · q − dmin · m
  /// counts with both of its terms, because kernels add them up apart.
  func decoded(_ drawn: Int) -> (values: [Double], magnitudes: [Double]) {
    let rowBytes = encoded.count / Self.distinct
    var row = Array(encoded[drawn * rowBytes..<(drawn + 1) * rowBytes])
    let values = decode(row)
    guard format == .q4_k else { return (values, values.map(abs)) }
    // The half at byte 2 of a block is dmin; without it the row decodes to d · sc · q.
    for block in stride(from: 0, to: rowBytes, by: format.blockBytes) {
      (row[block + 2], row[block + 3]) = (0, 0)
    }
    return (values, zip(decode(row), values).map { abs($0) + abs($0 - $1) })
  }

  private func decode(_ row: [UInt8]) -> [Double] {
    var floats = [Float](repeating: 0, count: columns)
    row.withUnsafeBytes { format.decode($0.baseAddress!, elements: columns, into: &floats) }
    return floats.map(Double.init)
  }
}

/// How a backend keeps weights of a format.
struct WeightKeeping {
  /// The format itself, or f32 where the backend has no kernels for it.
  let format: TensorFormat
  /// Bytes of a matrix whose rows are a multiple of `unit`.
  let byteCount: Int

  /// Rows in which no layout needs padding.
  static let unit = 64

  /// Tried out on one unit of rows of zeros.
  init(of format: TensorFormat, by set: any KernelSet, rows: Int, columns: Int) {
    let zeros = [UInt8](repeating: 0, count: Self.unit * format.rowBytes(columns)!)
    let weights = zeros.withUnsafeBytes {
      set.prepare(WeightSource($0.baseAddress!, format: format, rows: Self.unit, columns: columns))
    }
    (self.format, byteCount) = (weights.format, weights.byteCount / Self.unit * rows)
  }
}
