import Foundation
import Quantities
import Testing

@testable import Results

@Suite struct DistillRecordTests {
  private func session(started: Double = 1_795_285_800, suite: String = "distill") -> DistillRecord {
    let run = emptyRecord()
    let origin = RunOrigin(
      toolVersion: "1.0", commit: run.origin.commit, buildConfiguration: "release", suite: suite,
      started: Date(timeIntervalSince1970: started))
    var settings = DistillSettings(loss: "reverse", temperature: 2, mix: 0.5, seeds: [.max], sizes: ["w32"])
    settings.details = ["learning rate": "0.001"]
    var record = DistillRecord(
      origin: origin, machine: run.machine, settings: settings,
      corpus: DistillCorpus(name: "t.txt", vocabulary: 256, entropyPerToken: .missing(reason: "a text")))
    record.models = [model()]
    record.speculation = [SpeculationRecord(draft: "w32.labels.s1", guesses: 4, temperature: 0)]
    return record
  }

  private func model() -> TrainedModelRecord {
    var quality = QualityRecord(
      tokens: 10, crossEntropy: 1.25, tasks: [TaskScore(name: "copying", right: 3, asked: 4)])
    quality.aboveFloor = .measured(0.25)
    var model = TrainedModelRecord(
      id: "w32.labels.s1", role: .equalFLOPs, size: "w32", seed: .max, start: "pruned", quality: quality)
    model.shape = ["width": 32]
    var training = TrainingRecord(tokens: 5, time: Seconds(1.5), flops: FLOPs(6), teacherFLOPs: FLOPs(7))
    training.curve = [CurvePoint(tokens: 5, time: Seconds(1.5), crossEntropy: 1.25)]
    let origin = EnergyOrigin(source: "rapl", boundary: "socket", tier: "measured")
    training.energy = .measured(
      EnergyTotal(origin: origin, low: Joules(1), central: Joules(2), high: Joules(3)))
    model.training = .measured(training)
    let figure = Figure(value: 10, low: 9, high: 11, confidence: 0.96)
    model.speed = .measured(ModelSpeed(prefill: figure, decode: figure, format: "f32"))
    return model
  }

  @Test func everyFieldSurvivesTheFile() throws {
    let folder = TemporaryFolder()
    var record = session()
    let path = try ResultsStore(folder: folder.path).begin(record)
    #expect(path.hasSuffix("/test-box-4c/distill/2026-11-21-3aa7dc8-distill.json"))
    record.validity = Validity(.valid)
    try record.save(to: path)
    #expect(try DistillRecord.load(path) == record)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    for field in [
      "\"above_floor_nats\"", "\"cross_entropy_nats\"", "\"central_j\"", "\"teacher_flop\"", "\"time_s\"",
    ] {
      #expect(text.contains(field))
    }
  }

  @Test func newestValidSessionOfAMachineIsFound() throws {
    let folder = TemporaryFolder()
    let store = ResultsStore(folder: folder.path)
    #expect(store.distillations(of: emptyRecord().machine.key).isEmpty)
    for (started, status) in [(1.0, Validity.Status.valid), (3, .interrupted), (2, .valid)] {
      var record = session(started: 1_795_285_800 + started)
      record.validity = Validity(status)
      _ = try store.begin(record)
    }
    try Data("{".utf8).write(
      to: URL(filePath: folder.path + "/test-box-4c/distill/2027-01-01-x-distill.json"))
    let newest = try #require(store.distillations(of: emptyRecord().machine.key).first)
    #expect(newest.record.origin.started == "2026-11-21T18:30:02Z")
    #expect(store.distillations(of: "other-box").isEmpty)
    #expect(try store.list().isEmpty, "sessions are no runs")
  }

  @Test func damagedAndNewerFilesAreRefusedInOneLine() throws {
    let folder = TemporaryFolder()
    let path = folder.path + "/s.json"
    #expect(throws: ResultsError.notFound(path: path)) { try DistillRecord.load(path) }
    let text = String(decoding: try session().json(), as: UTF8.self)
    let newer = text.replacingOccurrences(of: "\"schema_version\" : 1", with: "\"schema_version\" : 2")
    try Data(newer.utf8).write(to: URL(filePath: path))
    #expect(throws: ResultsError.newerSchema(path: path, version: 2)) { try DistillRecord.load(path) }
    try Data(text.utf8.prefix(200)).write(to: URL(filePath: path))
    #expect(throws: ResultsError.self) { try DistillRecord.load(path) }
  }
}
