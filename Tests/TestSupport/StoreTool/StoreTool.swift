import Foundation
import Results
import SyntheticStore

/// A program beside the tests: a writer that can be killed, and a maker of large stores.
///
///     StoreTool save FOLDER NAME                        stores runs of growing length without end
///     StoreTool generate FOLDER RUNS CASES BACKENDS     makes up a store
///     StoreTool index FOLDER                            reads all summaries, and says how long that took
@main
struct StoreTool {
  static func main() throws {
    let words = Array(CommandLine.arguments.dropFirst())
    let numbers = words.dropFirst(2).compactMap { Int($0) }
    switch (words.first, words.count, numbers.count) {
    case ("save", 3, _): try save(ResultsStore(folder: words[1]), name: words[2])
    case ("generate", 5, 3):
      let store = SyntheticStore.kernels(cases: numbers[1], alternatives: numbers[2], runs: numbers[0])
      try store.write(to: words[1], runs: 0..<numbers[0])
    case ("index", 2, _): try index(ResultsStore(folder: words[1]))
    default:
      FileHandle.standardError.write(Data("usage: StoreTool save|generate FOLDER …\n".utf8))
      exit(64)
    }
  }

  /// Says `<path> <cases>` after each finished write: what was said must be found, whatever happens next.
  private static func save(_ store: ResultsStore, name: String) throws -> Never {
    while true {
      var record = SyntheticStore.empty(suite: name)
      let run = try store.begin(record)
      say("\(run.path) 0")
      for count in 1...12 {
        // Notes of some pages, so that a write takes its time.
        record.notes.append(String(repeating: "\(name) \(count) ", count: 2_000))
        try run.save(record)
        say("\(run.path) \(count)")
      }
      record.validity = Validity(.valid)
      try run.save(record)
    }
  }

  private static func index(_ store: ResultsStore) throws {
    let start = ContinuousClock.now
    let index = try ResultsIndex.load(store)
    let figures = index.runs.reduce(0) { $0 + $1.figures.count }
    say(
      "\(index.runs.count) runs, \(figures) figures, \(index.problems.count) problems: \(ContinuousClock.now - start)"
    )
  }

  private static func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
}
