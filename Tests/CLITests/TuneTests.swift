import FileTrees
import Foundation
import Results
import Testing

/// Stored runs.
enum Stored {
  static func list(_ folder: String) throws -> [String] { try ResultsStore(folder: folder).list() }
  static func load(_ path: String) throws -> RunRecord { try ResultsStore.load(path) }
}

extension OtherCLITests {
  @Suite struct TuneTests {
    static let governor = "/sys/devices/system/cpu/cpufreq/policy0/scaling_governor"
    static let swappiness = "/proc/sys/vm/swappiness"

    /// So many policies that a kill lands among them.
    private func tree(policies: Int = 1) throws -> FileTree {
      let tree = try FileTree([
        Self.swappiness: "60\n", "/proc/sys/kernel/nmi_watchdog": "1\n", "/run/x": "",
        "/sys/devices/system/cpu/smt/control": "on\n",
      ])
      for policy in 0..<policies {
        try tree.write("schedutil\n", to: "/sys/devices/system/cpu/cpufreq/policy\(policy)/scaling_governor")
      }
      return tree
    }

    private func contents(_ tree: FileTree) throws -> [String: Data] {
      var found: [String: Data] = [:]
      for path in try FileManager.default.subpathsOfDirectory(atPath: tree.folder) {
        found[path] = FileManager.default.contents(atPath: "\(tree.folder)/\(path)")
      }
      return found
    }

    private func machine(_ arguments: String..., on tree: FileTree) -> Command {
      Command(["machine", "--root", tree.folder] + arguments)
    }

    @Test func tuneAndResetLeaveEveryByte() async throws {
      let tree = try tree()
      let before = try contents(tree)
      let shown = try await machine("--show", "--smt-off", on: tree).run()
      #expect(shown.status == 0 && shown.text.contains("schedutil") && shown.text.contains("performance"))
      #expect(try contents(tree) == before)

      let tuned = try await machine("--tune", on: tree).run()
      #expect(tuned.status == 0)
      #expect(tuned.text.contains("\(Self.governor): schedutil → performance\n"))
      #expect(tuned.err.contains("machine --reset"))
      #expect(try String(contentsOfFile: tree.folder + Self.governor, encoding: .utf8) == "performance\n")
      let again = try await machine("--tune", on: tree).run()
      #expect(again.status == 0 && again.out.isEmpty && again.err.contains("nothing to set"))

      let reset = try await machine("--reset", on: tree).run()
      #expect(reset.status == 0 && reset.text.hasPrefix("\(Self.swappiness): 10 → 60\n"))
      #expect(try contents(tree) == before)
      let nothing = try await machine("--reset", on: tree).run()
      #expect(nothing.status == 0 && nothing.out.isEmpty && nothing.err.contains("nothing to put back"))
    }

    @Test(arguments: 0..<8) func killedAtAnyMomentEverythingComesBack(round: Int) async throws {
      let tree = try tree(policies: 60)
      let before = try contents(tree)
      let running = try machine("--tune", "--smt-off", on: tree).start()
      let state = tree.folder + "/run/perwatt-tuning"
      _ = try await running.wait { FileManager.default.fileExists(atPath: state) || round == 0 }
      try await Task.sleep(for: .microseconds(round * 400))
      kill(running.id, SIGKILL)
      _ = try await running.outcome()
      let reset = try await machine("--reset", on: tree).run()
      #expect(reset.status == 0, "\(reset.err)")
      #expect(try contents(tree) == before)
    }

    @Test func interruptedItPutsAllBack() async throws {
      let tree = try tree(policies: 300)
      let before = try contents(tree)
      let running = try machine("--tune", on: tree).start()
      #expect(
        try await running.wait { FileManager.default.fileExists(atPath: tree.folder + "/run/perwatt-tuning") }
      )
      running.interrupt()
      let outcome = try await running.outcome()
      // It may have been faster than the signal.
      if outcome.status == 0 {
        _ = try await machine("--reset", on: tree).run()
      } else {
        #expect(outcome.status == 130)
      }
      #expect(try contents(tree) == before)
    }

    @Test func whatCannotBeSetIsReportedAndTheRestGoesOn() async throws {
      let tree = try tree()
      try FileManager.default.removeItem(atPath: tree.folder + Self.swappiness)
      // Readable for everybody, writable for nobody, root included.
      try FileManager.default.createSymbolicLink(
        atPath: tree.folder + Self.swappiness, withDestinationPath: "/proc/sys/kernel/pid_max")
      let outcome = try await machine("--tune", on: tree).run()
      #expect(outcome.status == 1 && outcome.errorLines.count == 1)
      #expect(outcome.errorLines.first?.contains(Self.swappiness) == true)
      #expect(outcome.text.contains("schedutil → performance") && outcome.err.contains("machine --reset"))
      #expect(try await machine("--reset", on: tree).run().status == 0)
    }

    @Test func withoutAPlaceForTheOldValuesNothingIsChanged() async throws {
      let tree = try tree()
      try FileManager.default.removeItem(atPath: tree.folder + "/run")
      let before = try contents(tree)
      let outcome = try await machine("--tune", on: tree).run()
      #expect(outcome.status == 1 && outcome.errorLines.count == 1 && outcome.out.isEmpty)
      #expect(outcome.errorLines.first?.contains("/run/perwatt-tuning") == true)
      #expect(try contents(tree) == before)
    }

    @Test(arguments: [
      ["--tune", "--reset"], ["--smt-off"], ["--reset", "--smt-off"], ["--show", "--tune"],
    ])
    func contradictionsAreWrongUsage(arguments: [String]) async throws {
      let outcome = try await Command(["machine"] + arguments).run()
      #expect(outcome.status == 64 && outcome.errorLines.count == 1 && outcome.out.isEmpty)
    }
  }
}
