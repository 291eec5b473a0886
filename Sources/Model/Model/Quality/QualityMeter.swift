import Parallel

/// Reads windows of a text with a model, and with a reference if there is one, and keeps what they predict.
public struct QualityMeter {
  private let model: Transformer
  private let reference: Transformer?
  private let windows: TextWindows
  private var samples: [Quality.Sample] = []

  /// Logits at a time: 64 MiB of floats, however large the vocabulary.
  private static let logitCount = 1 << 24

  /// - Throws: where the windows do not fit into a model's context, or the vocabularies differ in size.
  public init(_ model: Transformer, reference: Transformer? = nil, windows: TextWindows) throws(ModelError) {
    for transformer in [model, reference].compactMap({ $0 }) {
      let capacity = transformer.cache.layout.capacity
      guard windows.context <= capacity else {
        throw ModelError("windows of \(windows.context) tokens do not fit into a context of \(capacity)")
      }
    }
    let (own, other) = (model.config.vocabulary, reference?.config.vocabulary)
    guard other ?? own == own else {
      throw ModelError(
        "the model has \(own) tokens, the reference \(other!); compare models with one vocabulary")
    }
    (self.model, self.reference, self.windows) = (model, reference, windows)
  }

  /// Everything that was predicted so far; nil before the first window.
  public var quality: Quality? { samples.isEmpty ? nil : Quality(samples) }

  /// Reads window `index`, and predicts its second half.
  public mutating func read(_ index: Int) throws(ModelError) {
    let input = windows.input(index), first = windows.firstScored
    for transformer in [model, reference].compactMap({ $0 }) {
      transformer.cache.truncate(to: 0)
      _ = try transformer.forward(Array(input[..<first]))
    }
    let rows = max(1, Self.logitCount / model.config.vocabulary)
    for start in stride(from: first, to: input.count, by: rows) {
      let positions = start..<min(start + rows, input.count)
      let tokens = Array(input[positions])
      let logits = try model.forward(tokens, logits: .all)
      let others = try reference?.forward(tokens, logits: .all)
      let targets = positions.map { windows.target(index, after: $0) }
      samples += try score(logits, others, targets)
    }
  }

  /// One sample per target, from as many rows of logits.
  private func score(_ logits: Logits, _ others: Logits?, _ targets: [Int]) throws(ModelError)
    -> [Quality.Sample]
  {
    let vocabulary = model.config.vocabulary
    var results = [Result<Quality.Sample, ModelError>?](repeating: nil, count: targets.count)
    results.withUnsafeMutableBufferPointer { results in
      model.kernels.pool.forEach(count: targets.count, chunk: 1) { rows, _ in
        for row in rows {
          let range = row * vocabulary..<(row + 1) * vocabulary
          results[row] = Result { () throws(ModelError) in
            try Quality.Sample(logits.floats[range], others?.floats[range], target: targets[row])
          }
        }
      }
    }
    // The pointers do not keep the logits alive.
    withExtendedLifetime((logits, others)) {}
    var samples: [Quality.Sample] = []
    for result in results { samples.append(try result!.get()) }
    return samples
  }
}

extension Quality.Sample {
  fileprivate init(
    _ logits: Slice<UnsafeBufferPointer<Float>>, _ others: Slice<UnsafeBufferPointer<Float>>?, target: Int
  ) throws(ModelError) {
    let own = try LogProbabilities(UnsafeBufferPointer(rebasing: logits))
    logLikelihood = own[target]
    guard let others else {
      compared = nil
      return
    }
    let reference = try LogProbabilities(UnsafeBufferPointer(rebasing: others))
    compared = Compared(
      logLikelihood: reference[target], divergence: reference.divergence(of: own),
      sameTop: reference.top == own.top)
  }
}
