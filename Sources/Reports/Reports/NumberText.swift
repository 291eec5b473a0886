import Quantities
import Results

/// Numbers as the tables print them.
enum NumberText {
  /// Stands for what is not there.
  static let none = "–"

  /// `105 %`, `2.3 %`, `<0.1 %`.
  static func percent(_ share: Double?) -> String {
    guard let share, share.isFinite else { return none }
    let percent = share * 100
    if percent > 0, percent < 0.1 { return "<0.1 %" }
    return "\(Format.fixed(percent, percent < 9.95 ? 1 : 0)) %"
  }

  /// `±0.8 %`, or a dash where there were too few samples for an interval.
  static func spread(_ time: MedianTime) -> String {
    time.hasInterval ? "±\(Format.fixed(time.relativeHalfWidth * 100, 1)) %" : none
  }

  /// `1.00×`, `12.3×`, `150×`.
  static func ratio(_ value: Double?) -> String {
    guard let value, value.isFinite else { return none }
    if value < 0.1 { return Format.significant(value, 2) + "×" }
    return Format.fixed(value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0) + "×"
  }

  /// An error in units of its tolerance: `0.12`, `<0.01`, `>999`.
  static func error(_ units: Double) -> String {
    if units > 0, units < 0.01 { return "<0.01" }
    return units > 999 ? ">999" : Format.fixed(units, 2)
  }

  /// `83.5 s`, `21 min 5 s`.
  static func duration(_ time: Seconds) -> String {
    guard time.value >= 120, time.value < 1e9 else { return "\(Format.fixed(time.value, 1)) s" }
    let (minutes, seconds) = Int(time.value.rounded()).quotientAndRemainder(dividingBy: 60)
    return "\(minutes) min \(seconds) s"
  }

  /// A count in three digits: `512`, `9214`, `65.5k`, `1.20M`.
  static func amount(_ count: Int) -> String {
    let value = Double(count)
    if value < 9999.5 { return "\(count)" }
    let (scale, letter) = value < 999_500 ? (1e3, "k") : value < 999_500_000 ? (1e6, "M") : (1e9, "G")
    return Format.significant(value / scale) + letter
  }

  /// `1 case`, `2 cases`.
  static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}

extension String {
  /// Spaces before it, up to `width` columns.
  func padded(to width: Int) -> String { String(repeating: " ", count: max(0, width - columns)) + self }
}
