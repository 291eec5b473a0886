import Parallel
import QuantFormats

/// A weight matrix as it lies in a file or in memory: `rows` outputs by `columns` inputs, row-major.
public struct WeightSource {
  public var data: UnsafeRawPointer
  public var format: TensorFormat
  public var rows: Int, columns: Int

  /// Formats that `prepare` takes.
  public static let formats: Set<TensorFormat> = [.f32, .f16]

  public init(_ data: UnsafeRawPointer, format: TensorFormat, rows: Int, columns: Int) {
    precondition(Self.formats.contains(format), "weights in \(format.name) are not supported")
    precondition(rows > 0 && columns > 0, "a weight matrix of \(rows) × \(columns) is empty")
    (self.data, self.format, self.rows, self.columns) = (data, format, rows, columns)
  }

  /// Writes row `row` as floats.
  public func decode(row: Int, into out: UnsafeMutablePointer<Float>) {
    switch format {
    case .f16:
      let halves = data.advanced(by: 2 * row * columns)
      for i in 0..<columns {
        out[i] = HalfFloat.decode(halves.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self))
      }
    default:
      let floats = data.advanced(by: 4 * row * columns)
      for i in 0..<columns { out[i] = floats.loadUnaligned(fromByteOffset: 4 * i, as: Float.self) }
    }
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
