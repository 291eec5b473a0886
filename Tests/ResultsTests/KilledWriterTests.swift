import Foundation
import Statistics
import Testing

@testable import Results

/// Writers that are killed with SIGKILL at any moment: nothing that they called finished is lost or damaged.
@Suite struct KilledWriterTests {
  private let folder = TemporaryFolder()

  /// A writer at work in `folder`, and what it said until it was killed.
  private final class Writer {
    private let process = Process()
    private let said: URL

    init(_ folder: String, name: String) throws {
      said = URL(fileURLWithPath: "\(folder)/said-\(UUID()).txt")
      try Data().write(to: said)
      process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "StoreTool")
      process.arguments = ["save", folder + "/results", name]
      process.standardOutput = try FileHandle(forWritingTo: said)
      try process.run()
    }

    /// Kills it a while after its first word.
    /// - Returns: for each path, the number of cases of the last write that it called finished.
    func killed(after delay: Duration) async throws -> [String: Int] {
      while try Data(contentsOf: said).isEmpty, process.isRunning {
        try await Task.sleep(for: .milliseconds(1))
      }
      try await Task.sleep(for: delay)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let lines = try String(contentsOf: said, encoding: .utf8).split(
        separator: "\n", omittingEmptySubsequences: false)
      // The last line may be cut.
      let words = lines.dropLast().map { $0.split(separator: " ") }
      return Dictionary(words.map { (String($0[0]), Int($0[1]) ?? 0) }) { _, last in last }
    }
  }

  private func check(_ finished: [String: Int]) throws {
    for (path, count) in finished {
      let record = try ResultsStore.load(path)
      #expect(record.notes.count >= count)
    }
  }

  @Test func nothingFinishedIsLost() async throws {
    var generator = SeededGenerator(seed: 7)
    let results = ResultsStore(folder: folder.path + "/results")
    for round in 0..<50 {
      let writers = try ["one", "two"].map { try Writer(folder.path, name: $0) }
      for writer in writers {
        let delay = Duration.microseconds(Int.random(in: 0..<12_000, using: &generator))
        try check(try await writer.killed(after: delay))
      }
      // Whatever has a run's name is a whole run, also what nobody called finished.
      if round % 8 == 7 {
        let index = try ResultsIndex.load(results)
        let names = try results.list()
        #expect(index.problems == [] && index.runs.map(\.path) == names)
      }
    }
    #expect(try results.list().count >= 100)
  }
}
