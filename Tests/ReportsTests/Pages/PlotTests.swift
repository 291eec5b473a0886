import Testing

@testable import Reports

@Suite struct PlotTests {
  @Test func ticksAreRoundAndWithinTheAxis() {
    let linear = PlotScale(PlotAxis("", linear: 0...103), from: 0, to: 500)
    #expect(linear.ticks(gap: 60) == [0, 20, 40, 60, 80, 100])
    let far = PlotScale(PlotAxis("", linear: 980...1010), from: 300, to: 0)
    #expect(far.ticks(gap: 70) == [980, 990, 1000, 1010])
    let axis = PlotAxis("", of: [0.2, 900])
    #expect(axis.isLogarithmic && axis.range == 0.1...1000)
    #expect(
      PlotScale(axis, from: 0, to: 400).ticks(gap: 56).map(PlotScale.text) == [
        "0.1", "1", "10", "100", "1000",
      ])
    #expect(PlotScale.text(25_000) == "25k" && PlotScale.text(0.05) == "0.05")
  }

  @Test func valuesLieWhereTheyBelong() {
    let linear = PlotScale(PlotAxis("", linear: 0...10), from: 100, to: 300)
    #expect([0, 5, 10, -3, 99, .infinity].map(linear.place) == [100, 200, 300, 100, 300, 300])
    let decades = PlotScale(PlotAxis("", of: [1.1, 90]), from: 0, to: 100)
    #expect(abs(decades.place(10) - 50) < 1e-9 && decades.place(.nan) == 0)
  }

  /// Values of one size begin at zero; those of many sizes need logarithms.
  @Test func anAxisIsChosenByItsValues() {
    #expect(PlotAxis("", of: [100, 180]).range.lowerBound == 0)
    #expect(PlotAxis("", of: [0, -1, .nan]).range.upperBound > 0)
    let near = PlotAxis("", of: [1.00, 1.05], startsAtZero: false)
    #expect(near.range.lowerBound > 0.9 && near.range.contains(1.05) && !near.isLogarithmic)
  }

  @Test func markupEscapesWhateverItHolds() {
    let cell = Markup("td", ["class": "\" onload=\"x"], "<b>&'\u{202E}")
    #expect(cell.text == "<td class=\"&quot; onload=&quot;x\">&lt;b&gt;&amp;&#39;?</td>")
    #expect(Markup("path", ["d": "M0 0"]).text == "<path d=\"M0 0\"/>")
  }
}
