import Foundation
import Testing

extension OtherCLITests {
  /// `perwatt train`, as users run it.
  @Suite struct TrainTests {
    private static let small = [
      "--preset", "stories-260k", "--layers", "1", "--batch", "2", "--length", "16", "-t", "1", "--backend",
      "simd",
    ]
    private let folder = FileManager.default.temporaryDirectory.appending(
      path: "perwatt-train-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    private func path(_ name: String) -> String { folder.appending(path: name).path }
    private func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: path(name))) }

    private func text() throws -> String {
      let words = (0..<400).map { "\($0) and \($0 + 1) are \(2 * $0 + 1).\n" }.joined()
      try words.write(toFile: path("text"), atomically: true, encoding: .utf8)
      return path("text")
    }

    /// Killed again and again, a run ends with the parameters of one that was left alone.
    @Test func aKilledRunGoesOn() async throws {
      defer { try? FileManager.default.removeItem(at: folder) }
      let data = ["--data", try text(), "--steps", "60", "--every", "1"] + Self.small
      let whole = try await Command(["train"] + data + ["-o", path("whole.gguf")]).run()
      #expect(whole.status == 0, "\(whole.err)")
      let resumable = ["train"] + data + ["--checkpoint", path("run.ckpt"), "-o", path("model.gguf")]
      for wanted in [1, 7, 19] {
        let running = try Command(resumable).start()
        let before = try? bytes("run.ckpt")
        var changes = 0, last = before
        _ = try await running.wait {
          let now = try? bytes("run.ckpt")
          if now != last { (changes, last) = (changes + 1, now) }
          return changes >= min(wanted, 4)
        }
        kill(running.id, SIGKILL)
        _ = try? await running.outcome()
      }
      let resumed = try await Command(resumable).run()
      #expect(resumed.status == 0 && resumed.err.contains("going on after step"), "\(resumed.err)")
      #expect(try bytes("model.gguf").suffix(200_000) == bytes("whole.gguf").suffix(200_000))
    }

    /// The model that it writes continues a text, byte by byte.
    @Test func theModelGenerates() async throws {
      defer { try? FileManager.default.removeItem(at: folder) }
      let trained = try await Command(
        ["train", "--data", try text(), "--steps", "2", "-o", path("m.gguf"), "--json"] + Self.small
      ).run()
      #expect(trained.status == 0, "\(trained.err)")
      let report = try #require(JSONSerialization.jsonObject(with: trained.out) as? [String: Any])
      #expect((report["losses"] as? [Double])?.count == 2 && report["tokensPerStep"] as? Int == 32)
      let said = try await Command("generate", "-m", path("m.gguf"), "-p", "1 and é", "-n", "4", "-t", "1")
        .run()
      #expect(said.status == 0 && !said.out.isEmpty, "\(said.err)")
    }

    @Test func wrongInputGivesOneLine() async throws {
      defer { try? FileManager.default.removeItem(at: folder) }
      try "short".write(toFile: path("short"), atomically: true, encoding: .utf8)
      try Data([0xFF, 0xFE, 0x00]).write(to: URL(filePath: path("binary")))
      for (arguments, status, part) in [
        (["--data", path("none")], 1, "cannot be read"), (["--data", path("short")], 1, "5 tokens"),
        (["--data", path("binary")], 1, "not UTF-8"), (["--steps", "0"], 64, "--steps 0"),
        (["--rate=-1"], 64, "--rate -1"), (["--layers", "0"], 64, "--layers 0"),
        (["--from", path("none")], 64, "--layers has no use with --from"),
        (["--steps", "1", "-o", path("no/m.gguf")], 1, "no such folder"),
      ] {
        let outcome = try await Command(["train"] + Self.small + arguments).run()
        #expect(
          outcome.status == Int32(status) && outcome.errorLines.count == 1, "\(arguments): \(outcome.err)")
        #expect(outcome.err.contains(part) && outcome.out.isEmpty, "\(arguments): \(outcome.err)")
      }
      let outcome = try await Command("train", "--from", path("none"), "--steps", "1").run()
      #expect(outcome.status == 1 && outcome.errorLines.count == 1 && outcome.err.contains(path("none")))
    }

    /// A rate that no model survives: the message names the step, and the last checkpoint is still good.
    @Test func anExplosionKeepsTheLastCheckpoint() async throws {
      defer { try? FileManager.default.removeItem(at: folder) }
      let arguments = [
        "--steps", "300", "--rate", "1e4", "--warmup", "40", "--every", "1", "--checkpoint", path("c"),
      ]
      let outcome = try await Command(["train"] + Self.small + arguments).run()
      #expect(
        outcome.status == 1 && outcome.errorLines.count == 1 && outcome.err.contains("step "),
        "\(outcome.err)")
      #expect(try bytes("c").prefix(4).elementsEqual("GGUF".utf8))
    }
  }
}
