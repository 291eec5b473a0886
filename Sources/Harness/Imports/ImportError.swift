/// Why a file was not imported: which one, where in it, what is wrong.
public struct ImportError: Error, Hashable, CustomStringConvertible {
  public let file: String
  /// From 1; nil where the whole file is meant.
  public let line: Int?
  public let reason: String

  public init(file: String, line: Int? = nil, reason: String) {
    (self.file, self.line, self.reason) = (file, line, reason)
  }

  public var description: String { "\(file)\(line.map { ":\($0)" } ?? ""): \(reason); nothing was imported" }
}
