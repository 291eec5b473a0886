import FileTrees
import Foundation
import Model
import Projection
import Testing

extension OtherCLITests {
  /// What is drawn from published figures and stored runs; nothing is measured.
  @Suite struct PublishedTests {
    private func text(_ arguments: String...) async throws -> String {
      let outcome = try await Command(arguments).run()
      #expect(outcome.status == 0 && outcome.err.isEmpty, "\(arguments): \(outcome.err)")
      return outcome.text
    }

    @Test func hardwareIsListedAndShown() async throws {
      #expect(try await text("hardware").contains("raspberry-pi-5"))
      let one = try await text("hardware", "raspberry-pi-5")
      #expect(one.contains("17 GB/s [P]") && one.contains("bcm2712.adoc"))
    }

    @Test func machinesOfOnesOwnAreLikeTheOthers() async throws {
      let json = try await text("hardware", "raspberry-pi-5", "--json")
      let tree = try FileTree(["/mine.json": json.replacing("\"raspberry-pi-5\"", with: "\"my-board\"")])
      let file = tree.folder + "/mine.json"
      #expect(try await text("hardware", "my-board", "--hardware", file).contains("my-board"))
      let (own, its) = (
        try await text("project", "--to", "my-board", "--hardware", file, "--run", Fixture.run),
        try await text("project", "--to", "raspberry-pi-5", "--run", Fixture.run)
      )
      #expect(own == its)
      let twice = try await Command("hardware", "--hardware", file, "--hardware", file).run()
      #expect(twice.status == 1 && twice.err.contains("my-board: id is taken already"))
    }

    @Test func aProjectionIsAnInterval() async throws {
      struct Answer: Decodable {
        struct Reading: Decodable { var value: [String: Double] }
        var decode_tokens_per_s: Reading
        var fits: String
      }
      let json = try await text(
        "project", "--to", "raspberry-pi-5", "--type", "q8_0", "--run", Fixture.run, "--json")
      let answer = try JSONDecoder().decode(Answer.self, from: Data(json.utf8))
      let speed = answer.decode_tokens_per_s.value
      #expect(try #require(speed["low"]) < #require(speed["central"]))
      #expect(try #require(speed["central"]) < #require(speed["high"]) && answer.fits == "larger_only")
      #expect(
        try await text("project", "--validate", "--run", Fixture.run).contains("median error of decode 14 %"))
    }

    /// The shapes that are projected are those that are run.
    @Test(arguments: ["smollm2-135m", "qwen2.5-0.5b", "tinyllama-1.1b", "r1-distill-qwen-1.5b"])
    func shapesAreThoseOfThePresets(name: String) throws {
      let preset = try ModelConfig.preset(name)
      let shape = try #require(ModelShape.named(name))
      let projected: [Int] = [shape.width, shape.layers, shape.heads, shape.kvHeads, shape.headDim]
      let run: [Int] = [preset.width, preset.layers, preset.heads, preset.kvHeads, preset.headDim]
      #expect(projected == run)
      #expect(shape.ffn == preset.ffn && shape.vocabulary == preset.vocabulary)
      #expect(shape.tiedHead == preset.tiedHead)
    }

    @Test func claimsComeFromAStoredRun() async throws {
      let all = try await text("claims", "--run", Fixture.run)
      for id in 1...24 { #expect(all.contains("\nK\(id)  "), "K\(id)") }
      #expect(all.contains("amd-epyc-2c, run of 2026-11-21T23:44, commit ea47ae2154"))
      let two = try await text("claims", "k4", "K19", "--run", Fixture.run)
      #expect(two.contains("\nK4  ") && two.contains("\nK19  ") && !two.contains("\nK5  "))
      // The proxy of a virtual machine is called one, and is divided by nothing.
      #expect(two.contains("(socket, proxy"))
      let dear = try await text(
        "claims", "K22", "--usd-per-kwh", "0.5", "--price", "300", "--run", Fixture.run)
      #expect(dear.contains("$0.50 a kWh") && dear.contains("bought for $300 (--price)"))
    }

    @Test func findingsAreData() async throws {
      struct Finding: Decodable { var claim_id: String, verdict: String, measured: String, formula: String }
      let json = try await text("claims", "--run", Fixture.run, "--json")
      let findings = try JSONDecoder().decode([Finding].self, from: Data(json.utf8))
      #expect(findings.map(\.claim_id) == (1...24).map { "K\($0)" })
    }

    @Test func withoutARunPublishedFiguresRemain() async throws {
      let outcome = try await Command("claims", "K1").run()
      #expect(outcome.status == 0 && outcome.err.contains("note: results has no valid run of this machine"))
      #expect(outcome.text.contains("measured figures: none; published figures alone"))
      #expect(outcome.text.contains("verdict  overstated"))
    }

    @Test func aRunThatIsNotValidIsRefused() async throws {
      let run = try String(contentsOfFile: Fixture.run, encoding: .utf8)
      let text = run.replacing("\"status\" : \"valid\"", with: "\"status\" : \"invalid\"")
      let tree = try FileTree(["/run.json": text])
      let outcome = try await Command("claims", "--run", tree.folder + "/run.json").run()
      #expect(outcome.status == 1 && outcome.out.isEmpty && outcome.err.contains("the run is invalid"))
    }
  }
}
