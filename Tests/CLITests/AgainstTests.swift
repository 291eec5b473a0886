import FileTrees
import Foundation
import Glibc
import Judgement
import Results
import Testing

@testable import perwatt

extension OtherCLITests {
  /// `perwatt against` with scripts in the programs' place.
  @Suite struct AgainstTests {
    let tree: FileTree
    let good: String

    init() throws {
      tree = try FileTree()
      good = try FakeWorker.make("good", FakeWorker.script(), in: tree)
    }

    private func command(_ candidate: String, _ more: String...) throws -> Command {
      var command = Command(
        [
          "against", "--binary", good, "--candidate", candidate, "--blocks", "4", "--budget", "0.4s", "-t",
          "1",
          "--results", tree.folder + "/results",
        ] + more)
      command.environment["PIDS"] = tree.folder + "/pids"
      return command
    }

    private func fake(_ kind: String, time: String = "0.001000") throws -> String {
      try FakeWorker.make("fake", FakeWorker.script(kind, time: time), in: tree)
    }

    private func stored() throws -> [String] {
      let folders = try FileManager.default.contentsOfDirectory(atPath: tree.folder + "/results")
      let folder = tree.folder + "/results/\(try #require(folders.first))/against"
      return try FileManager.default.contentsOfDirectory(atPath: folder).map { "\(folder)/\($0)" }.sorted()
    }

    /// No child outlives the command.
    private func expectEnded() throws {
      let text = try String(contentsOfFile: tree.folder + "/pids", encoding: .utf8)
      let ids = text.split(separator: "\n").compactMap { pid_t($0) }
      #expect(!ids.isEmpty)
      for id in ids { #expect(kill(id, 0) != 0 && errno == ESRCH, "\(id) still runs") }
    }

    @Test func oneCaseIsSlowerAndTheOtherIsNot() async throws {
      let slow = try fake("", time: "0.001100")
      let outcome = try await command(slow, "--json", "--gate").run()
      #expect(outcome.status == 2, "\(outcome.err)")
      let found = try JSONDecoder().decode(Comparison.self, from: outcome.out)
      #expect(found.rows.map(\.id) == ["kernel.a", "kernel.b"])
      #expect(found.rows.map(\.verdict) == [.slower, .same] && found.rows[0].count == 4)
      #expect(abs(found.rows[0].interval!.ratio - 1.1) < 0.01)
      let record = try AgainstRecord.load(try #require(try stored().first))
      #expect(record.validity.status == .valid && record.cases.allSatisfy { $0.blocks.count == 4 })
      for block in record.cases.flatMap(\.blocks) {
        #expect(block.reference.count == block.candidate.count && block.reference.count >= 6)
      }
      #expect(Comparison(record).rows == found.rows)
      try expectEnded()
    }

    @Test func aConfirmedOneIsSaidToBe() async throws {
      let outcome = try await command(try fake("", time: "0.001100"), "--confirm").run()
      #expect(outcome.status == 0 && outcome.text.contains("confirmed: 1.1"), "\(outcome.text)")
      let record = try AgainstRecord.load(try #require(try stored().first))
      #expect(record.confirmation?.map(\.id) == ["kernel.a"])
    }

    @Test func aFilterChoosesAndStoresNothingElse() async throws {
      let outcome = try await command(good, "--filter", "l.b", "--no-save").run()
      #expect(outcome.status == 0 && outcome.text.contains("1 same"))
      #expect(!FileManager.default.fileExists(atPath: tree.folder + "/results"))
      let none = try await command(good, "--filter", "nope").run()
      #expect(none.status == 1 && none.errorLines.count == 1)
      #expect(none.err.contains("no case has that in its id; there are kernel.a, kernel.b"))
    }

    @Test(
      arguments: [
        ("old", "the candidate has no 'perwatt worker': it is older"),
        ("newer", "the candidate: its worker speaks version 2, this program 1"),
        ("garbage", "the candidate: it answered 'hello there'; is it perwatt?"),
        ("endless", "the candidate: it prints without end"),
        ("dies", "the candidate: the worker ended with status 3: no memory left"),
        ("silent", "the candidate: no answer for 0.500 s"),
      ])
    func aProgramThatIsNoWorkerIsRefused(kind: String, words: String) async throws {
      let outcome = try await command(try fake(kind), "--worker-limit", kind == "silent" ? "0.5" : "20")
        .run()
      #expect(outcome.status == 1 && outcome.out.isEmpty)
      #expect(outcome.errorLines.count == 1 && outcome.err.contains(words), "\(outcome.err)")
      try expectEnded()
    }

    @Test(
      arguments: [
        ("crashes", "the worker was ended by signal 11"), ("hangs", "no answer for 0.500 s"),
        ("refuses", "its check failed"),
      ])
    func aCaseThatFailsCostsNoOther(kind: String, words: String) async throws {
      let outcome = try await command(try fake(kind), "--worker-limit", "0.5").run()
      #expect(outcome.status == 1)
      #expect(
        outcome.errorLines.count == 1 && outcome.err.contains("error: kernel.b: the candidate: \(words)"))
      #expect(outcome.text.contains("1 same, 1 undecided") && outcome.text.contains(words), "\(outcome.text)")
      try expectEnded()
    }

    @Test func aSampleWithoutTimeIsNone() async throws {
      let outcome = try await command(try fake("zero")).run()
      #expect(outcome.status == 3 && outcome.text.contains("a sample without a time"), "\(outcome.err)")
    }

    @Test func otherWorkIsNotCompared() async throws {
      let outcome = try await command(try fake("otherwork")).run()
      #expect(
        outcome.status == 0 && outcome.text.contains("kernel.b simd: the work differs (flops 1; flops 2)"))
      #expect(outcome.text.contains("0 slower, 1 same, 0 undecided"))
    }

    @Test func anInterruptKeepsWholeBlocks() async throws {
      var command = try command(good)
      command.arguments[command.arguments.firstIndex(of: "0.4s")!] = "60s"
      command.arguments[command.arguments.firstIndex(of: "4")!] = "30"
      let running = try command.start()
      #expect(try await running.wait { running.err.contains("block 7 of 30") })
      running.interrupt()
      let outcome = try await running.outcome()
      #expect(
        outcome.status == 130 && outcome.text.contains("interrupted: verdicts on the blocks until then"))
      #expect(outcome.text.contains("2 same"))
      let record = try AgainstRecord.load(try #require(try stored().first))
      #expect(record.validity.status == .interrupted && record.cases[0].blocks.count >= 6)
      try expectEnded()
    }

    @Test(arguments: [
      ["main", "--binary", "x"], [], ["main", "--blocks", "3"], ["main", "--budget", "soon"],
    ])
    func wrongUsageIs64(arguments: [String]) async throws {
      #expect(try await Command(["against"] + arguments).run().status == 64)
    }

    @Test func aMissingBinaryIsNamed() async throws {
      for path in ["/nowhere/perwatt", "/usr"] {
        let outcome = try await Command("against", "--binary", path).run()
        #expect(
          outcome.status == 1 && outcome.errorLines.count == 1 && outcome.err.contains("--binary \(path)"))
      }
    }

