import Statistics
import Testing

@testable import Model

@Suite struct StopStringsTests {
  private func run(_ stops: [String], _ parts: [String]) -> ([String], Bool) {
    var matcher = StopStrings(stops)
    let out = parts.map { matcher.push($0) }
    return (out + [matcher.finish()], matcher.isStopped)
  }

  @Test func whatMayBecomeAStopStringIsHeldBack() {
    #expect(run(["\n\n"], ["a\n", "b\n", "\nc"]) == (["a", "\nb", "", ""], true))
    #expect(run(["END"], ["xE", "N", "N", "EN"]) == (["x", "", "ENN", "", "EN"], false))
    #expect(run(["aab"], ["a", "a", "a", "b", "c"]) == (["", "", "a", "", "", ""], true))
    #expect(run([], ["a", "b"]) == (["a", "b", ""], false))
    #expect(run([""], ["a"]) == (["a", ""], false))
    #expect(run(["🎉!"], ["é🎉", "!"]) == (["é", "", ""], true))
  }

  @Test func theFirstCompleteOneWins() {
    #expect(run(["abc", "b"], ["abc"]) == (["a", ""], true))
    #expect(run(["bc", "abc"], ["xabc"]) == (["x", ""], true))
    #expect(run(["b", "a"], ["xab"]) == (["x", ""], true))
  }

  /// However the text is cut, it ends at the place that a search in the whole text finds.
  @Test func cutsDoNotMatter() {
    var generator = SeededGenerator(seed: 4)
    for _ in 0..<500 {
      let letters = Array("ab")
      let text = String((0..<40).map { _ in letters.randomElement(using: &generator)! })
      let stop = String(
        (0..<Int.random(in: 2...7, using: &generator)).map { _ in letters.randomElement(using: &generator)! })
      var rest = text[...]
      var parts: [String] = []
      while !rest.isEmpty {
        let part = rest.prefix(Int.random(in: 1...6, using: &generator))
        parts.append(String(part))
        rest = rest.dropFirst(part.count)
      }
      let (out, stopped) = run([stop], parts)
      let place = text.firstRange(of: stop)?.lowerBound
      #expect(out.joined() == text[..<(place ?? text.endIndex)] && stopped == (place != nil))
    }
  }
}
