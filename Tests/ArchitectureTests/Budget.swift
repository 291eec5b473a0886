/// How long files and functions may be.
enum Budget {
  static let fileLines = 300
  static let functionLines = 25
  /// Kernels are written out, so that the compiler keeps sums in registers.
  static let kernelLines = 120

  /// Files and functions (`file: name`) that may be longer, each with its reason. The list may only shrink.
  static let exceptions: [String: String] = [:]

  struct Function: Equatable {
    var name: String
    /// Lines between its braces.
    var lines: Int
  }

  static func faults(in source: String, file: String) -> [String] {
    let limit = file.contains("SIMDKernels") ? kernelLines : functionLines
    var faults: [String] = []
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false).count - 1
    if lines > fileLines { faults.append("\(file): \(lines) lines, more than \(fileLines)") }
    for found in functions(in: source) where found.lines > limit {
      faults.append("\(file): \(found.name) has \(found.lines) lines, more than \(limit)")
    }
    return faults.filter { fault in !exceptions.keys.contains { fault.hasPrefix($0) } }
  }

  /// The functions, initialisers and computed properties of a formatted file: a body ends with the first brace that is
  /// indented as far as its declaration.
  static func functions(in source: String) -> [Function] {
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.indices.compactMap { start in
      guard let name = declaredName(lines[start]) else { return nil }
      let indent = String(lines[start].prefix { $0 == " " })
      guard let opening = opening(lines, from: start, indent: indent) else { return nil }
      guard let end = lines[(opening + 1)...].firstIndex(where: { $0.hasPrefix(indent + "}") }) else {
        return nil
      }
      return Function(name: name, lines: end - opening - 1)
    }
  }

  /// The line whose brace opens the body of the declaration at `start`: that line, or the end of a signature over
  /// several lines.
  private static func opening(_ lines: [Substring], from start: Int, indent: String) -> Int? {
    if lines[start].hasSuffix("{") { return start }
    guard lines[start].hasSuffix("(") || !lines[start].contains("}") else { return nil }
    for index in lines[(start + 1)...].indices.prefix(8) {
      let rest = lines[index].dropFirst(indent.count)
      guard lines[index].hasPrefix(indent), let first = rest.first else { return nil }
      guard " ){".contains(first) else { return nil }
      if rest.hasSuffix("{") { return index }
    }
    return nil
  }

  /// `run` for `static func run<T>(…`; nil where the line declares no function, initialiser or variable.
  private static func declaredName(_ line: Substring) -> String? {
    let words = declarationWords(line)
    guard let first = words.first else { return nil }
    let word = first.prefix { $0.isLetter }
    if ["init", "deinit", "subscript"].contains(word) { return String(word) }
    guard ["func", "var"].contains(word), words.count > 1 else { return nil }
    return String(words[1].prefix { !"(<:".contains($0) })
  }
}
