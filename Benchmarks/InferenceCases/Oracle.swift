import Kernels
import Measurement
import Model
import ReferenceKernels

/// Logits of the scalar backend, against which the others are held.
final class Oracle {
  /// Few, because the scalar backend is slow; more than the rows of the largest register tile (12, AVX-512), so that
  /// packed products are checked as well as small ones.
  static let tokens = 14

  private let model: LoadedModel
  private let reference: () throws -> Transformer
  private let tokens: [Int]
  private var logits: [Float]?

  /// - Parameter reference: the scalar backend, with a KV cache in f32; asked for when something is checked.
  init(_ model: LoadedModel, tokens: [Int], reference: @escaping () throws -> Transformer) {
    (self.model, self.reference, self.tokens) = (model, reference, tokens)
  }

  /// Logits, with keys and values in f32; for other formats also what goes into the cache and comes out of it.
  func check(_ transformer: Transformer) throws -> CheckResult {
    let layout = transformer.cache.layout
    guard layout.keys != .f32 || layout.values != .f32 else { return try checkLogits(transformer) }
    let plain = Transformer(
      weights: transformer.weights, kernels: transformer.kernels, context: tokens.count + 1)
    let logits = try checkLogits(plain)
    guard logits.passed else { return logits }
    let audit = Audit(
      transformer.kernels, matrices: [:], checksCache: true, oracles: try reference().kernels.pool)
    _ = try self.logits(
      of: Transformer(
        weights: transformer.weights, kernels: audit, context: tokens.count + 1, keys: layout.keys,
        values: layout.values))
    return CheckResult(
      metric: "error in units of its tolerance",
      error: audit.found.passed ? max(audit.found.worst, logits.error / logits.tolerance) : audit.found.worst,
      tolerance: 1,
      detail: "logits \(logits.detail); stores and attention of the KV cache: \(audit.found.summary)")
  }

  private func checkLogits(_ transformer: Transformer) throws -> CheckResult {
    let reference = try reference()
    let expected = try logits ?? logits(of: reference)
    logits = expected
    if transformer === reference { return distance(expected, expected, "the reference itself") }
    let matrices = try model.quantisedMatrices(transformer.weights)
    guard !matrices.isEmpty else {
      return distance(try logits(of: transformer), expected, "after \(tokens.count) tokens")
    }
    let audit = Audit(transformer.kernels, matrices: matrices, oracles: reference.kernels.pool)
    let audited = Transformer(weights: transformer.weights, kernels: audit, context: tokens.count + 1)
    let seen = try logits(of: audited)
    guard audit.found.passed else {
      return CheckResult(
        metric: "error of a product in units of its tolerance", error: audit.found.worst, tolerance: 1,
        detail: audit.found.summary)
    }
    return distance(seen, expected, "after \(tokens.count) tokens; products with quantised weights apart")
  }

  /// In one batch and then token by token, so that both paths are checked.
  private func logits(of transformer: Transformer) throws -> [Float] {
    transformer.cache.truncate(to: 0)
    defer { transformer.cache.truncate(to: 0) }
    var all = Array(try transformer.forward(tokens, logits: .all))
    all += Array(try transformer.forward([tokens[0]]))
    return all
  }

  private func distance(_ seen: [Float], _ expected: [Float], _ detail: String) -> CheckResult {
    var difference = 0.0, size = 0.0
    for (a, b) in zip(seen, expected) {
      difference += (Double(a) - Double(b)) * (Double(a) - Double(b))
      size += Double(b) * Double(b)
    }
    return CheckResult(
      metric: "relative l2 distance of logits", error: (difference / size).squareRoot(),
      tolerance: Tolerance.logits(chainedTerms: chainedTerms), detail: detail)
  }

  /// Lengths of all sums between a token and its logits.
  private var chainedTerms: Int {
    let c = model.config
    let attention = 2 * c.width + c.headDim + tokens.count + c.heads * c.headDim
    return c.layers * (attention + 2 * c.width + c.ffn) + 2 * c.width
  }
}
