import ArgumentParser

/// Numbers as llama-bench reads them: separated by commas, each one a number or a range `first-last`,
/// `first-last+step`, `first-last*factor`.
enum IntegerList {
  /// No length, batch or number of threads is larger; also what keeps a range from becoming endless.
  static let largest = 1 << 24
  /// Values of one option.
  static let most = 1000

  /// The values of all uses of one option, in their order.
  ///
  /// - Throws: `ValidationError` that names the part that is no number or range.
  static func parse(_ texts: [String], option: String) throws -> [Int] {
    let values = try texts.flatMap { text in
      guard !text.isEmpty else { throw ValidationError("\(option) is empty: give a number") }
      // llama-bench lets a list end with a comma.
      let parts = (text.hasSuffix(",") ? text.dropLast() : text[...]).split(
        separator: ",", omittingEmptySubsequences: false)
      return try parts.flatMap { try range($0, option) }
    }
    guard values.count <= most else {
      throw ValidationError("\(option): \(values.count) values; give at most \(most)")
    }
    return values
  }

  private static func range(_ part: Substring, _ option: String) throws -> [Int] {
    guard let match = part.wholeMatch(of: /([0-9]+)(?:-([0-9]+)(?:([+*])([0-9]+))?)?/) else {
      throw ValidationError(
        "\(option): '\(part)' is no number and no range first-last, first-last+step or first-last*factor")
    }
    let first = try number(match.1, option)
    let last = try match.2.map { try number($0, option) } ?? first
    let step = try match.4.map { try number($0, option) } ?? 1
    guard first <= last else {
      throw ValidationError(
        "\(option): the range '\(part)' ends before it starts; give the smaller number first")
    }
    let next: (Int) -> Int = match.3 == "*" ? { $0 * step } : { $0 + step }
    guard next(first) > first || (first == last && match.2 == nil) else {
      throw ValidationError("\(option): the range '\(part)' never grows; give a larger step or factor")
    }
    return Array(sequence(first: first) { next($0) }.lazy.prefix { $0 <= last }.prefix(most + 1))
  }

  private static func number(_ digits: Substring, _ option: String) throws -> Int {
    guard let value = Int(digits), value <= largest else {
      throw ValidationError("\(option): \(digits) is too large; give at most \(largest)")
    }
    return value
  }
}
