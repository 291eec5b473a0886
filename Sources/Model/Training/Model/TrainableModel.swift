import Kernels
import Model
import QuantFormats
import Statistics

/// A model whose parameters can change: all of them in one buffer of float32, tensor after tensor in the order of
/// `ModelConfig.tensorSpecs`. Matrices that multiply the same input lie side by side and so are one matrix.
public final class TrainableModel: @unchecked Sendable {
  /// A tensor's place in the buffer.
  public struct Place: Sendable, Hashable {
    public let spec: TensorSpec
    public let range: Range<Int>
  }

  public let config: ModelConfig
  public let tensors: [Place]
  /// All parameters; valid while the model lives.
  public let parameters: UnsafeMutableBufferPointer<Float>
  private let places: [String: Range<Int>]
  private let memory: FloatArena

  /// All parameters zero.
  ///
  /// - Throws: where the shape is none, or has parts without a backward pass here.
  init(shape config: ModelConfig) throws(ModelError) {
    try config.validate()
    for (part, isThere) in [("norms of heads", config.qkNorm), ("RoPE factors", config.ropeFactors)]
    where isThere {
      throw ModelError(
        "\(config.architecture) models with \(part) cannot be trained; use a llama or qwen2 shape")
    }
    var end = 0
    tensors = config.tensorSpecs.map { spec in
      defer { end += spec.elements }
      return Place(spec: spec, range: end..<end + spec.elements)
    }
    self.config = config
    memory = FloatArena(floats: end)
    parameters = UnsafeMutableBufferPointer(start: memory.take(end), count: end)
    places = Dictionary(uniqueKeysWithValues: tensors.map { ($0.spec.name, $0.range) })
  }

  /// Fresh parameters: matrices normal with a deviation of 0.02, those that write into the residual stream by
  /// √(2 · layers) less (Radford et al. 2019, GPT-2, §2.3); norms one, biases zero. The same for a seed on every machine.
  public convenience init(config: ModelConfig, seed: UInt64) throws(ModelError) {
    try self.init(shape: config)
    var random = SeededGenerator(seed: seed)
    for place in tensors {
      let name = place.spec.name
      let writesResidual = name.hasSuffix("attn_output.weight") || name.hasSuffix("ffn_down.weight")
      let deviation = 0.02 / (writesResidual ? Double(2 * config.layers).squareRoot() : 1)
      for i in place.range {
        parameters[i] =
          place.spec.isMatrix ? Float(random.normal() * deviation) : name.hasSuffix("norm.weight") ? 1 : 0
      }
    }
  }

  /// Parameters of a file or of another provider, widened to float32.
  public convenience init(_ provider: some WeightProvider) throws(ModelError) {
    try self.init(shape: provider.config)
    for place in tensors {
      let start = parameters.baseAddress! + place.range.lowerBound
      guard place.spec.isMatrix else {
        for (i, x) in try provider.vector(place.spec).enumerated() { start[i] = x }
        continue
      }
      let matrix = try provider.matrix(place.spec), columns = matrix.source.columns
      for row in 0..<matrix.source.rows { matrix.source.decode(row: row, into: start + row * columns) }
      provider.release(matrix)
    }
  }

  /// A copy of another model's parameters.
  public convenience init(copying other: TrainableModel) throws(ModelError) {
    try self.init(shape: other.config)
    _ = parameters.update(fromContentsOf: other.parameters)
  }

  /// The parameters of one tensor, by its GGUF name; a matrix is (outputs, inputs), row by row.
  ///
  /// - Precondition: the model has the tensor.
  public subscript(name: String) -> UnsafeMutableBufferPointer<Float> {
    guard let range = places[name] else { preconditionFailure("no tensor '\(name)'") }
    return UnsafeMutableBufferPointer(rebasing: parameters[range])
  }

  /// Where tensor `name` begins; nil where the model has none of that name.
  func start(_ name: String) -> Int? { places[name]?.lowerBound }
}

/// Any backend runs it as it is at that moment: `ModelWeights(model, kernels:)`.
extension TrainableModel: WeightProvider {
  public func format(_ spec: TensorSpec) throws(ModelError) -> TensorFormat { .f32 }

  public func matrix(_ spec: TensorSpec) throws(ModelError) -> OwnedMatrix {
    let source = WeightSource(
      self[spec.name].baseAddress!, format: .f32, rows: spec.shape[1], columns: spec.shape[0])
    return OwnedMatrix(source: source, owner: self)
  }

  public func vector(_ spec: TensorSpec) throws(ModelError) -> [Float] { Array(self[spec.name]) }
}
