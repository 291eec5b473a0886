// What Swift has and Embedded Swift has not, as far as the engine says it.

/// Types say that they can be coded, and nothing is.
public protocol Codable {}

extension String {
  func contains(_ part: String) -> Bool {
    utf8.indices.contains { utf8[$0...].starts(with: part.utf8) }
  }
}
