import Quantities

extension MachineFacts {
  /// Name of this machine's folder under `results/`: the board or else the CPU model, and the usable cores, as in
  /// `amd-epyc-9654-2c` or `raspberry-pi-5-model-b-4c`. Only `[a-z0-9-]`, 3 to 60 characters.
  public var key: String {
    if let givenKey { return givenKey }
    let name = Self.slug(Self.shortName(board.value ?? cpuModel.value ?? ""))
    let stem = name.isEmpty ? "unknown-" + Self.slug(architecture) : name
    let suffix = "-\(usableCores)c"
    return Self.slug(String(stem.prefix(60 - suffix.count))) + suffix
  }

  /// Without what tells no machines apart: trademarks, `CPU`, `96-Core Processor`, clock, board revision.
  private static func shortName(_ name: String) -> String {
    var words: [Substring] = []
    for word in name.lowercased().words {
      if word == "@" || word == "rev" || word == "with" { break }
      if !["cpu", "processor"].contains(word) && !word.hasSuffix("-core") { words.append(word) }
    }
    let text = words.joined(separator: " ")
    return ["(r)", "(tm)", "(c)"].reduce(text) { $0.split(separator: $1).joined(separator: " ") }
  }

  private static func slug(_ text: String) -> String {
    let kept = text.lowercased().unicodeScalars.map { scalar -> Character in
      ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) ? Character(scalar) : "-"
    }
    return String(kept).split(separator: "-").joined(separator: "-")
  }
}