    @Test func theRealWorkerAnswersWhatItIsAsked() async throws {
      var command = Command("worker")
      let id = "kernel.softmax.f32.512x2048"
      command.input = """
        {"request":"sample","iterations":1}
        nonsense
        {"request":"list","threads":1,"backends":["simd"],"later":true}
        {"request":"prepare","id":"\(id)","label":"simd:none"}
        {"request":"prepare","id":"nope","label":"x"}

        """
      let outcome = try await command.run()
      #expect(outcome.status == 0)
      let replies = try outcome.text.split(separator: "\n").map {
        try JSONDecoder().decode(WorkerReply.self, from: Data($0.utf8))
      }
      #expect(replies.count == 5 && replies.allSatisfy { $0.version == 1 })
      #expect(replies[0].error == "nothing is prepared" && replies[1].error?.contains("nonsense") == true)
      #expect(replies[2].cases?.contains { $0.id == id && $0.label.hasPrefix("simd:") } == true)
      #expect(
        replies[3].error == "\(id) has no backend simd:none" && replies[4].error == "there is no case nope")
    }

    /// Both sides are this build: no verdict is expected, only that it works from end to end.
    @Test func theBuildRunsAgainstItself() async throws {
      let outcome = try await Command(
        "against", "--binary", Command.binary.path, "--filter", "swiglu", "--blocks", "4", "--budget", "1s",
        "-t",
        "1", "--no-save", "--json", "--inject", "kernel.swiglu.f32.128x5632=0.5"
      ).run()
      #expect(outcome.status == 0, "\(outcome.err)")
      let row = try #require(try JSONDecoder().decode(Comparison.self, from: outcome.out).rows.first)
      #expect(row.id == "kernel.swiglu.f32.128x5632" && row.count == 4 && row.verdict != .faster)
    }
  }
}
