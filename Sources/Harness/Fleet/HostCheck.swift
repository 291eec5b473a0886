import Quantities

/// What a host says about itself before anything is put there.
public struct HostCheck: Hashable, Sendable {
  /// The fleet's folder, as an absolute path.
  public var folder: String
  /// As `uname -s` and `uname -m` say it: `Linux`, `aarch64`.
  public var system: String
  public var architecture: String
  /// `Debian GNU/Linux 12 (bookworm)`; nil where nothing tells.
  public var distribution: String?
  /// The Swift compiler in the search path of a command; nil where there is none.
  public var swift: String?
  public var free: Bytes
  /// Whether the program that was asked for is there.
  public var hasProgram: Bool

  public init(
    folder: String, architecture: String, swift: String? = nil, free: Bytes, hasProgram: Bool = false
  ) {
    (self.folder, system, self.architecture) = (folder, "Linux", architecture)
    (self.swift, self.free, self.hasProgram) = (swift, free, hasProgram)
  }

  /// Reads the answer to `RemoteCommand.check`. Greetings of a shell before it do no harm.
  /// - Throws: `FleetError` where it is not whole.
  public init(answer: String) throws(FleetError) {
    var fields: [Substring: Substring] = [:]
    for line in answer.split(whereSeparator: \.isNewline) {
      if let equals = line.firstIndex(of: "=") {
        fields[line[..<equals]] = line[line.index(after: equals)...]
      }
    }
    func text(_ key: Substring) -> String? { fields[key].flatMap { $0.isEmpty ? nil : String($0) } }
    guard fields["perwatt-fleet"] == "1", fields["end"] == "yes", let folder = text("folder"),
      let system = text("system"), let architecture = text("architecture"),
      let free = text("free").flatMap({ Double($0) })
    else {
      let words =
        answer.isEmpty
        ? "nothing" : "'\(answer.prefix(60).split(whereSeparator: \.isNewline).joined(separator: " "))'"
      throw FleetError(
        "it answered \(words) when asked about itself; a POSIX shell with df and awk is needed there")
    }
    (self.folder, self.system, self.architecture) = (folder, system, architecture)
    (distribution, swift) = (text("distribution"), text("swift"))
    (self.free, hasProgram) = (Bytes(free * 1024), fields["program"] == "yes")
  }
}
