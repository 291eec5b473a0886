import FileTrees
import Foundation
import Results
import Testing

extension OtherCLITests {
  @Suite struct DistillTests {
    private static let short = [
      "distill", "--quick", "--tokens", "2000", "--teacher-tokens", "2000", "--seeds", "1", "--batch", "4",
      "-t", "2",
    ]

    private func record(_ outcome: Command.Outcome) throws -> DistillRecord {
      try JSONDecoder().decode(DistillRecord.self, from: outcome.out)
    }

    @Test func sessionIsStoredDrawnAndHeldAgainstClaims() async throws {
      let tree = try FileTree([:])
      let results = tree.folder + "/results"
      let outcome = try await Command(Self.short + ["--results", results, "--json"]).run()
      #expect(outcome.status == 0, "\(outcome.err)")
      let found = try record(outcome)
      #expect(found.models.map(\.role) == [.teacher, .labels, .distilled, .equalFLOPs])
      #expect(found.validity.status == .valid && found.corpus.entropyPerToken.value != nil)
      for model in found.models {
        let floor = try #require(model.quality.floor.value)
        #expect(model.quality.crossEntropy > floor && model.quality.tasks.count == 3)
        #expect(model.training.value?.curve.isEmpty == false)
      }
      #expect(found.models[1].training.value?.tokens == found.models[2].training.value?.tokens)
      #expect(found.models[3].training.value!.tokens > found.models[1].training.value!.tokens)
      #expect(found.speculation.count == 4 && found.speculation.allSatisfy { $0.speedUp.value != nil })
      let path = try #require(outcome.err.split(separator: "\n").last?.dropFirst("stored in ".count))
      let shown = try await Command("distill", "--show", String(path)).run()
      #expect(shown.status == 0 && shown.text.contains("What the teacher's help is worth"))
      let claims = try await Command("claims", "K7", "--results", results).run()
      #expect(claims.status == 0 && !claims.text.contains("no distillation run is stored"))
    }

    @Test func interruptedSessionGoesOnWhereItStopped() async throws {
      let tree = try FileTree([:])
      let results = tree.folder + "/results"
      let whole = try await Command(Self.short + ["--results", results, "--json"]).run()
      let path = String(try #require(whole.err.split(separator: "\n").last?.dropFirst("stored in ".count)))
      var cut = try record(whole)
      let students = cut.models.dropFirst(2).map(\.quality)
      cut.models.removeLast(2)
      cut.validity = Validity(.interrupted)
      try cut.json().write(to: URL(filePath: path))
      let again = try await Command(Self.short + ["--results", results, "--resume", path, "--json"]).run()
      #expect(again.status == 0, "\(again.err)")
      // Trainings do not depend on what went before.
      #expect(try record(again).models.dropFirst(2).map(\.quality) == students)
      let other = try await Command(Self.short + ["--mix", "0.5", "--resume", path]).run()
      #expect(other.status == 1 && other.err.contains("the session is finished"))
    }

    @Test func textIsLearnedByteByByteAndWithATokenizer() async throws {
      let text = String(repeating: "Once upon a time there was a little dog named Spot. ", count: 200)
      let tree = try FileTree(["/text": text])
      for source in [[], ["--teacher", Fixture.model]] {
        let outcome = try await Command(
          Self.short + source + ["--data", tree.folder + "/text", "--window", "16", "--no-save", "--json"]
        ).run()
        #expect(outcome.status == 0, "\(outcome.err)")
        let found = try record(outcome)
        #expect(found.corpus.vocabulary == (source.isEmpty ? 256 : 512))
        #expect(found.models[0].quality.floor.value == nil && found.models[1].quality.sameTop.value != nil)
      }
    }

    @Test func givenTeacherTeachesOnItsOwnTexts() async throws {
      let outcome = try await Command(
        Self.short + ["--teacher", Fixture.model, "--pruned", "--window", "16", "--no-save", "--json"]
      ).run()
      #expect(outcome.status == 0, "\(outcome.err)")
      let found = try record(outcome)
      #expect(found.models[0].start == "stories260K-f32.gguf" && found.models[0].training.value == nil)
      #expect(found.models[1].shape["width"] == 32 && found.models[1].start == "pruned")
    }

    private static let bad: [(options: [String], status: Int32, message: String)] = [
      (["--data", "/none"], 1, "/none: no such file"), (["--data", ""], 64, "--data is empty"),
      (["--teacher", "/none"], 1, "/none"), (["--share", "1.5"], 64, "--share 1.5"),
      (["--temperature", "0"], 64, "temperature 0"), (["--mix", "2"], 64, "mix 2"),
      (["--loss", "guess"], 64, "guess"), (["--seeds", "0"], 64, "--seeds 0"),
      (["--layers", "9"], 1, "a student of 9 layers"), (["--resume", "/none"], 1, "/none"),
      (["--show", "/none"], 1, "/none: no such file"), (["--rate", "5"], 64, "--rate 5"),
      (["--student", "x", "--sweep"], 64, "--sweep and --student exclude each other"),
      (["--student", Fixture.model], 1, "a student with 512 tokens, its teacher 64"),
      (["--results", "/proc/none"], 1, "/proc/none"),
      (["--teacher", Fixture.model, "--window", "600"], 1, "has a context of 512"),
    ]

    @Test(arguments: bad)
    func badInputIsOneLine(options: [String], status: Int32, message: String) async throws {
      let outcome = try await Command(Self.short + options).run()
      #expect(outcome.status == status, "\(outcome.err)")
      #expect(outcome.errorLines.count == 1 && outcome.err.contains(message), "\(outcome.err)")
    }

    @Test func textThatCannotBeLearnedIsRefused() async throws {
      let tree = try FileTree(["/empty": "", "/tiny": "a few words"])
      for (name, message) in [("empty", "empty: empty; give a text"), ("tiny", "11 tokens are too few")] {
        let outcome = try await Command(Self.short + ["--data", "\(tree.folder)/\(name)"]).run()
        #expect(outcome.status == 1 && outcome.errorLines.count == 1 && outcome.err.contains(message))
      }
    }
  }
}
