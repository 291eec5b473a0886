import Kernels

/// The likeliest tokens of a teacher at one temperature, row by row: what has to be kept of it in order to learn from it
/// later. With k of a vocabulary's v tokens that takes 8 k instead of 4 v bytes.
public struct TopProbabilities: Sendable {
  public let perRow: Int
  public let temperature: Float
  /// (rows, perRow), the likeliest first.
  private var tokens: [Int32] = []
  private var probabilities: [Float] = []

  /// One position's.
  public struct Row {
    public let tokens: ArraySlice<Int32>
    /// At the temperature, of all tokens: what is missing from 1 is the rest's.
    public let probabilities: ArraySlice<Float>
  }

  /// - Precondition: `perRow` and `temperature` are positive.
  public init(perRow: Int, temperature: Float) {
    precondition(perRow > 0 && temperature > 0, "\(perRow) tokens at temperature \(temperature)")
    (self.perRow, self.temperature) = (perRow, temperature)
  }

  public var rows: Int { tokens.count / perRow }

  /// Adds the likeliest tokens of a row of logits, (vocabulary); of equal ones the lower.
  ///
  /// - Precondition: the vocabulary has at least `perRow` tokens.
  public mutating func append(_ logits: UnsafeBufferPointer<Float>, kernels: RowKernels) {
    precondition(logits.count >= perRow, "\(perRow) of \(logits.count) tokens")
    let order = logits.indices.sorted { logits[$0] != logits[$1] ? logits[$0] > logits[$1] : $0 < $1 }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: logits.count) { p in
      for i in logits.indices { p[i] = logits[i] / temperature }
      _ = kernels.softmaxNormaliser(p.baseAddress!, logits.count)
      for token in order.prefix(perRow) {
        tokens.append(Int32(token))
        probabilities.append(p[token])
      }
    }
  }

  public subscript(row: Int) -> Row {
    let range = row * perRow..<(row + 1) * perRow
    return Row(tokens: tokens[range], probabilities: probabilities[range])
  }
}
