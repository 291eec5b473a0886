import Measurement
import Quantities
import Results
import Testing

@testable import Reports

@Suite struct TextTests {
  @Test func columnsAreCountedNotBytes() {
    #expect("3 × 4 µs – a · b ±…─".columns == 20)
    #expect("漢字".columns == 4 && "🙂".columns == 2 && "é".columns == 1 && "e\u{301}".columns == 1)
  }
  @Test func unprintableBecomesAQuestionMark() {
    #expect("a\nb\u{1B}[1mc\r\nd\u{202E}e\u{A0}f\u{301}".printable == "a?b?[1mc?d?e f\u{301}")
  }
  @Test func cutsWithAnEllipsis() {
    #expect("abcdef".cut(to: 6) == "abcdef" && "abcdef".cut(to: 5) == "abcd…" && "漢字".cut(to: 3) == "漢…")
  }
  @Test func wrapsAtWordsAndBreaksLongOnes() {
    #expect("one two three".wrapped(to: 7) == ["one two", "three"])
    #expect("abcdefgh ij".wrapped(to: 3) == ["abc", "def", "gh", "ij"])
    #expect("".wrapped(to: 3) == [""] && "  a  b ".wrapped(to: 9) == ["a b"])
  }
  @Test func tablesAlignAndShrinkTheWidestColumn() {
    let rows: [[TextTable.Cell]] = [
      [[Inked("a")], [Inked("1.00", .good)]], [[Inked("b"), Inked("cd")], [Inked("23.00")]],
    ]
    let table = TextTable([.init("name", side: .left), .init("rate", "in B/s")], rows: rows)
    #expect(
      table.lines(Style(colour: false)) == [
        "        rate", "name  in B/s", "────────────", "a       1.00", "b      23.00", "cd",
      ])
    #expect(table.lines(Style(colour: true))[3] == "a       \u{1B}[32m1.00\u{1B}[0m")
    let wide = TextTable(
      [.init("", side: .left), .init("")], rows: [[[Inked(String(repeating: "w", count: 80))], [Inked("7")]]])
    #expect(wide.lines(Style(width: 60, colour: false))[2] == String(repeating: "w", count: 56) + "…  7")
  }
  @Test func widthIsKeptBetweenSixtyAndAHundred() {
    #expect([Int.min, 60, 99, Int.max].map { Style(width: $0, colour: false).width } == [60, 60, 99, 100])
  }
  @Test func numbersAreShortAndHonest() {
    #expect(
      [1.053, 0.0228, 0.0004, 0, .nan].map(NumberText.percent) == ["105 %", "2.3 %", "<0.1 %", "0.0 %", "–"])
    #expect(
      [1, 9.996, 57.91, 152.4, 0.0412].map(NumberText.ratio) == ["1.00×", "10.0×", "57.9×", "152×", "0.041×"])
    #expect([0, 1e-9, 0.123, 41, 1e9].map(NumberText.error) == ["0.00", "<0.01", "0.12", "41.00", ">999"])
  }
  @Test(arguments: [
    (Work(flops: FLOPs(8.0), bytes: Bytes(1.0)), Intensity.high),
    (Work(flops: FLOPs(7.9), bytes: Bytes(1.0)), .low), (Work(flops: FLOPs(1.0)), .high),
    (Work(bytes: Bytes(1.0)), .low), (Work(flops: FLOPs(1.0), bytes: Bytes(0.0)), .high),
    (Work(), .unknown),
  ])
  func fromEightOperationsPerByteOnThereAreMany(work: Work, intensity: Intensity) {
    #expect(Intensity(work) == intensity)
  }
  @Test func errorsAreToldInTolerances() throws {
    func error(_ error: Double, _ tolerance: Double) throws -> Double? {
      let check = CheckResult(metric: "m", error: error, tolerance: tolerance)
      var record = AlternativeRecord(result("a", .timed))
      record.check = .measured(CheckRecord(check))
      return record.errorInTolerances
    }
    #expect(
      try error(3, 2) == 1.5 && error(0, 0) == 0 && error(1, 0) == .infinity && error(.nan, 1) == .infinity)
    #expect(AlternativeRecord(result("a", .timed)).errorInTolerances == nil)
  }
}
