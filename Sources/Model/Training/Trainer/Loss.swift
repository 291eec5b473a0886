import Kernels

/// What training makes small: a number for each row of a batch, and its gradient.
public protocol Loss: Sendable {
  /// How many of a batch's rows count. Loss and gradient of the batch are means over these.
  func counted(_ rows: Range<Int>) -> Int

  /// The sum of the rows' losses in nats. Puts d(loss of the row)/d(logits) · `scale` in the place of the logits.
  ///
  /// Several threads call it at the same time, each with rows of its own.
  func evaluate(_ rows: LossRows) -> Double
}

extension Loss {
  public func counted(_ rows: Range<Int>) -> Int { rows.count }
}

/// Some rows of a batch on their way into a loss.
public struct LossRows {
  /// (rows, vocabulary): logits going in, gradients coming out.
  public let logits: UnsafeMutablePointer<Float>
  /// Which rows of the whole batch they are.
  public let rows: Range<Int>
  public let vocabulary: Int
  /// The factor of every gradient: 1 / rows that count.
  public let scale: Float
  /// Vectorised operations on rows.
  public let kernels: RowKernels

  public init(
    logits: UnsafeMutablePointer<Float>, rows: Range<Int>, vocabulary: Int, scale: Float, kernels: RowKernels
  ) {
    (self.logits, self.rows, self.vocabulary) = (logits, rows, vocabulary)
    (self.scale, self.kernels) = (scale, kernels)
  }

  /// The logits of one of `rows`.
  public subscript(row: Int) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: logits + (row - rows.lowerBound) * vocabulary, count: vocabulary)
  }
}
