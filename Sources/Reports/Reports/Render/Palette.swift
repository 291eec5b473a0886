/// The colours of reports, for light and dark screens. All that carry text or figures have a contrast of 4.5 : 1 and more
/// with their background (WCAG 2.2, 1.4.3); a test computes it.
struct Palette {
  /// Series that have colours of their own.
  static let series = 8

  /// Names as in the style sheet, and sRGB values.
  let background: String, surface: String, ink: String, muted: String, rule: String
  let good: String, warning: String, bad: String, link: String
  let marks: [String]

  static let light = Palette(
    background: "#ffffff", surface: "#f5f6f8", ink: "#16191d", muted: "#555c66", rule: "#d5d9df",
    good: "#176b37", warning: "#8a5200", bad: "#b3201b", link: "#1756a9",
    marks: ["#1b61b0", "#b04a00", "#17703a", "#7a3aa3", "#b3201b", "#00696f", "#8a5200", "#555c66"])
  static let dark = Palette(
    background: "#14171b", surface: "#1d2127", ink: "#e9ecf0", muted: "#a7b0bc", rule: "#3a414b",
    good: "#6fd28f", warning: "#f0b35a", bad: "#ff918a", link: "#8cbcff",
    marks: ["#7fb6f7", "#f5a65e", "#71d18f", "#cba3f2", "#ff918a", "#5fd3da", "#e2c25a", "#b3bcc8"])

  /// The properties of one scheme.
  var properties: String {
    let named = [
      ("bg", background), ("surface", surface), ("ink", ink), ("muted", muted), ("rule", rule),
      ("good", good), ("warning", warning), ("bad", bad), ("link", link),
    ]
    let all = named + marks.enumerated().map { ("c\($0.offset)", $0.element) }
    return all.map { "--\($0.0):\($0.1)" }.joined(separator: ";")
  }

  /// What gets its text and what gets its marks on which grounds: pairs that must be told apart.
  var readPairs: [(text: String, ground: String)] {
    [background, surface].flatMap { ground in
      ([ink, muted, good, warning, bad, link] + marks).map { ($0, ground) }
    }
  }
}
