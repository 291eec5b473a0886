import ArgumentParser
import Foundation
import Judgement
import Reports
import Results

/// `perwatt compare`: stored runs, or backends within one of them.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Compare two stored runs, or two backends of one, case by case.",
    discussion: """
      Each side is a file, a folder of runs, or several of both separated by commas. B is judged by the times of A.

      Example: perwatt compare results/pi-5-4c/2026-11-20-a-run.json results/pi-5-4c/2026-11-21-b-run.json
      Example: perwatt compare results/pi-5-4c/2026-11-20-a-run.json --backend openblas,simd:neon
      """)

  @Argument(help: "The run or runs to compare with.")
  var a: String

  @Argument(help: "The run or runs that are compared.")
  var b: String?

  @Option(help: "Two backends within A, instead of B; the second is judged by the times of the first.")
  var backend: String?

  @Option(name: .customLong("floor"), help: "Differences up to so many percent count as none.")
  var floorPercent: Double?

  @Flag(help: "End with 2 if something is slower.")
  var gate = false

  @Flag(help: "Print the comparison as JSON instead of a table.")
  var json = false

  private var labels: [String] { backend?.split(separator: ",").map(String.init) ?? [] }

  func validate() throws {
    guard (b == nil) != (backend == nil) else {
      throw ValidationError("give either a second run or --backend with two backends of the first")
    }
    if let backend, Set(labels).count != 2 || labels.count != 2 {
      throw ValidationError("--backend \(backend): name two backends, separated by a comma")
    }
    if let floorPercent, !(floorPercent >= 0 && floorPercent < 100) {
      throw ValidationError("--floor \(floorPercent): give percent from 0 to 100")
    }
  }

  func run() throws {
    let comparison = try compare()
    if json {
      try Console.print(try comparison.json())
    } else {
      try Console.print(ComparisonReport(style: Style(colour: Console.usesColour)).text(comparison))
    }
    guard comparison.isJudged else { throw ExitCode(3) }
    if gate, comparison.count(.slower) > 0 { throw ExitCode(2) }
  }

  private func compare() throws -> Comparison {
    let floor = floorPercent.map { $0 / 100 }
    if let b { return try Comparison(try StoredRuns.load(b), over: try StoredRuns.load(a), floor: floor) }
    let run = try StoredRuns.single(a, for: "--backend")
    return try Comparison(backend: labels[1], over: labels[0], in: run, floor: floor)
  }
}

extension Comparison {
  /// Indented JSON with sorted keys.
  func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }
}
