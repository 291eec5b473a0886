import Foundation
import Quantities
import Testing

@Suite struct ReadingTests {
  let missing = Reading<Double>.missing(reason: "no sensor")

  @Test func missingStaysMissingWithItsReason() {
    #expect(missing.map { $0 + 1 }.reason == "no sensor")
    #expect(missing.combined(with: .measured(2.0), +).reason == "no sensor")
    #expect(Reading.measured(2.0).combined(with: missing, +).reason == "no sensor")
    #expect(Reading.measured(2.0).combined(with: .measured(3.0), +).value == 5)
  }
  @Test(arguments: [Reading.measured(1.5), .missing(reason: "why")])
  func survivesJSON(reading: Reading<Double>) throws {
    let text = try JSONEncoder().encode(reading)
    #expect(try JSONDecoder().decode(Reading<Double>.self, from: text) == reading)
  }
}
