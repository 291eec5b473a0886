import ArgumentParser
import Foundation
import Judgement
import Reports
import Results

/// `perwatt track`: histories of the cases on a machine.
struct TrackCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "track", abstract: "Record a run and judge the whole history of each case on this machine.",
    discussion: """
      perwatt track [run|kernels|model|machine|claims] [-- options] measures, stores and then judges all that is stored.

      Exit codes: 2 where a case became slower and still is, 3 where nothing could be judged.

      Example: perwatt track kernels -- -t 1 --backend simd
      Example: perwatt track --no-run --json
      """, subcommands: [JudgeCommand.self, BlessCommand.self], defaultSubcommand: JudgeCommand.self)
}

/// What `perwatt track` does without a further word.
struct JudgeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "judge", abstract: "Measure, store and judge; what perwatt track does by itself.",
    usage: "perwatt track [<suite>] [<options>] [-- <options of the suite>]",
    discussion: "Example: perwatt track judge --no-run --all")

  enum Suite: String, ExpressibleByArgument, CaseIterable { case run, kernels, model, machine, claims }

  @Argument(help: "What is measured first (default: run).")
  var suite: Suite?

  @Argument(parsing: .postTerminator, help: "Options of the measuring command, after --.")
  var options: [String] = []

  @Flag(help: "Measure nothing: judge what is stored.")
  var noRun = false

  @OptionGroup var place: TrackPlace

  @Option(help: "Judge only cases whose id contains this.")
  var filter: String?

  @Option(help: "Judge only these backends, separated by commas, by their names in the tables.")
  var backend: String?

  @Flag(help: "Print the histories in which nothing changed, too.")
  var all = false

  @Flag(help: "Print the judgement as JSON instead of a table.")
  var json = false

  func validate() throws {
    if noRun, suite != nil || !options.isEmpty {
      throw ValidationError(
        "--no-run measures nothing: leave \(suite?.rawValue ?? "the options after --") out")
    }
    if place.machine != nil, !noRun {
      throw ValidationError("--machine judges what is stored of another machine: add --no-run")
    }
    for option in options where ["--results", "--no-save", "--json"].contains(where: option.hasPrefix) {
      throw ValidationError(
        "after --, \(option) is not for you to give: track stores the run in --results and reads it")
    }
    if let filter, filter.isEmpty { throw ValidationError("--filter is empty: give a part of a case's id") }
    if let backend, backend.split(separator: ",").isEmpty {
      throw ValidationError("--backend is empty: name at least one backend")
    }
  }

  func run() throws {
    if !noRun { try measure() }
    let stored = try StoredHistories(results: place.results, machine: place.machine)
    for problem in stored.problems { Console.note("warning: \(problem)") }
    let backends = backend.map { Set($0.split(separator: ",").map(String.init)) }
    let record = stored.tracker(filter: filter, alternatives: backends)
      .judge(stored.runs, machine: stored.machine, problems: stored.problems)
    try print(record)
    if record.hasRegression { throw ExitCode(2) }
    if record.judged == 0 { throw ExitCode(3) }
  }

  private func measure() throws {
    let arguments = [(suite ?? .run).rawValue] + options + ["--results", place.results]
    let status = try OwnProgram.status(arguments)
    if status != 0 { throw ExitCode(status) }
  }

  private func print(_ record: TrackRecord) throws {
    guard json else {
      return try Console.print(TextReport(style: Style(colour: Console.usesColour)).track(record, all: all))
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try Console.print(try encoder.encode(record) + Data("\n".utf8))
  }
}

/// Whose histories.
struct TrackPlace: ParsableArguments {
  @Option(help: "Folder of the stored runs.")
  var results = "results"

  @Option(help: "The machine's folder in it (default: this machine's).")
  var machine: String?

  func validate() throws {
    if results.isEmpty { throw ValidationError("--results is empty: name a folder") }
    if let machine, machine.isEmpty || machine.hasPrefix(".") || machine.contains("/") {
      throw ValidationError("--machine '\(machine)': give the name of a folder in --results")
    }
  }
}
