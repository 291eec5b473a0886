import Kernels
import QuantFormats
import Statistics

/// Where a model's tensors come from, by their GGUF names.
public protocol WeightProvider {
  var config: ModelConfig { get }
  /// In which format a matrix lies in the file or in memory.
  func format(_ spec: TensorSpec) throws(ModelError) -> TensorFormat
  /// A matrix as it lies there.
  func matrix(_ spec: TensorSpec) throws(ModelError) -> OwnedMatrix
  /// A vector (norm weights, biases) as floats.
  func vector(_ spec: TensorSpec) throws(ModelError) -> [Float]
  /// Says that a matrix is not read again soon: its pages need not stay in memory.
  func release(_ matrix: OwnedMatrix)
  /// Whether matrices take memory of their own, rather than lie in a mapped file.
  var takesMemory: Bool { get }
}

extension WeightProvider {
  public var takesMemory: Bool { true }
  public func release(_ matrix: OwnedMatrix) {}
}

/// A matrix and what keeps its memory alive.
public struct OwnedMatrix {
  public let source: WeightSource
  let owner: AnyObject

  /// - Parameter owner: what keeps the source's memory alive.
  public init(source: WeightSource, owner: AnyObject) { (self.source, self.owner) = (source, owner) }
}

/// Tensors of a GGUF file, straight from the mapped file.
public struct GGUFWeights: WeightProvider {
  public let config: ModelConfig
  public let takesMemory = false
  let file: GGUFFile

  /// Checks that all tensors are there, in the right shape and a supported format.
  public init(file: GGUFFile) throws(ModelError) {
    config = try ModelConfig(gguf: file)
    try config.checkTensors(of: file, formats: WeightSource.formats)
    self.file = file
  }

  public func matrix(_ spec: TensorSpec) throws(ModelError) -> OwnedMatrix {
    let tensor = try tensor(spec)
    let source = WeightSource(
      tensor.bytes.baseAddress!, format: tensor.format, rows: tensor.shape[1], columns: tensor.shape[0])
    return OwnedMatrix(source: source, owner: file)
  }

  public func format(_ spec: TensorSpec) throws(ModelError) -> TensorFormat { try tensor(spec).format }

  public func release(_ matrix: OwnedMatrix) { MappedFile.release(matrix.source.bytes) }

  public func vector(_ spec: TensorSpec) throws(ModelError) -> [Float] {
    let bytes = try tensor(spec).bytes
    return (0..<spec.elements).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
  }

  private func tensor(_ spec: TensorSpec) throws(ModelError) -> GGUFTensor {
    guard let tensor = file.tensors[spec.name] else {
      throw ModelError("\(file.path): tensor '\(spec.name)' is missing")
    }
    return tensor
  }
}

/// Seeded random weights of any shape: speed depends on the shape alone.
public struct SyntheticWeights: WeightProvider {
  public let config: ModelConfig
  private let seed: UInt64
  private let format: TensorFormat

  /// - Parameter format: of the matrices.
  /// - Precondition: all rows are whole blocks of it.
  public init(config: ModelConfig, seed: UInt64, format: TensorFormat = .f32) {
    (self.config, self.seed, self.format) = (config, seed, format)
  }

  public func format(_ spec: TensorSpec) throws(ModelError) -> TensorFormat { format }

  public func matrix(_ spec: TensorSpec) throws(ModelError) -> OwnedMatrix {
    let columns = spec.shape[0], rows = spec.shape[1]
    // A variance of 1 / (4 · inputs) keeps activations near 1 through all layers.
    let scale = (3 / (4 * Float(columns))).squareRoot()
    var random = generator(for: spec)
    let buffer = FloatBuffer(count: spec.elements)
    for i in 0..<spec.elements { buffer.data[i] = random.symmetric() * scale }
    guard format != .f32 else {
      return OwnedMatrix(
        source: WeightSource(buffer.data, format: .f32, rows: rows, columns: columns), owner: buffer)
    }
    return encoded(buffer, rows: rows, columns: columns)
  }

  private func encoded(_ floats: FloatBuffer, rows: Int, columns: Int) -> OwnedMatrix {
    let rowBytes = format.rowBytes(columns)!, buffer = FloatBuffer(count: (rows * rowBytes + 3) / 4)
    for row in 0..<rows {
      format.encode(
        floats.data + row * columns, elements: columns,
        into: UnsafeMutableRawPointer(buffer.data) + row * rowBytes)
    }
    return OwnedMatrix(
      source: WeightSource(buffer.data, format: format, rows: rows, columns: columns), owner: buffer)
  }

  public func vector(_ spec: TensorSpec) throws(ModelError) -> [Float] {
    var random = generator(for: spec)
    let isNorm = spec.name.hasSuffix("norm.weight")
    return (0..<spec.elements).map { _ in (isNorm ? 1 : 0) + random.symmetric() / 8 }
  }

  /// A sequence of its own for each tensor, so that their order does not matter: FNV-1a of the name.
  private func generator(for spec: TensorSpec) -> SeededGenerator {
    let hash = spec.name.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    return SeededGenerator(seed: seed ^ hash)
  }
}
