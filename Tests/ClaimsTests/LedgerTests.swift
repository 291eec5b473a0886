import Claims
import Foundation
import Quantities
import Testing

@Suite struct LedgerTests {
  /// Complete, empty, each reading gone in turn, and readings that cannot be true.
  static let evidences: [Evidence] = {
    let gone = "switched off"
    let full = Evidence.sample
    let longNames = full.with {
      $0.machine = String(repeating: "processor ", count: 20)
      $0.decode = .measured(.sample(model: String(repeating: "model ", count: 20) + ", f32"))
      $0.energy = .measured(.sample(boundary: "board input", tier: "estimated"))
    }
    return [
      full, .none, longNames, full.with { $0.price = .missing(reason: gone) },
      full.with { $0.threads = .missing(reason: gone) },
      full.with { $0.peakOneThread = .missing(reason: gone) },
      full.with { $0.peakAllThreads = .missing(reason: gone) },
      full.with { $0.bandwidthOneThread = .missing(reason: gone) },
      full.with { $0.bandwidthAllThreads = .missing(reason: gone) },
      full.with { $0.lastLevelCache = .missing(reason: gone) },
      full.with { $0.lastLevelCache = .measured(Bytes(0)) },
      full.with { $0.energy = .measured(.sample(boundary: "wall", tier: "estimated")) },
      full.with { $0.decode = .missing(reason: gone) }, full.with { $0.energy = .missing(reason: gone) },
      full.with { $0.ladder = .missing(reason: gone) }, full.with { $0.scaling = .missing(reason: gone) },
      full.with { $0.scaling = .measured(ScalingEvidence(points: [])) },
      full.with { $0.lowPrecision = .missing(reason: gone) }, full.with { $0.work = .missing(reason: gone) },
      full.with { $0.work = .measured(.sample(0, 1)) },
      full.with { $0.distillation = .missing(reason: Evidence.noDistillation) },
      full.with { $0.price = .measured(Dollars(0)) }, full.with { $0.threads = .measured(0) },
      full.with { $0.bandwidthAllThreads = .measured(BytesPerSecond(.nan)) },
      full.with { $0.peakAllThreads = .measured(FLOPsPerSecond(-1)) },
      full.with { $0.decode = .measured(.sample(speed: .infinity)) },
      full.with { $0.energy = .measured(.sample(0, 1)) },
      full.with { $0.ladder = .measured(.sample(all: 0)) },
    ]
  }()

  @Test func idsAreUniqueAndEveryClaimHasASource() {
    let claims = ClaimsLedger.claims
    #expect(Set(claims.map(\.id)).count == claims.count)
    #expect(claims.allSatisfy { !$0.source.isEmpty && !$0.statement.isEmpty && $0.id.first == "K" })
    #expect(claims.map(\.id) == (1...24).map { "K\($0)" })
  }

  @Test(arguments: evidences) func findingsAreWholeAndReadable(evidence: Evidence) {
    for finding in ClaimsLedger.judge(evidence) {
      #expect(!finding.arithmetic.isEmpty && !finding.measured.isEmpty && !finding.formula.isEmpty)
      #expect((80...800).contains(finding.why.count), "\(finding.claimID): \(finding.why)")
      for line in finding.arithmetic + [finding.measured, finding.formula, finding.published] {
        #expect(!line.isEmpty && line.count <= 200, "\(finding.claimID), \(line.count): \(line)")
      }
      for line in finding.arithmetic + [finding.why, finding.published, finding.today.value?.text ?? ""] {
        #expect(!line.contains("nan ") && !line.contains("inf ") && !line.contains("– "), "\(line)")
      }
    }
  }

  @Test(arguments: evidences) func everyPublishedNumberHasItsSource(evidence: Evidence) {
    for finding in ClaimsLedger.judge(evidence) {
      #expect(finding.references.allSatisfy { !$0.source.isEmpty })
      for line in finding.arithmetic {
        for tag in ["[P]", "[S]"] {
          let ends = line.ranges(of: tag).map(\.upperBound)
          for end in ends {
            let found = finding.references.contains { line[..<end].hasSuffix($0.figure) }
            #expect(found, "\(finding.claimID): no reference for the figure before \(line[end...]): \(line)")
          }
        }
      }
    }
  }

  /// Claims about no quantity of a machine; the others listen to the evidence.
  static let beyondMeasurement: Set = ["K8", "K11", "K12", "K13", "K14", "K16", "K20"]

  @Test func withoutEvidenceNoVerdictRestsOnIt() {
    for finding in ClaimsLedger.judge(.none) {
      let alone = finding.why.contains("Published figures alone decide this")
      let open = finding.verdict == .notTestable || finding.verdict == .undecided
      #expect(open || alone, "\(finding.claimID): \(finding.why)")
      #expect(finding.today.value == nil && !finding.arithmetic.contains { $0.contains("test box") })
      guard !Self.beyondMeasurement.contains(finding.claimID) else { continue }
      #expect(
        finding.arithmetic.contains {
          $0.contains("none here (nobody measured it)")
            || $0.contains("none here (\(Evidence.noDistillation))")
        }, "\(finding.claimID)")
    }
  }

  @Test func everyClaimListensToTheEvidence() {
    for (full, none) in zip(ClaimsLedger.judge(.sample), ClaimsLedger.judge(.none)) {
      let listens = !Self.beyondMeasurement.contains(full.claimID)
      #expect((full.arithmetic != none.arithmetic) == listens, "\(full.claimID)")
      if !listens { #expect(full.verdict == .notTestable && full == none, "\(full.claimID)") }
    }
  }

  @Test func claimsOnTrainingSayThatNoDistillationRunIsStored() {
    for id in ["K7", "K10", "K15", "K17"] {
      let finding = Evidence.sample.with { $0.distillation = .missing(reason: Evidence.noDistillation) }
        .finding(id)
      #expect(finding.today.reason == "not measured: no distillation run is stored", "\(id)")
    }
  }

  @Test func evidenceAndFindingsSurviveJSON() throws {
    for evidence in [Evidence.sample, .none] {
      let text = try JSONEncoder().encode(evidence)
      #expect(try JSONDecoder().decode(Evidence.self, from: text) == evidence)
      let findings = ClaimsLedger.judge(evidence)
      #expect(try JSONDecoder().decode([Finding].self, from: JSONEncoder().encode(findings)) == findings)
    }
  }
}
