import Glibc

/// The cross-entropy of the next token, −log softmax(logits)[target] in nats: training on hard labels.
public struct CrossEntropy: Loss {
  private let targets: [Int32]

  /// - Parameter targets: one token for each row of the batch; −1 where a row does not count.
  public init(targets: [Int32]) { self.targets = targets }

  public init(_ batch: TokenBatch) { self.init(targets: batch.targets) }

  public func counted(_ rows: Range<Int>) -> Int { rows.reduce(0) { $0 + (targets[$1] < 0 ? 0 : 1) } }

  /// The gradient is softmax(logits) less one at the target.
  public func evaluate(_ rows: LossRows) -> Double {
    var sum = 0.0
    for r in rows.rows {
      let row = rows[r], logits = row.baseAddress!, target = Int(targets[r])
      guard target >= 0 else {
        row.update(repeating: 0)
        continue
      }
      let wanted = Double(logits[target])
      sum += rows.kernels.softmax(logits, count: rows.vocabulary, log: log) - wanted
      rows.kernels.scale(logits, rows.scale, rows.vocabulary)
      logits[target] -= rows.scale
    }
    return sum
  }
}
