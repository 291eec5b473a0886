/// Logits of one or several positions, row by row; they change with the next forward pass of their transformer.
public struct Logits: RandomAccessCollection, Sendable {
  private let owner: FloatBuffer
  public let endIndex: Int
  public var startIndex: Int { 0 }

  init(_ owner: FloatBuffer, count: Int) { (self.owner, endIndex) = (owner, count) }

  public subscript(i: Int) -> Float {
    precondition(indices.contains(i), "logit \(i) of \(count)")
    return owner.data[i]
  }

  /// All of them in place, for as long as this or a copy of it lives.
  var floats: UnsafeBufferPointer<Float> { UnsafeBufferPointer(start: owner.data, count: count) }

  /// All of them without a copy.
  public func withSpan<Result, Failure: Error>(_ body: (Span<Float>) throws(Failure) -> Result)
    throws(Failure)
    -> Result
  {
    // The span does not keep the memory alive.
    defer { withExtendedLifetime(owner) {} }
    return try body(UnsafeBufferPointer(start: owner.data, count: count).span)
  }
}
