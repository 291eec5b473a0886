import Machine
import Measurement
import Quantities
import Results
import Testing

@testable import Judgement

@Suite struct RunComparisonTests {
  private func times(_ base: Double, _ noise: inout Noise, spread: Double = 0.01) -> [Double] {
    (0..<24).map { _ in noise.time(base, spread: spread, isBusy: false) }
  }

  private func run(_ bases: [String: Double], seed: UInt64, drift: Double = 0) throws -> RunRecord {
    var noise = Noise(seed: seed)
    return storedRun(
      try bases.sorted { $0.key < $1.key }.map { id, base in
        let moved = base * (1 + drift * noise.normal())
        return try storedCase(id, [("simd", times(moved, &noise)), ("scalar", times(4 * moved, &noise))])
      })
  }

  private func side(_ name: String, _ runs: RunRecord...) -> RunSide { RunSide(name: name, runs: runs) }

  @Test func rowsArePairedByCaseAndBackend() throws {
    let old = side("old", try run(["a": 1e-3, "b": 2e-3, "gone": 1e-3], seed: 1))
    let new = side("new", try run(["a": 1e-3, "b": 3e-3, "fresh": 1e-3], seed: 2))
    let found = try Comparison(new, over: old)
    #expect(found.rows.map { "\($0.id) \($0.label)" } == ["a simd", "a scalar", "b simd", "b scalar"])
    #expect(found.rows.map(\.verdict) == [.same, .same, .slower, .slower])
    #expect(found.notes == ["2 only in old", "2 only in new"])
    #expect(found.mean!.ratio > 1.1 && found.mean!.ratio < 1.4)
    #expect(found.differences.isEmpty && found.isJudged)
  }

  /// Samples of two runs do not know what changed between them.
  @Test func oneRunEachCallsNoSmallDifference() throws {
    let old = side("old", try run(["a": 1e-3], seed: 1)), new = side("new", try run(["a": 1.06e-3], seed: 2))
    let careful = try Comparison(new, over: old)
    #expect(careful.rows.map(\.verdict) == [.same, .same] && careful.rows[0].floor == 0.1)
    #expect(careful.basis.contains("drift"))
    #expect(try Comparison(new, over: old, floor: 0.01).rows.map(\.verdict) == [.slower, .slower])
  }

  @Test func driftBetweenRunsIsInTheIntervalOfSets() throws {
    var (wrong, right) = (0, 0)
    for seed in 0..<50 as Range<UInt64> {
      func set(_ base: Double, _ first: UInt64) throws -> RunSide {
        RunSide(
          name: "set",
          runs: try (0..<5).map { try run(["a": base], seed: seed * 100 + first + $0, drift: 0.03) })
      }
      let old = try set(1e-3, 0)
      wrong += try Comparison(try set(1e-3, 20), over: old).rows.count {
        $0.verdict != .same && $0.verdict != .undecided
      }
      right += try Comparison(try set(1.5e-3, 40), over: old).rows.count { $0.verdict == .slower }
    }
    #expect(wrong <= 5 && right >= 97)
  }

