import Kernels
import Measurement
import Model
import Parallel
import Quantities
import Statistics

/// The formats of cached keys and values.
public struct KVFormats: Hashable, Sendable {
  public var keys: KVFormat, values: KVFormat

  public init(keys: KVFormat, values: KVFormat) { (self.keys, self.values) = (keys, values) }
}

/// A model whose keys and values are kept in certain formats, for rows of `BenchRow`; each backend is checked once.
public final class BenchSubject {
  public let model: LoadedModel
  public let formats: KVFormats
  /// Tokens that fit into each of the caches.
  public let context: Int
  /// The token at every position of the context; what the cache holds of one row thus fits the next.
  let tokens: [Int]
  private let oracle: Oracle
  private var checks: [String: CheckResult] = [:]

  /// - Parameters:
  ///   - context: the tokens that the longest row needs.
  ///   - pool: for the scalar backend, which is the oracle.
  ///   - seed: decides the tokens; speed does not depend on them.
  /// - Throws: `ModelError` where the model's heads cannot be kept in the formats, or its weights not be loaded.
  public init(_ model: LoadedModel, formats: KVFormats, context: Int, pool: ThreadPool, seed: UInt64)
    throws(ModelError)
  {
    let headDim = model.config.headDim
    for format in [formats.keys, formats.values] where !KVLayout.allows(format, headDim: headDim) {
      let problem = "heads of \(headDim) cannot be kept in \(format.rawValue), which has blocks of 32"
      throw ModelError("\(model.name): \(problem); use -ctk f16 -ctv f16")
    }
    (self.model, self.formats, self.context) = (model, formats, context)
    var random = SeededGenerator(seed: seed)
    let vocabulary = UInt64(model.config.vocabulary)
    tokens = (0..<max(context, Oracle.tokens)).map { _ in Int(random.next() % vocabulary) }
    let scalar = ReferenceKernelSet(pool: pool)
    let reference = Transformer(
      weights: try model.unpackedWeights(for: scalar), kernels: scalar, context: Oracle.tokens + 1)
    oracle = Oracle(model, tokens: Array(tokens.prefix(Oracle.tokens))) { reference }
  }

  /// One of the backends, with `batch` tokens at most that go through the layers together.
  public func transformer(_ set: any KernelSet, batch: Int) throws(ModelError) -> Transformer {
    Transformer(
      weights: try model.weights(for: set), kernels: set, context: context, batch: batch, keys: formats.keys,
      values: formats.values)
  }

  /// What the oracle says about the transformer's backend; asked once.
  func check(_ transformer: Transformer) throws -> CheckResult {
    if let known = checks[transformer.kernels.name] { return known }
    let found = try oracle.check(transformer)
    checks[transformer.kernels.name] = found
    return found
  }
}
