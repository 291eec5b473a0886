import Model

extension Transformer {
  /// Logits after every token of every sequence of `batch`, each read from an empty context: (rows, vocabulary).
  ///
  /// - Throws: where a sequence does not fit into the context, or has a token outside the vocabulary.
  public func logits(of batch: TokenBatch) throws(ModelError) -> [Float] {
    var all: [Float] = []
    all.reserveCapacity(batch.rows * config.vocabulary)
    for sequence in 0..<batch.sequences {
      let range = sequence * batch.length..<(sequence + 1) * batch.length
      cache.truncate(to: 0)
      let rows = try forward(batch.inputs[range].map { Int($0) }, logits: .all)
      rows.withSpan { span in span.withUnsafeBufferPointer { all += $0 } }
    }
    return all
  }
}
