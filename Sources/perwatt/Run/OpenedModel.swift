import Measurement
import Model
import QuantFormats
import Quantities
import Results

/// A model that can be loaded for several backends.
struct OpenedModel {
  /// A slug.
  var name: String
  var source: ModelRecord.Source
  var provider: any WeightProvider
  /// The file; nil for weights that are made up.
  var path: String?
  /// The format of most weights, as in ids: `q4_k`.
  var format = "f32"
  /// What llama-bench says about a model.
  var facts: BenchedModel

  /// Files, under names that differ where their files' names do not.
  static func open(_ paths: [String]) throws -> [OpenedModel] {
    var models: [OpenedModel] = []
    for path in paths.uniqued() {
      var model = try OpenedModel(path: path)
      let same = models.count { $0.facts.file == model.facts.file }
      if same > 0 { model.name += "-\(same + 1)" }
      models.append(model)
    }
    return models
  }

  init(path: String) throws {
    let file = try GGUFFile(path: path)
    let provider = try GGUFWeights(file: file)
    let last = path.split(separator: "/").last.map(String.init) ?? "model"
    name = Slug.make(last.hasSuffix(".gguf") ? String(last.dropLast(5)) : last)
    (source, self.provider, self.path) = (.file, provider, path)
    var elements: [TensorFormat: Int] = [:]
    for tensor in file.tensors.values where tensor.shape.count > 1 {
      elements[tensor.format, default: 0] += tensor.elements
    }
    let most = elements.max { ($0.value, $0.key.rawValue) < ($1.value, $1.key.rawValue) }?.key ?? .f32
    format = most.name.lowercased()
    facts = Self.facts(
      last, provider.config, most, size: file.tensors.values.reduce(0) { $0 + $1.bytes.count },
      parameters: file.tensors.values.reduce(0) { $0 + $1.elements })
  }

  /// A shape with made-up weights in f32.
  init(preset: String, seed: UInt64) throws {
    let config = try ModelConfig.preset(preset)
    (name, source) = (preset, .synthetic)
    provider = SyntheticWeights(config: config, seed: seed)
    facts = Self.facts(
      preset, config, .f32, size: 4 * config.parameters, parameters: config.parameters)
  }

  private static func facts(
    _ file: String, _ config: ModelConfig, _ format: TensorFormat, size: Int, parameters: Int
  ) -> BenchedModel {
    let (scale, unit) = parameters < 1_000_000_000 ? (1e6, "M") : (1e9, "B")
    let count = Format.significant(Double(parameters) / scale, 2)
    return BenchedModel(
      file: file, type: "\(config.architecture) \(count)\(unit) \(format.name)", size: Bytes(size),
      parameters: parameters)
  }
}
