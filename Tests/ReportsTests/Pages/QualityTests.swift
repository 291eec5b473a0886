import Quantities
import Reports
import Results
import Testing

@Suite struct QualityTests {
  private func report(_ boundary: String = "wall") throws -> Report {
    var record = try sampleRecord()
    record.models[0].name = "tiny"
    record.models[0].config["weights"] = "f32"
    var other = record.models[0]
    other.config["weights"] = "q4_0"
    record.models.append(other)
    for index in record.energy.indices { record.energy[index].model = "tiny" }
    var student = PerplexityRecord(
      model: "tiny", weights: "q4_0", size: Bytes(1e6), text: "tales.txt", tokens: 512, perplexity: 8.4)
    (student.teacher, student.divergence, student.reference) = ("large", 0.021, "tiny f32")
    record.quality = [
      PerplexityRecord(
        model: "tiny", weights: "f32", size: Bytes(4e6), text: "tales.txt", tokens: 512, perplexity: 8.125),
      student,
      PerplexityRecord(
        model: "unknown", weights: "q8_0", size: Bytes(2e6), text: "tales.txt", tokens: 512, perplexity: 9),
    ]
    let run = ReportInput.Run(file: "results/box/a.json", record: record)
    return Report(ReportInput(machines: [.init(name: "box", runs: [run])]))
  }

  @Test func qualityStandsBesideTheJoulesOfTheSameModelAndFormat() throws {
    let report = try report()
    #expect(report.plotNames.contains("quality.1"))
    let rows = report.markdown.split(separator: "\n").filter { $0.contains("tales.txt, 512 tokens") }
    #expect(rows.contains { $0.contains("| tiny | q4\\_0 | large |") && $0.contains("0.309") })
    #expect(rows.contains { $0.contains("| unknown | q8\\_0 |") && $0.contains("| – | – | box |") })
  }

  @Test func withoutQualitiesThereIsNoSection() throws {
    #expect(!Report(try sampleInput()).markdown.contains("Quality against joules"))
  }
}
