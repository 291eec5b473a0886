import FileTrees
import Foundation
import Results
import SyntheticStore
import Testing

extension OtherCLITests {
  @Suite struct TrackTests {
    private let tree: FileTree
    private var results: String { tree.folder + "/results" }
    private var machine: [String] { ["--results", results, "--machine", SyntheticStore.machine.key] }

    init() throws { tree = try FileTree() }

    /// Ten histories of which the last is slower in the second half.
    private func store(_ runs: Int = 40, _ change: (inout SyntheticStore) -> Void = { _ in }) throws {
      var made = SyntheticStore.kernels(cases: 5, alternatives: 2, runs: runs)
      made.noise = 0.005
      change(&made)
      try made.write(to: results, runs: 0..<runs)
    }
    private func track(_ more: String...) async throws -> Command.Outcome {
      try await Command(["track", "--no-run"] + machine + more).run()
    }

    @Test func aRegressionIsNamedAndExitsWithTwo() async throws {
      try store()
      let outcome = try await track()
      #expect(outcome.status == 2 && outcome.err == "", "\(outcome.err)")
      #expect(outcome.text.contains("kernel.made.f32.4 · backend1 · t2 · kernels"))
      #expect(outcome.text.contains("judged 10 of 10 · 1 regression · 0 faster"))
      #expect(outcome.text.contains(SyntheticStore.hash(20)))
      #expect(try await track("--backend", "backend0").status == 0)
      #expect(try await track("--filter", "f32.4").text.contains("judged 2 of 2"))
      #expect(try await track("--filter", "none").status == 3)
    }

    @Test func theJudgementIsJSONToo() async throws {
      try store()
      let outcome = try await track("--json")
      let object = try JSONSerialization.jsonObject(with: outcome.out)
      let json = try #require(object as? [String: Any])
      let series = try #require(json["series"] as? [[String: Any]])
      #expect(outcome.status == 2 && json["judged"] as? Int == 10 && series.count == 10)
      let changes = try #require(series.last?["changes"] as? [[String: Any]])
      #expect(changes.count == 1 && changes[0]["verdict"] as? String == "slower")
      #expect(changes[0]["commit"] as? String == SyntheticStore.hash(20))
    }

    @Test func shortHistoriesAreNoPass() async throws {
      try store(6)
      let outcome = try await track()
      #expect(outcome.status == 3 && outcome.text.contains("judged 0 of 10, 10 too short"))
    }

    @Test func theMainLineOfGitOrdersTheRuns() async throws {
      let commits = try Self.repository(in: tree.folder, commits: 24)
      // Measured from the newest commit to the oldest, as a search for a culprit may do.
      try store(24) { made in
        made.commit = { Commit(hash: String(commits[$0].prefix(10)), dirty: false) }
        made.started = { Date(timeIntervalSince1970: 2_000_000_000 - Double($0) * 86_400) }
      }
      let outcome = try await track()
      #expect(outcome.status == 2 && outcome.text.contains(String(commits[12].prefix(10))))
      #expect(!outcome.text.contains("stand by their date"))
    }

    /// As many empty commits, the oldest first.
    private static func repository(in folder: String, commits: Int) throws -> [String] {
      let script = """
        cd "$1" && git init -q && for i in $(seq "$2"); do
        git -c user.name=a -c user.email=a@b commit -q --allow-empty -m "$i"; done && git rev-list --reverse HEAD
        """
      let process = Process()
      process.executableURL = URL(filePath: "/bin/sh")
      process.arguments = ["-c", script, "sh", folder, "\(commits)"]
      let output = Pipe()
      process.standardOutput = output
      try process.run()
      let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      return text.split(separator: "\n").map(String.init)
    }

    @Test func anAcceptedStepIsNoRegression() async throws {
      try store()
      let bless = ["track", "bless", "kernel.made.f32.4", "--note", "deliberate"] + machine
      let accepted = try await Command(bless).run()
      #expect(accepted.status == 0 && accepted.err.contains("accepted from \(SyntheticStore.hash(20)) on"))
      let after = try await track()
      #expect(after.status == 0 && after.text.contains("deliberate"))
      let again = try await Command(bless + ["--commit", SyntheticStore.hash(20)]).run()
      #expect(again.status == 1 && again.errorLines.count == 1 && again.err.contains("accepted already"))
      let folder = "\(results)/\(SyntheticStore.machine.key)/blessed"
      for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
        try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
      }
      #expect(try await track().status == 2)
    }

