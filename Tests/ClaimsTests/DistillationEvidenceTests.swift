import Claims
import Testing

/// What a stored distillation session adds to the claims about training.
@Suite struct DistillationEvidenceTests {
  private func evidence(_ gain: ClosedRange<Double>?) -> Evidence {
    var found = DistillationEvidence.sample
    (found.fewerBytes, found.fewerJoules) = (9, nil)
    (found.gainLow, found.gainHigh, found.seeds) = (gain?.lowerBound, gain?.upperBound, gain.map { _ in 5 })
    return Evidence.sample.with { $0.distillation = .measured(found) }
  }

  @Test func savingsAreNamedAsFarAsTheyAreKnown() {
    for id in ["K7", "K10"] {
      let text = evidence(nil).finding(id).arithmetic.joined(separator: "\n")
      #expect(text.contains("4x fewer operations for a token, 9x fewer bytes") && !text.contains("joules"))
    }
  }

  @Test(arguments: [
    (0.01...0.05, "a teacher helped.", "(labels minus teacher 0.01–0.05 at 95 %, 5 seeds)"),
    (-0.05...(-0.01), "a teacher did not help.", "at 95 %"),
    (-0.01...0.05, "a teacher made no difference that the seeds could tell.", "5 seeds"),
  ])
  func wordsFollowTheInterval(gain: ClosedRange<Double>, words: String, line: String) {
    let finding = evidence(gain).finding("K15")
    #expect(finding.why.hasSuffix(words))
    #expect(finding.arithmetic.contains { $0.contains(line) })
    #expect(finding.arithmetic.allSatisfy { $0.count <= 200 })
  }
}
