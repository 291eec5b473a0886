/// Why a model cannot be run: one line with what is wrong, where, and what to do.
public struct ModelError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  /// An error that says `description`.
  public init(_ description: String) { self.description = description }

  /// Runs `body`; its `GGUFError` becomes a `ModelError` with the same text.
  static func wrapping<T>(_ body: () throws(GGUFError) -> T) throws(ModelError) -> T {
    do { return try body() } catch { throw ModelError(error.description) }
  }
}
