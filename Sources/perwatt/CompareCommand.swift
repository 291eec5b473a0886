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
      Each side is a file, a folder of runs, or several of both separated by commas. B is judged by the times of A. A \
      GPU's run and a board's have no case in common: their models are then set side by side.

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
    let reference = try StoredRuns.load(a)
    let candidate = try b.map { try StoredRuns.load($0) }
    do {
      try judge(compare(candidate, over: reference))
    } catch let refusal as ComparisonRefusal {
      guard case .nothingInCommon = refusal, let sides = sideBySide(candidate, over: reference) else {
        throw refusal
      }
      try print(sides) { $0.text(sides) }
      if gate { throw ExitCode(3) }
    }
  }

  /// The newest whole run of each side.
  private func sideBySide(_ candidate: RunSide?, over reference: RunSide) -> SideBySide? {
    guard let candidate, let old = reference.newest, let new = candidate.newest else { return nil }
    return SideBySide(new, over: old, names: (reference.name, candidate.name))
  }

  private func judge(_ comparison: Comparison) throws {
    try print(comparison) { $0.text(comparison) }
    guard comparison.isJudged else { throw ExitCode(3) }
    if gate, comparison.count(.slower) > 0 { throw ExitCode(2) }
  }

  private func print(_ found: some Encodable, text: (ComparisonReport) -> String) throws {
    if json { return try Console.print(IndentedJSON.data(found)) }
    try Console.print(text(ComparisonReport(style: Style(colour: Console.usesColour))))
  }

  private func compare(_ candidate: RunSide?, over reference: RunSide) throws -> Comparison {
    let floor = floorPercent.map { $0 / 100 }
    if let candidate { return try Comparison(candidate, over: reference, floor: floor) }
    let run = try StoredRuns.single(a, for: "--backend")
    return try Comparison(backend: labels[1], over: labels[0], in: run, floor: floor)
  }
}

extension Comparison {
  func json() throws -> Data { try IndentedJSON.data(self) }
}

/// Indented JSON with sorted keys, as `--json` prints it.
enum IndentedJSON {
  static func data(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(value) + Data("\n".utf8)
  }
}
