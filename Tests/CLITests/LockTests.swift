import FileTrees
import Foundation
import Glibc
import Testing

extension CLITests {
  @Suite struct LockTests {
    static let machine = ["machine", "--quick", "--no-save", "-t", "1"]

    private func command(_ arguments: [String], lock: String) -> Command {
      var command = Command(arguments)
      command.environment["PERWATT_LOCK"] = lock
      return command
    }

    /// Holds the lock as another process would; the file tells who.
    private func hold(_ path: String, _ text: String) throws -> Int32 {
      let file = open(path, O_RDWR | O_CREAT, 0o666)
      try #require(file >= 0 && flock(file, LOCK_EX | LOCK_NB) == 0)
      _ = write(file, text, text.utf8.count)
      return file
    }

    @Test func aHeldLockIsWaitedForAndNamed() async throws {
      let tree = try FileTree(), path = tree.folder + "/lock"
      let file = try hold(path, "4711 2026-01-02T03:04:05Z\n")
      let running = try command(Self.machine, lock: path).start()
      #expect(try await running.wait { running.err.contains("--no-wait") })
      #expect(!running.hasPrinted)
      close(file)
      let outcome = try await running.outcome()
      #expect(outcome.status == 0 && outcome.text.contains("GFLOP/s"))
      let waits = outcome.err.split(separator: "\n").filter { $0.contains("waiting: ") }
      let line =
        "waiting: process 4711 measures on this machine since 2026-01-02T03:04:05Z; --no-wait fails instead"
      #expect(waits.map(String.init) == [line])
      // Its own name is in the file now, and the lock is free.
      #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("\(running.id) "))
      close(try hold(path, ""))
    }

    @Test func noWaitIsAnErrorInOneLine() async throws {
      let tree = try FileTree(), path = tree.folder + "/lock"
      let file = try hold(path, "")
      defer { close(file) }
      let outcome = try await command(Self.machine + ["--no-wait"], lock: path).run()
      #expect(outcome.status == 1 && outcome.out.isEmpty && outcome.errorLines.count == 1)
      #expect(
        outcome.errorLines.first?.contains("another perwatt measures on this machine (\(path))") == true)
    }

    @Test func ctrlCEndsTheWait() async throws {
      let tree = try FileTree(), path = tree.folder + "/lock"
      let file = try hold(path, "1 2026\n")
      defer { close(file) }
      let running = try command(Self.machine, lock: path).start()
      #expect(try await running.wait { running.err.contains("waiting: ") })
      running.interrupt()
      let outcome = try await running.outcome()
      #expect(outcome.status == 130 && outcome.out.isEmpty && outcome.errorLines.isEmpty)
    }

    @Test func aKilledHolderLeavesItFree() async throws {
      let tree = try FileTree(), path = tree.folder + "/lock"
      let running = try command(["machine", "--no-save", "-t", "1"], lock: path).start()
      #expect(
        try await running.wait { (try? String(contentsOfFile: path, encoding: .utf8))?.isEmpty == false })
      kill(running.id, SIGKILL)
      _ = try await running.outcome()
      close(try hold(path, ""))
    }

    @Test(arguments: [
      ["show", "/none.json"], ["machine", "--show"], ["logits", "-m", Fixture.model, "--tokens", "1"],
      ["--help"], ["kernels", "--quick", "--no-save", "--backend", "simd", "--filter", "nope"],
    ])
    func whatDoesNotMeasureTakesNoLock(arguments: [String]) async throws {
      let tree = try FileTree(), path = tree.folder + "/lock"
      let file = try hold(path, "")
      defer { close(file) }
      let outcome = try await command(arguments, lock: path).run()
      #expect(!outcome.err.contains("waiting: "))
    }

    /// A lock that cannot be had costs a warning, not the run.
    @Test func withoutAPlaceForTheLockItRunsAllTheSame() async throws {
      let outcome = try await command(Self.machine, lock: "/proc/none/lock").run()
      #expect(outcome.status == 0 && outcome.err.contains("no lock against other runs: /proc/none/lock"))
    }
  }

  @Suite struct WatchTests {
    static let count = "/sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count"

    @Test func aRunWhoseCPUThrottledIsInvalidAndKept() async throws {
      let tree = try FileTree([Self.count: "3", "/proc/self/status": "Cpus_allowed_list: 0"])
      let arguments = ["kernels", "--quick", "-t", "1", "--filter", "rmsnorm", "--root", tree.folder]
      let running = try Command(arguments + ["--results", tree.folder + "/results"]).start()
      #expect(try await running.wait { running.err.contains("[3/") })
      try tree.write("5", to: Self.count)
      let outcome = try await running.outcome()
      #expect(outcome.status == 0 && outcome.err.contains("stored in "))
      let path = try #require(try Stored.list(tree.folder + "/results").first)
      let record = try Stored.load(path)
      let finding = "the CPU throttled for heat (its counter rose by 2, bound 0): cool it better"
      #expect(record.validity.status == .invalid && record.validity.reasons.contains(finding))
      #expect(record.conditions?.throttleEvents.value == 2 && record.cases.count > 2)
      let shown = try await Command("show", path, "--section", "machine").run()
      #expect(shown.text.contains("rose by 2, bound 0") && shown.text.contains("Noise before the run: "))
    }
  }
}