  @Test func otherProtocolsAreRefused() throws {
    let record = try run(["a": 1e-3], seed: 1)
    let old = side("old", record)
    let long = SamplingPlan(
      minimumSample: Seconds(0.02), budget: Seconds(2), maxSamples: 24, warmUp: Seconds(0.03))
    let other = side("new", storedRun(record.cases, plan: long))
    #expect(throws: ComparisonRefusal.self) { try Comparison(other, over: old) }
    let error = #expect(throws: ComparisonRefusal.self) { try Comparison(other, over: old) }
    #expect(
      error?.description.contains("samples of 0.01 s") == true
        && error?.description.contains("0.02 s") == true)
    // How many samples there are says nothing about how they were taken.
    let more = SamplingPlan(
      minimumSample: Seconds(0.01), budget: Seconds(12), maxSamples: 48, warmUp: Seconds(0.03))
    #expect(try Comparison(side("new", storedRun(record.cases, plan: more)), over: old).rows.count == 2)
  }

  @Test func aCaseWithOtherWorkIsLeftOut() throws {
    let record = try run(["a": 1e-3, "b": 1e-3], seed: 1)
    let old = side("old", record)
    var cases = record.cases
    cases[0] = try storedCase(
      "a", [("simd", [1, 1, 1, 1, 1, 1]), ("scalar", [1, 1, 1, 1, 1, 1])], flops: 2e6)
    let found = try Comparison(side("new", storedRun(cases)), over: old)
    #expect(found.rows.map(\.id) == ["b", "b"] && found.notes.count == 2)
    #expect(
      found.notes[0].contains("a simd was measured otherwise") && found.notes[0].contains("2000000.0 FLOP"))
  }

  @Test func aFilterDoesNotForbidTheRest() throws {
    let old = side("old", try run(["a": 1e-3, "b": 1e-3], seed: 1)),
      new = side("new", try run(["b": 1e-3], seed: 2))
    #expect(try Comparison(new, over: old).rows.count == 2)
  }

  @Test func otherHarnessesAreRefused() throws {
    let old = try run(["a": 1e-3], seed: 1)
    var new = old
    new.protocolUsed.hash = "0123456789abcdef"
    let error = #expect(throws: ComparisonRefusal.self) {
      try Comparison(side("new", new), over: side("old", old))
    }
    #expect(error?.description.contains("harness unknown") == true)
  }

  @Test func invalidRunsAndStrangersAreRefused() throws {
    let old = try run(["a": 1e-3], seed: 1)
    var new = old
    new.validity = Validity(.invalid, reasons: ["throttled"])
    #expect(throws: ComparisonRefusal.invalid(side: "new", reason: "throttled")) {
      try Comparison(side("new", new), over: side("old", old))
    }
    #expect(throws: ComparisonRefusal.nothingInCommon(reference: "old", candidate: "new")) {
      try Comparison(side("new", try run(["b": 1e-3], seed: 1)), over: side("old", old))
    }
  }

  @Test func otherThreadsArePairedOnlyWhereNothingElseCanBe() throws {
    let two = try run(["a": 1e-3], seed: 1)
    let four = storedRun(two.cases, threads: 4), eight = storedRun(two.cases, threads: 8)
    let found = try Comparison(side("new", four), over: side("old", two))
    #expect(found.rows.count == 2 && found.differences == ["Threads: 2 → 4"])
    #expect(try Comparison(RunSide(name: "b", runs: [two, four]), over: side("a", four)).rows.count == 2)
    #expect(throws: ComparisonRefusal.self) {
      try Comparison(RunSide(name: "b", runs: [two, eight]), over: side("a", four))
    }
  }

  @Test func whatElseDiffersIsTold() throws {
    let old = try run(["a": 1e-3], seed: 1)
    var new = storedRun(old.cases, commit: "bbbb")
    new.machine.cpuModel = .measured("Other CPU")
    new.machine.governor = .measured("powersave")
    let lines = try Comparison(side("new", new), over: side("old", old)).differences
    #expect(
      lines == ["CPU: Test CPU → Other CPU", "Governor: not known → powersave", "Commit: aaaa → bbbb"])
  }

  @Test func backendsOfOneRunArePairedByRounds() throws {
    var noise = Noise(seed: 8)
    // A machine that gets slower and slower: only pairs see that both backends are alike.
    let drifting = (0..<24).map { 1e-3 * (1 + Double($0) / 4) }
    let a = drifting.map { noise.time($0, spread: 0.002, isBusy: false) }, b = drifting.map { $0 * 1.001 }
    let record = storedRun([try storedCase("a", [("x", a), ("y", b)])])
    let found = try Comparison(backend: "y", over: "x", in: record, floor: 0.2)
    #expect(found.rows.map(\.verdict) == [.same] && found.rows[0].count == 24)
    #expect(throws: ComparisonRefusal.noBackend(label: "z", known: ["x", "y"])) {
      try Comparison(backend: "z", over: "x", in: record)
    }
  }

  @Test func theRunsOwnNoiseIsTheFloor() throws {
    let sides = [1.0, 1.3, 0.8, 1.2, 0.9, 1.1, 1.3, 0.7]
    let control = try storedCase(
      "control.a", [("control:a", sides.map { _ in 1 }), ("control:b", sides)], group: Case.controlGroup)
    let subject = try storedCase("a", [("simd", [1, 1, 1, 1, 1, 1])])
    var old = storedRun([subject, control])
    old.controls = [ControlRecord(control, of: subject, label: "simd")]
    let found = try Comparison(side("new", old), over: side("old", old))
    #expect(found.rows.map(\.id) == ["a"] && found.rows[0].floor > 0.29)
  }
}