    @Test(arguments: [
      (["kernel.made.f32.44"], "did you mean kernel.made.f32.4"),
      (["nothing"], "nothing has no history here;"),
      (["kernel.made.f32.4", "--backend", "simd"], "it has backend0, backend1"),
      (["kernel.made.f32.1"], "no step was found"),
      (["kernel.made.f32.1", "--commit", "ffffffffffff"], "--commit ffffffffffff: no stored run"),
      (["kernel.made.f32.1", "--machine", "other"], "only of \(SyntheticStore.machine.key)"),
    ])
    func whatMatchesNothingIsToldInOneLine(arguments: [String], problem: String) async throws {
      try store()
      let outcome = try await Command(["track", "bless", "--note", "x"] + machine + arguments).run()
      #expect(outcome.status == 1 && outcome.errorLines.count == 1 && outcome.text == "")
      #expect(outcome.err.contains(problem), "\(outcome.err)")
    }

    @Test(arguments: [
      ["track", "kernels", "--no-run"], ["track", "--no-run", "--", "-t", "1"], ["track", "nonsense"],
      ["track", "--machine", "x"], ["track", "--no-run", "--machine", "../x"], ["track", "--", "--no-save"],
      ["track", "--no-run", "--filter", ""], ["track", "--no-run", "--backend", ","],
      ["track", "bless", "x"], ["track", "bless", "x", "--note", " "],
      ["track", "bless", "x", "--note", "n", "--commit", ""],
    ])
    func wrongUsageExitsWith64(arguments: [String]) async throws {
      let outcome = try await Command(arguments).run()
      #expect(outcome.status == 64 && outcome.errorLines.count == 1, "\(outcome.err)")
    }

    @Test func badFilesAreNamedAndSkipped() async throws {
      try store()
      let folder = "\(results)/\(SyntheticStore.machine.key)"
      let bad = [
        "2030-01-01-x-a.json": "{\"schema_version\": 99}", "2030-01-01-x-b.json": "{\"cases\":",
        "2030-01-01-x-c.json": "",
      ]
      for (name, text) in bad { try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)")) }
      let outcome = try await track()
      #expect(outcome.status == 2 && outcome.text.contains("judged 10 of 10"))
      for name in bad.keys { #expect(outcome.err.contains(name)) }
      let list = try await Command("show", results).run()
      #expect(list.status == 0 && list.text.contains("40 runs") && list.err.contains("update perwatt"))
      #expect(try await Command("show", folder).run().text == list.text)
      #expect(try await Command("show", folder, "--section", "energy").run().status == 1)
    }

    @Test func trackMeasuresAndStoresAndSaysWhyADebugRunIsNotJudged() async throws {
      let command = Command("track", "machine", "--results", results, "--", "--quick", "-t", "1")
      let outcome = try await command.run()
      let stored = try ResultsStore(folder: results).list()
      #expect(stored.count == 1 && outcome.err.contains("stored in"))
      // Only the debug build is known to be left out; a release build has one point of ten.
      #expect(outcome.status == 3 && outcome.text.contains("judged 0 of"))
      if try ResultsStore.load(stored[0]).origin.buildConfiguration == "debug" {
        #expect(outcome.text.contains("build with -c release"))
      }
      let refused = try await Command("track", "kernels", "--results", results, "--", "--nonsense").run()
      #expect(refused.status == 64 && refused.errorLines.count == 1)
    }

    /// A disk that fills while a run is stored: files may only be so long, and the signal for that is ignored.
    @Test func aFullDiskLosesNothingThatWasFinished() async throws {
      try store()
      let before = try ResultsStore(folder: results).list()
      let script =
        "trap '' XFSZ; ulimit -f 4; exec \"$0\" machine --quick -t 1 --json --results \"$1\" | cat >/dev/null"
      let process = Process()
      process.executableURL = URL(filePath: "/bin/sh")
      process.arguments = ["-c", script, Command.binary.path, results]
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      #expect(try ResultsStore(folder: results).list() == before)
      let files = try FileManager.default.subpathsOfDirectory(atPath: results)
      #expect(!files.contains { $0.hasSuffix(".tmp") })
      #expect(try await track().text.contains("judged 10 of 10"))
    }
  }
}
