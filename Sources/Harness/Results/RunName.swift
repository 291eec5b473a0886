/// Names of stored runs: `<yyyy-mm-dd>-<commit>-<suite>.json`, a second one of the day ends in `-2`.
package enum RunName {
  /// Runs start with a date; `machine.json` and others do not.
  package static func isRun(_ name: String) -> Bool {
    guard name.hasSuffix(".json") else { return false }
    return name.utf8.count > 11
      && zip(name.utf8, "0000-00-00-".utf8).allSatisfy { byte, form in
        form == UInt8(ascii: "-") ? byte == form : isDigit(byte)
      }
  }

  /// In the order in which a reader counts: without the ending, `…-kernels` comes before `…-kernels-2`, and that before
  /// `…-kernels-10`.
  static func sorted(_ names: some Sequence<String>) -> [String] {
    names.map { (name: $0, stem: Array($0.utf8.dropLast(".json".utf8.count))) }
      .sorted { precedes($0.stem, $1.stem) }.map(\.name)
  }

  private static func precedes(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    var (i, j) = (0, 0)
    while i < a.count, j < b.count {
      if isDigit(a[i]), isDigit(b[j]) {
        let (first, second) = (number(a, &i), number(b, &j))
        if first.count != second.count { return first.count < second.count }
        if !first.elementsEqual(second) { return first.lexicographicallyPrecedes(second) }
      } else {
        if a[i] != b[j] { return a[i] < b[j] }
        (i, j) = (i + 1, j + 1)
      }
    }
    if i < a.count || j < b.count { return j < b.count }
    // Equal but for leading zeros.
    return a.lexicographicallyPrecedes(b)
  }

  /// The digits at `index` without leading zeros; `index` moves behind them.
  private static func number(_ bytes: [UInt8], _ index: inout Int) -> ArraySlice<UInt8> {
    let start = index
    while index < bytes.count, isDigit(bytes[index]) { index += 1 }
    return bytes[start..<index].drop { $0 == UInt8(ascii: "0") }
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
