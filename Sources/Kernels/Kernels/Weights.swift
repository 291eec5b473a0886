import KernelTypes
import Parallel
import QuantFormats
import ReferenceKernels

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
    require(Self.formats.contains(format), "weights in \(format.name) are not supported")
    require(rows > 0 && columns > 0, "a weight matrix of \(rows) × \(columns) is empty")
    let rowBytes = format.rowBytes(columns)
    require(rowBytes != nil, "rows of \(columns) are no whole blocks of \(format.name)")
    (self.data, self.format, self.rows, self.columns) = (data, format, rows, columns)
    self.rowBytes = rowBytes ?? 0
  }

  public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: data, count: rows * rowBytes) }

  /// Where row `row` begins.
  func row(_ row: Int) -> UnsafeRawPointer { data + row * rowBytes }

  /// Writes row `row` as floats.
  public func decode(row index: Int, into out: UnsafeMutablePointer<Float>) {
    format.decode(row(index), elements: columns, into: out)
  }

  /// How large the terms are that make up each element of a row, to which rounding errors are relative:
  /// d · sc · q − dmin · m counts with both, because kernels add them up apart.
  ///
  /// - Parameter values: the row as `decode` writes it.
  public func magnitudes(row index: Int, of values: UnsafePointer<Float>) -> [Double] {
    var sizes = (0..<columns).map { Double(abs(values[$0])) }
    guard format == .q4_k else { return sizes }
    for first in stride(from: 0, to: columns, by: format.blockElements) {
      let parts = BlockLevels(row(index) + first / format.blockElements * format.blockBytes, format: format)
      let dmin = Double(HalfFloat.decode(parts.dmin))
      for part in 0..<format.blockElements / 32 {
        let minimum = dmin * Double(parts.minima[part])
        for i in first + 32 * part..<first + 32 * (part + 1) {
          sizes[i] = abs(Double(values[i]) + minimum) + abs(minimum)
        }
      }
    }
    return sizes
  }
}

/// A weight matrix as the tasks of a product see it. No part of it is counted: to count a reference in every task would
/// carry its cache line from thread to thread.
struct Matrix {
  var rows: Int, columns: Int
  /// In which format it lies in memory, and what its products turn activations into.
  var format: TensorFormat, activations: ActivationForm
  /// From so many tokens on products are of tiles of bfloat16.
  var matrixTokens = Int.max
  var data: UnsafeMutableRawPointer
  /// Where it lies as it was given, to be packed in each product.
  var unpacked: WeightSource?

  /// What a product with so many tokens turns activations into.
  func activations(tokens: Int) -> ActivationForm {
    tokens < matrixTokens || parts != .rounded ? activations : .bf16
  }

  /// Whether a product with so many tokens takes floats for sums of bfloat16.
  func splits(tokens: Int) -> Bool { tokens >= matrixTokens && parts != .rounded }

  /// What those products take the matrix as.
  var parts: MatrixParts {
    switch format {
    case .f32: .floats
    case .f16: .halves
    default: .rounded
    }
  }

  /// The matrix, where it lies in memory as floats.
  var floats: UnsafeMutablePointer<Float> { data.assumingMemoryBound(to: Float.self) }
}

/// A weight matrix in the layout that one backend wants, made by its `prepare`.
public final class Weights: @unchecked Sendable {
  let matrix: Matrix
  /// The `weightLayout` of the backends that can use it.
  public let layout: String
  /// What the matrix takes in memory and a decode step reads.
  public let byteCount: Int
  /// What keeps the memory alive; the weights themselves without one.
  private let owner: AnyObject?

  public var rows: Int { matrix.rows }
  public var columns: Int { matrix.columns }
  /// In which format it lies in memory: the source's, or f32 where the backend has no kernels for that.
  public var format: TensorFormat { matrix.format }
  /// What `linear` turns so many activations into.
  public func activations(tokens: Int) -> ActivationForm { matrix.activations(tokens: tokens) }
  /// Whether `linear` takes the factors for sums of bfloat16 then: all bits count but those below 2⁻¹²⁶.
  public func splits(tokens: Int) -> Bool { matrix.splits(tokens: tokens) }

  init(
    of source: WeightSource, layout: String, format: TensorFormat = .f32, activations: ActivationForm = .f32,
    matrixTokens: Int = .max, byteCount: Int
  ) {
    matrix = Matrix(
      rows: source.rows, columns: source.columns, format: format, activations: activations,
      matrixTokens: matrixTokens, data: PageMemory.allocate(byteCount: byteCount))
    (self.layout, self.byteCount, owner) = (layout, byteCount, nil)
  }

  /// Weights that stay where they are.
  ///
  /// - Parameter packs: products bring them into the layout first; else they are in it.
  init(
    inPlace source: WeightSource, owner: AnyObject, layout: String, format: TensorFormat,
    activations: ActivationForm, matrixTokens: Int = .max, packs: Bool = true
  ) {
    matrix = Matrix(
      rows: source.rows, columns: source.columns, format: format, activations: activations,
      matrixTokens: matrixTokens, data: UnsafeMutableRawPointer(mutating: source.data),
      unpacked: packs ? source : nil)
    (self.layout, byteCount, self.owner) = (layout, source.bytes.count, owner)
  }

  deinit { if owner == nil { matrix.data.deallocate() } }
}
