import FileTrees
import Foundation
import Kernels
import Parallel
import Results
import Testing

extension CLITests {
  @Suite struct InterruptTests {
    @Test func whatWasMeasuredIsKept() async throws {
      let tree = try FileTree()
      // The long end leaves time to interrupt it also where the tests fill the machine.
      let running = try Command(
        "kernels", "--quick", "--sustain", "5m", "-t", "1", "--backend", "scalar,simd", "--results",
        tree.folder
      ).start()
      // Two peaks, a kernel, and what comes after it.
      #expect(try await running.wait { running.err.contains("[4/") })
      running.interrupt()
      let outcome = try await running.outcome()
      #expect(outcome.status == 130)
      let path = try #require(try ResultsStore(folder: tree.folder).list().first)
      let record = try ResultsStore.load(path)
      #expect(record.validity.status == .interrupted && !record.validity.reasons.isEmpty)
      let first = try #require(record.cases.first { $0.group == "kernel" })
      #expect(first.alternatives.contains { $0.isTimed })
      #expect(outcome.text.contains(first.title))
      #expect(outcome.err.contains("stored in \(path)"))
    }
  }

  @Suite struct MissingOpenBLASTests {
    /// The loader stops at the first file of that name, and an empty one is no library.
    private func outcome(_ more: String...) async throws -> Command.Outcome {
      let tree = try FileTree(["/libopenblas.so.0": "", "/libopenblas.so": ""])
      defer { withExtendedLifetime(tree) {} }
      var command = Command(
        ["kernels", "--quick", "--no-save", "--json", "-t", "1", "--filter", "rope"] + more)
      let path = ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"].map { ":\($0)" } ?? ""
      command.environment["LD_LIBRARY_PATH"] = tree.folder + path
      return try await command.run()
    }

    @Test func isAHintAndTheOthersRun() async throws {
      let outcome = try await outcome()
      #expect(outcome.status == 0)
      #expect(outcome.err.contains("apt-get install libopenblas-dev"))
      let record = try JSONDecoder().decode(RunRecord.self, from: outcome.out)
      #expect(record.notes.contains { $0.contains("apt-get install libopenblas-dev") })
      let labels = try #require(record.cases.first { $0.group == "kernel" }).alternatives.map(\.label)
      #expect(labels == ["scalar"] + Backends.simdNames)
    }

    @Test func isAnErrorWhereItWasAskedFor() async throws {
      let outcome = try await outcome("--backend", "simd,openblas")
      #expect(outcome.status == 1 && outcome.out.isEmpty)
      #expect(outcome.errorLines.count == 1)
      #expect(outcome.errorLines.first?.contains("apt-get install libopenblas-dev") == true)
    }
  }

  @Suite struct OneThreadTests {
    static let backends =
      (try? Backends.make("openblas", pool: ThreadPool(threads: 1))) == nil ? "simd" : "openblas,simd"

    /// CPU time that each thread of a process has used, in ticks, by thread.
    private func ticks(_ id: pid_t) -> [String: Int] {
      let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/task")) ?? []
      let pairs = tasks.compactMap { task -> (String, Int)? in
        let line = try? String(contentsOfFile: "/proc/\(id)/task/\(task)/stat", encoding: .utf8)
        // The name in brackets may hold anything; utime and stime are fields 14 and 15, 12 and 13 after it.
        guard let fields = line?.split(separator: ")").last?.split(separator: " "), fields.count > 12,
          let user = Int(fields[11]), let system = Int(fields[12])
        else { return nil }
        return (task, user + system)
      }
      return Dictionary(pairs) { first, _ in first }
    }

    /// CPU time of all threads but the busiest, as a share of the busiest's, when GEMM has been measured.
    private func shareOfOthers(_ threads: Int) async throws -> Double {
      // Not --quick: seconds of peaks and of GEMM, beside which starting and ending count little.
      let running = try Command(
        "kernels", "--no-save", "-t", "\(threads)", "--backend", Self.backends, "--filter",
        "gemm.f32.512x512x512"
      ).start()
      var used: [String: Int] = [:]
      _ = try await running.wait {
        for (task, ticks) in ticks(running.id) { used[task] = max(used[task] ?? 0, ticks) }
        return running.hasPrinted
      }
      #expect(try await running.outcome().status == 0)
      let busiest = try #require(used.values.max())
      return Double(used.values.reduce(0, +) - busiest) / Double(busiest)
    }

    @Test func oneThreadIsOneThreadForEveryBackend() async throws {
      #expect(try await shareOfOthers(1) < 0.05)
    }

    /// A quarter to a half of it: the peaks with one thread, the checks and the sampling itself are the rest.
    @Test func moreThreadsWouldBeSeen() async throws { #expect(try await shareOfOthers(2) > 0.1) }
  }
}
