/// Token sequences of equal length, with the token that follows each position.
///
/// Row r of a batch is position r % `length` of sequence r / `length`.
public struct TokenBatch: Sendable {
  public let sequences: Int, length: Int
  /// (sequences, length)
  public let inputs: [Int32], targets: [Int32]

  public var rows: Int { sequences * length }

  /// - Parameter targets: what each position is to predict; −1 where it counts for nothing.
  /// - Precondition: both have `length` tokens for each sequence, and there is at least one.
  public init(length: Int, inputs: [Int32], targets: [Int32]) {
    precondition(
      length > 0 && !inputs.isEmpty && inputs.count.isMultiple(of: length) && targets.count == inputs.count,
      "\(inputs.count) inputs and \(targets.count) targets in sequences of \(length)")
    (self.length, self.inputs, self.targets) = (length, inputs, targets)
    sequences = inputs.count / length
  }

  /// Windows of equal length, each of which predicts its own tokens from the second one on.
  ///
  /// - Precondition: all are equally long, and of at least two tokens.
  public init(windows: [[Int32]]) {
    let length = (windows.first?.count ?? 0) - 1
    precondition(windows.allSatisfy { $0.count == length + 1 }, "windows of different lengths")
    self.init(
      length: length, inputs: windows.flatMap { $0.dropLast() }, targets: windows.flatMap { $0.dropFirst() })
  }
}
