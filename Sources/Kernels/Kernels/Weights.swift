import Parallel
import QuantFormats

/// A weight matrix as it lies in a file or in memory: `rows` outputs by `columns` inputs, row-major.
public struct WeightSource {
  public let data: UnsafeRawPointer
  public let format: TensorFormat
  public let rows: Int, columns: Int
  private let rowBytes: Int

  /// Formats that `prepare` takes.
  public static let formats = TensorFormat.decodable

  /// - Precondition: `format` is one of `formats`, and `columns` elements are whole blocks of it.
  public init(_ data: UnsafeRawPointer, format: TensorFormat, rows: Int, columns: Int) {
    precondition(Self.formats.contains(format), "weights in \(format.name) are not supported")
    precondition(rows > 0 && columns > 0, "a weight matrix of \(rows) × \(columns) is empty")
    guard let rowBytes = format.rowBytes(columns) else {
      preconditionFailure("rows of \(columns) are no whole blocks of \(format.name)")
    }
    (self.data, self.format, self.rows, self.columns) = (data, format, rows, columns)
    self.rowBytes = rowBytes
  }

  /// Writes row `row` as floats.
  public func decode(row: Int, into out: UnsafeMutablePointer<Float>) {
    format.decode(data + row * rowBytes, elements: columns, into: out)
  }
}

/// A weight matrix in the layout that one backend wants, made by its `prepare`.
public final class Weights: @unchecked Sendable {
  public let rows: Int, columns: Int
  /// The `weightLayout` of the backends that can use it.
  public let layout: String
  /// What the matrix takes in memory and a decode step reads.
  public let byteCount: Int
  let data: UnsafeMutablePointer<Float>

  init(rows: Int, columns: Int, layout: String, floats: Int) {
    (self.rows, self.columns, self.layout) = (rows, columns, layout)
    byteCount = floats * MemoryLayout<Float>.stride
    data = PageMemory.allocate(byteCount: byteCount).bindMemory(to: Float.self, capacity: floats)
  }

  deinit { data.deallocate() }
}
