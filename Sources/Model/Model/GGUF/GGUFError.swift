/// Why a GGUF file cannot be used: one line with the file, what is wrong, at which byte, and what to do.
public struct GGUFError: Error, Hashable, Sendable, CustomStringConvertible {
  public let path: String
  public let problem: String
  /// Where in the file, if it is one place.
  public let offset: Int?
  public let remedy: String

  init(_ path: String, _ problem: String, at offset: Int? = nil, fix remedy: String) {
    (self.path, self.problem, self.offset, self.remedy) = (path, problem, offset, remedy)
  }

  public var description: String {
    "\(printable(path, most: 4096)): \(problem)\(offset.map { " (at byte \($0))" } ?? ""); \(remedy)"
  }
}

/// `text` on one line: control characters escaped, cut after `most` characters. Names in a damaged file can be
/// anything; paths are the user's and stay whole.
func printable(_ text: String, most: Int = 80) -> String {
  let line = text.unicodeScalars.prefix(most).map { scalar in
    scalar.properties.generalCategory == .control ? scalar.escaped(asASCII: true) : String(scalar)
  }
  return line.joined() + (text.unicodeScalars.dropFirst(most).isEmpty ? "" : "…")
}
