import ArgumentParser
import Foundation
import Reports
import Results

/// `perwatt show`: the tables of a stored run; nothing is measured.
struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print the tables of a stored run, or list the runs in a folder.",
    discussion: """
      Example: perwatt show results/amd-epyc-2c/2026-11-21-0123456789-run.json --section kernels
      Example: perwatt show results
      """)

  enum Section: String, ExpressibleByArgument, CaseIterable {
    case all, machine, kernels, transformer, model, energy, claims
  }

  @Argument(help: "A run's file under results/, or a folder of runs.")
  var file: String

  @Option(help: "Only one section.")
  var section = Section.all

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: "How --section model prints the rows of llama-bench (default: md).")
  var output: BenchReport.Format?

  @Flag(help: "Also print what was counted beside the times.")
  var counts = false

  func validate() throws {
    if let output, section != .model {
      throw ValidationError("-o \(output.rawValue) is for the rows of llama-bench: add --section model")
    }
  }

  func run() throws {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: file, isDirectory: &isFolder), isFolder.boolValue {
      return try list()
    }
    let record = try ResultsStore.load(file)
    if section == .model, record.benches?.isEmpty ?? true {
      throw Failure("\(file) has no rows of llama-bench; perwatt model with -p, -n or the like measures some")
    }
    let report = TextReport(style: Style(colour: Console.usesColour), showsCounts: counts)
    let text =
      switch section {
      case .all: report.full(record)
      case .machine: report.machine(record)
      case .kernels: report.kernels(record)
      case .transformer: report.transformer(record)
      case .model: BenchReport(record).text(output ?? .md)
      case .energy: report.energy(record)
      case .claims: report.claims(record)
      }
    try Console.print(text)
  }

  private func list() throws {
    if section != .all {
      throw Failure("\(file) is a folder; --section \(section.rawValue) is for a run's file in it")
    }
    let wait = LongReading()
    let index = try ResultsIndex.load(folder: file, progress: wait.tell)
    wait.end()
    for problem in index.problems { Console.note("warning: \(problem)") }
    try Console.print(TextReport(style: Style(colour: Console.usesColour)).list(index.runs))
  }
}
