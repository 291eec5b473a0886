import Measurement
import Quantities
import Results
import Testing

@testable import Judgement

@Suite struct SideBySideTests {
  /// A backend's decode: so many sequences at once, and the seconds of a step of all of them.
  private struct Decode {
    var id: String, backend: String
    var batch: Int?
    var step: Double
  }

  private static let shape = ["width": "64", "layers": "5", "vocabulary": "512"]

  private func side(
    _ name: String, weights: String, shape: [String: String] = shape, source: ModelRecord.Source = .synthetic,
    _ decodes: [Decode]
  ) throws -> RunRecord {
    var record = storedRun(
      try decodes.map { decode in
        var measured = try storedCase(
          decode.id, [(decode.backend, (0..<12).map { decode.step * (1 + Double($0 * 5 % 12) / 1000) })])
        measured.work = Work(tokens: Tokens(decode.batch ?? 1))
        return measured
      })
    record.machine.givenKey = name
    record.models = [
      ModelRecord(
        name: "tiny", source: source, config: shape.merging(["weights": weights]) { old, _ in old },
        weights: Bytes(1e6),
        backends: decodes.map { decode in
          let phase = PhaseRecord(phase: .decode, caseID: decode.id, roofline: .missing(reason: "none"))
          var backend = BackendRecord(backend: decode.backend, phases: [phase])
          backend.batch = decode.batch
          return backend
        })
    ]
    return record
  }

  private func beside(_ candidate: RunRecord, _ reference: RunRecord) -> SideBySide? {
    SideBySide(candidate, over: reference, names: ("a", "b"))
  }

  private func board() throws -> RunRecord {
    try side(
      "board", weights: "f32",
      [
        Decode(id: "decode.tiny.f32.d64", backend: "simd", step: 1e-2),
        Decode(id: "decode.tiny.f32.d32", backend: "simd", step: 2e-2),
      ])
  }

  private func gpu(weights: String = "f32") throws -> RunRecord {
    try side(
      "gpu", weights: weights,
      ([1, 64] as [Int]).map { batch in
        Decode(
          id: "torch.decode.tiny.\(weights).b\(batch).d64", backend: "torch:cuda b\(batch)", batch: batch,
          step: 1e-3)
      })
  }

  @Test func speedsAreDividedOnlyWhereBatchAndFormatAgree() throws {
    let sides = try #require(beside(try gpu(), try board()))
    #expect(sides.blocks.count == 1 && sides.blocks[0].rows.map(\.conditions.batch) == [1, 1, 1, 64])
    let one = sides.blocks[0].rows[2], many = sides.blocks[0].rows[3]
    // Twelve samples from 1 to 1.011 times the step: their medians are 1.0055 times it.
    #expect(abs(one.speed.value - 1000 / 1.0055) < 1e-6 && abs(many.speed.value - 64_000 / 1.0055) < 1e-6)
    let ratio = try #require(one.ratio?.value)
    #expect(abs(ratio.value - 10) < 1e-9 && ratio.low < 10 && ratio.high > 10 && ratio.confidence >= 0.95)
    #expect(many.ratio?.reason == "not comparable: batch 64 vs 1")
    #expect(sides.blocks[0].rows[0].ratio == nil)
  }

  @Test func otherFormatsStandBesideWithoutARatio() throws {
    let rows = try #require(beside(try gpu(weights: "bf16"), try board())).blocks[0].rows
    #expect(rows[2].ratio?.reason == "not comparable: bf16 vs f32")
    #expect(rows[3].ratio?.reason == "not comparable: batch 64 vs 1, bf16 vs f32")
  }

  @Test func theFastestBackendStandsForItsSide() throws {
    let decodes = [("slow", 2e-2), ("fast", 1e-2)].map {
      Decode(id: "decode.\($0).d64", backend: $0, step: $1)
    }
    let sides = try #require(beside(try gpu(), try side("board", weights: "f32", decodes)))
    #expect(sides.blocks[0].rows.filter { $0.machine == "board" }.map(\.backend) == ["fast"])
  }

  @Test func otherShapesAndFilesHaveNothingInCommon() throws {
    let decode = Decode(id: "decode.tiny.f32.d64", backend: "simd", step: 1e-2)
    let other = Self.shape.merging(["layers": "6"]) { _, new in new }
    #expect(beside(try gpu(), try side("board", weights: "f32", shape: other, [decode])) == nil)
    #expect(beside(try gpu(), try side("board", weights: "f32", source: .file, [decode])) == nil)
    #expect(beside(storedRun([]), try board()) == nil)
  }

  /// The way in which another program takes times is part of what makes them comparable.
  @Test func runsOfTwoMethodsAreNotComparedByTimes() throws {
    let old = try gpu()
    var new = old
    new.protocolUsed.method = "reference.py 2"
    let (before, after) = (RunSide(name: "a", runs: [old]), RunSide(name: "b", runs: [new]))
    #expect(throws: ComparisonRefusal.self) { try Comparison(after, over: before) }
    #expect(try Comparison(before, over: before).rows.count == 2)
  }
}
