/// Names of hosts as the user's OpenSSH client knows them: `pi5`, `me@box1.example`, `fe80::1%eth0`.
public enum HostList {
  /// Names that are separated by commas.
  ///
  /// A name goes to ssh as one argument and never through a shell; but ssh hands it on to commands of the user's
  /// configuration (`ProxyCommand`, `Match exec`), and so it may hold no more than names and addresses do.
  /// - Throws: `FleetError` for what is no name of a host, and for one that stands twice: no host runs twice at once.
  public static func parse(_ text: String) throws(FleetError) -> [String] {
    let names = text.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimming(" ") }
    for name in names {
      if let problem = problem(name) { throw FleetError("host '\(printable(name))' \(problem)") }
    }
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted {
      throw FleetError("host '\(name)' stands twice in the list; name each host once")
    }
    return names
  }

  private static func problem(_ name: String) -> String? {
    if name.isEmpty { return "is empty; name hosts as ssh knows them, as in pi5,pi4" }
    if name.hasPrefix("-") {
      return "begins with '-', as options do; give the host another name in ssh's configuration"
    }
    if name.utf8.count > 255 { return "is longer than any name of a host" }
    guard let wrong = name.unicodeScalars.first(where: { !isAllowed($0) }) else { return nil }
    return
      "holds '\(printable(String(wrong)))', which no name or address has; give it a plain name in ssh's configuration"
  }

  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
      || "._-@:%[]".unicodeScalars.contains(scalar)
  }

  private static func printable(_ text: String) -> String {
    String(text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? "?" : Character($0) })
  }
}

extension Substring {
  fileprivate func trimming(_ space: Character) -> String {
    var text = drop { $0 == space }
    while text.last == space { text.removeLast() }
    return String(text)
  }
}
