import Model

/// Why training cannot go on: one line with what is wrong, where, and what to do.
public struct TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }

  /// Runs `body`; its `GGUFError` becomes a `TrainingError` with the same text.
  static func wrapping<T>(_ body: () throws(GGUFError) -> T) throws(TrainingError) -> T {
    do { return try body() } catch { throw TrainingError(error.description) }
  }
}
