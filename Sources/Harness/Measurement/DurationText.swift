import Quantities

/// Durations as people write them: `5m`, `90s`, `300`, `1h`, `1m30s`, `1.5h`.
public enum DurationText {
  /// A day; longer is a slip of the keyboard.
  public static let longest = Seconds(86_400)

  /// - Throws: `InvalidDuration`, one line.
  public static func parse(_ text: String) throws(InvalidDuration) -> Seconds {
    var (rest, total, last) = (text[...], 0.0, Double.infinity)
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      let unit = rest[digits.endIndex...].prefix { $0.isLetter }
      guard let number = Double(digits), let size = size(of: unit, isAlone: total == 0), size < last else {
        throw InvalidDuration(text)
      }
      total += number * size
      (last, rest) = (size, rest[unit.endIndex...])
    }
    guard total > 0, total <= longest.value else { throw InvalidDuration(text) }
    return Seconds(total)
  }

  /// In seconds; a number without a unit is seconds, where it stands alone.
  private static func size(of unit: Substring, isAlone: Bool) -> Double? {
    switch unit {
    case "h": 3600
    case "m", "min": 60
    case "s": 1
    case "" where isAlone: 1
    default: nil
    }
  }
}

/// A text that is no duration.
public struct InvalidDuration: Error, Hashable, CustomStringConvertible {
  public let text: String

  init(_ text: String) { self.text = text }

  public var description: String {
    "'\(text)' is no duration: give one above zero and up to 24h, such as 5m, 90s, 1m30s or 300 (seconds)"
  }
}
