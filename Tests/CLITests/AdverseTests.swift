import FileTrees
import Foundation
import Kernels
import Parallel
import Results
import Testing

extension CLITests {
  @Suite struct InterruptTests {
    private func kernels(in folder: String) throws -> (path: String, record: RunRecord)? {
      guard let path = try ResultsStore(folder: folder).list().first else { return nil }
      // The file is empty for a moment before its first contents.
      guard let record = try? ResultsStore.load(path) else { return nil }
      return record.cases.contains { $0.group == "kernel" } ? (path, record) : nil
    }

    @Test func whatWasMeasuredIsKept() async throws {
      let tree = try FileTree()
      let running = try Command(
        "kernels", "--quick", "-t", "1", "--backend", "scalar,simd", "--results", tree.folder
      ).start()
      #expect(try await running.wait { try kernels(in: tree.folder) != nil })
      running.interrupt()
      let outcome = try await running.outcome()
      #expect(outcome.status == 130)
      let (path, record) = try #require(try kernels(in: tree.folder))
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

    /// Threads of a process that run or could run now.
    private func runnable(_ id: pid_t) -> Int {
      let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/task")) ?? []
      return tasks.count { task in
        let line = try? String(contentsOfFile: "/proc/\(id)/task/\(task)/stat", encoding: .utf8)
        // The name in brackets may hold anything; the state follows it.
        return line?.split(separator: ")").last?.hasPrefix(" R") == true
      }
    }

    /// The most threads that were seen at work at the same time while GEMM was measured.
    private func mostThreads(_ threads: Int) async throws -> Int {
      let running = try Command(
        "kernels", "--quick", "--no-save", "-t", "\(threads)", "--backend", Self.backends, "--filter", "gemm"
      ).start()
      // A library's threads poll for a moment after it was loaded, long before the first kernel.
      #expect(try await running.wait { running.err.contains("GEMM") })
      var seen: [Int] = []
      _ = try await running.wait {
        seen.append(runnable(running.id))
        return running.hasPrinted
      }
      // All threads run to their end once the tables are out.
      seen.removeLast()
      #expect(try await running.outcome().status == 0)
      #expect(seen.count > 3)
      return seen.max() ?? 0
    }

    @Test func oneThreadIsOneThreadForEveryBackend() async throws { #expect(try await mostThreads(1) == 1) }

    /// More than two where one backend's threads still poll while the other one works.
    @Test func moreThreadsWouldBeSeen() async throws { #expect(try await mostThreads(2) >= 2) }
  }
}
