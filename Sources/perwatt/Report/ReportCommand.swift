import ArgumentParser
import Foundation
import Reports
import Results

/// `perwatt report`: stored runs as a page, for people.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Draw stored runs as one page: HTML, Markdown, JSON or SVG.",
    discussion: """
      Each RUN is a file, a machine's folder or the folder of results, by default all that is stored. Of a folder the \
      newest valid runs are drawn that together have every case, and the histories of all; of files, just those. Two \
      files of one machine and suite are compared, too.

      Example: perwatt report -o report.html
      Example: perwatt report results/pi-5-4c before.json after.json --format md --summary
      Example: perwatt report --format svg --plot roofline.amd-epyc-2c -o roofline.svg
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable { case html, md, json, svg }

  @Argument(help: ArgumentHelp("Runs or folders of them (default: results).", valueName: "run"))
  var runs: [String] = ["results"]

  @Option(name: [.customShort("o"), .long], help: "The file to write (default: standard output).")
  var output: String?

  @Option(help: "The format; html is one file that needs nothing else.")
  var format: Format?

  @Option(help: "The plot to draw as --format svg, by its name; a wrong one lists them.")
  var plot: String?

  @Flag(help: "Only what a pull request's comment needs, as --format md.")
  var summary = false

  @Flag(help: "Only the table of machines and models, as results/README.md holds it.")
  var leaderboard = false

  @Flag(help: "Replace a file that is there.")
  var force = false

  private var chosen: Format { format ?? (summary || leaderboard ? .md : .html) }

  func validate() throws {
    if output?.isEmpty == true { throw ValidationError("-o is empty: name the file to write") }
    if runs.contains("") { throw ValidationError("a run's name is empty: name a file or a folder") }
    if summary, leaderboard {
      throw ValidationError("--summary and --leaderboard exclude each other: give one")
    }
    if summary || leaderboard, chosen != .md {
      let flag = summary ? "--summary" : "--leaderboard"
      throw ValidationError("\(flag) is Markdown: leave --format \(chosen.rawValue) out")
    }
    if (plot != nil) != (chosen == .svg) {
      throw ValidationError("--format svg and --plot NAME belong together: give both or neither")
    }
  }

  func run() throws {
    let file = try output.map { try ExportFile($0, mayReplace: force) }
    let text = try text()
    guard let file else { return try Console.print(text) }
    try file.write { try Data(text.utf8).write(to: URL(filePath: $0)) }
    Console.note("\(file.path) written")
  }

  private func text() throws -> String {
    let stored = try ReportSources(runs, withHistories: !leaderboard)
    for problem in stored.input.problems { Console.note("warning: \(problem)") }
    if leaderboard { return Leaderboard(stored.input).markdown }
    let report = Report(stored.input)
    switch chosen {
    case .html: return report.html
    case .json: return report.json
    case .md: return summary ? report.summary : report.markdown
    case .svg:
      if let image = report.svg(plot: plot ?? "") { return image }
      let names = report.plotNames.isEmpty ? "none" : report.plotNames.joined(separator: ", ")
      throw Failure("--plot: these runs have no plot called '\(plot ?? "")'; there are: \(names)")
    }
  }
}
