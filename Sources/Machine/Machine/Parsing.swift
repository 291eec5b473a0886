import Quantities

extension Reading {
  /// Applies a parser; where it gives nothing, the reading is missing for `reason`.
  func parsed<Other>(_ reason: String, _ parse: (Value) -> Other?) -> Reading<Other> {
    switch self {
    case .measured(let value): parse(value).map { .measured($0) } ?? .missing(reason: reason)
    case .missing(let reason): .missing(reason: reason)
    }
  }
}

extension StringProtocol {
  /// Without white space and zero bytes at both ends.
  var trimmed: String {
    var rest = Substring(self).unicodeScalars
    while let first = rest.first, first.isFiller { rest.removeFirst() }
    while let last = rest.last, last.isFiller { rest.removeLast() }
    return String(rest)
  }

  /// The text up to a line break or zero byte, if it is printable and at most 256 characters long.
  var firstLine: String? {
    let scalars = Substring(self).unicodeScalars.prefix { $0 != "\n" && $0.value != 0 }
    let line = String(Substring.UnicodeScalarView(scalars)).trimmed
    guard !line.isEmpty, line.count <= 256 else { return nil }
    return line.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 && $0 != "\u{FFFD}" }
      ? line : nil
  }

  /// A finite number, zero or more.
  var amount: Double? {
    guard let value = Double(trimmed), value.isFinite, value >= 0 else { return nil }
    return value
  }

  /// The words between white space.
  var words: [SubSequence] { split(whereSeparator: \.isWhitespace) }

  /// CPU numbers of a kernel list such as `0-3,8`; nil for anything else.
  var cpuList: [Int]? {
    var cpus: [Int] = []
    for part in trimmed.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
      guard let low = ends.first, let high = ends.last, ends.count <= 2 else { return nil }
      // The bound keeps a damaged file from asking for gigabytes.
      guard 0 <= low, low <= high, high < 1 << 17, cpus.count < 1 << 17 else { return nil }
      cpus += low...high
    }
    return cpus
  }
}

extension Unicode.Scalar {
  fileprivate var isFiller: Bool { value == 0 || properties.isWhitespace }
}
