import ArgumentParser
import Foundation
import Judgement
import Machine
import Measurement
import Quantities
import Reports
import Results

/// `perwatt against`: is this build faster or slower than that one?
struct AgainstCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "against",
    abstract: "Build another commit, measure both builds in turn, and say what became faster or slower.",
    discussion: """
      The working tree, with all local changes, is compared with REF. Nothing in it is touched: REF is built in a \
      worktree under .build/against and kept there.

      Example: perwatt against main --filter gemm,rmsnorm --confirm
      """)

  @Argument(help: "A commit, branch or tag.")
  var ref: String?

  @Option(help: "A perwatt that is built already, instead of REF.")
  var binary: String?

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var session: SessionOptions

  @Flag(help: "Measure what seems slower once more, and call it slower only if it is so again.")
  var confirm = false

  @Flag(help: "End with 2 if something is slower.")
  var gate = false

  @Flag(help: "Print the comparison as JSON instead of a table.")
  var json = false

  @Option(help: "Folder in which the session is stored.")
  var results = "results"

  @Flag(help: "Store nothing.")
  var noSave = false

  @OptionGroup var selfTest: SelfTestOptions

  func validate() throws {
    guard (ref == nil) != (binary == nil) else {
      throw ValidationError("give either a commit, branch or tag, or --binary PATH")
    }
    if results.isEmpty { throw ValidationError("--results is empty: name a folder, or give --no-save") }
  }

  func run() throws {
    Interrupt.watch()
    let programs: ComparedPrograms
    do {
      programs = try selfTest.apply(to: .find(ref: ref, binary: binary))
    } catch is AgainstInterrupted {
      throw ExitCode(130)
    }
    let measured = try session.makeSession(programs, threads: threads.count, injection: selfTest.injection)
    let record = try measured.run(filter: session.filters, confirm: confirm)
    let comparison = Comparison(record, floor: session.floor)
    if json {
      try Console.print(try comparison.json())
    } else {
      let report = ComparisonReport(style: Style(colour: Console.usesColour))
      try Console.print(report.text(comparison))
    }
    if !noSave { try save(record) }
    try exit(record, comparison)
  }

  private func save(_ record: AgainstRecord) throws {
    guard !record.cases.allSatisfy(\.blocks.isEmpty) else { return }
    Console.note("stored in \(try ResultsStore(folder: results).store(record))")
  }

  private func exit(_ record: AgainstRecord, _ comparison: Comparison) throws {
    if record.validity.status == .interrupted { throw ExitCode(130) }
    guard comparison.isJudged else { throw ExitCode(3) }
    if gate, comparison.count(.slower) > 0 { throw ExitCode(2) }
    // A case that one of the builds cannot run any more is an error, whatever the others say.
    let failed = record.cases.filter { $0.reason != nil }
    for measured in failed { Console.note("error: \(measured.id): \(measured.reason ?? "")") }
    if !failed.isEmpty { throw ExitCode(1) }
  }
}

/// How a session with two builds is measured.
struct SessionOptions: ParsableArguments {
  @Option(help: "Only cases whose id contains this; several are separated by commas.")
  var filter: String?

  @Option(
    help:
      "Time for the whole session after the builds, such as 90s or 3m (default: 8 s per case, at least 30 s)."
  )
  var budget: String?

  @Option(help: "Backends, separated by commas (default: simd, the best SIMD build).")
  var backend = "simd"

  @Flag(help: "Every shape instead of one for each operation.")
  var full = false

  @Option(help: "Times that both builds are started afresh.")
  var blocks = 20

  @Option(name: .customLong("floor"), help: "Differences up to so many percent count as none.")
  var floorPercent = 1.0

  @Flag(help: "Fail where another run measures on this machine, instead of waiting for its end.")
  var noWait = false

  var floor: Double { floorPercent / 100 }
  var filters: [String] { filter?.split(separator: ",").map(String.init) ?? [] }

  func validate() throws {
    guard (RatioEstimate.fewest...1000).contains(blocks) else {
      throw ValidationError("--blocks \(blocks): give \(RatioEstimate.fewest) to 1000")
    }
    guard floorPercent >= 0, floorPercent < 100 else {
      throw ValidationError("--floor \(floorPercent): give percent from 0 to 100")
    }
    if let filter, filters.isEmpty {
      throw ValidationError("--filter '\(filter)' is empty: name a part of an id")
    }
    if backend.split(separator: ",").isEmpty {
      throw ValidationError("--backend is empty: name at least one backend")
    }
    do { _ = try parsedBudget() } catch { throw ValidationError("--budget \(error)") }
  }

  private func parsedBudget() throws(InvalidDuration) -> Seconds? {
    guard let budget else { return nil }
    return try DurationText.parse(budget)
  }

  /// - Parameter times: so many times the budget.
  func makeSession(
    _ programs: ComparedPrograms, threads: Int, times: Double = 1, injection: AgainstSession.Injection? = nil
  ) throws -> AgainstRun {
    let plan = AgainstPlan(
      budget: try parsedBudget() ?? .zero, blocks: blocks, minimumSample: AgainstRun.minimumSample,
      threads: threads, full: full, backends: backend.split(separator: ",").map(String.init))
    return AgainstRun(programs, plan: plan, times: times, waits: !noWait, injection: injection)
  }
}

/// For tests of the method, and not for people.
struct SelfTestOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("ID=SHARE: the candidate does so much more work in that case.", visibility: .hidden))
  var inject: String?

  @Option(help: ArgumentHelp("Seconds that a worker may take for an answer.", visibility: .hidden))
  var workerLimit = 120.0

  @Option(help: ArgumentHelp("A program instead of the working tree's.", visibility: .hidden))
  var candidate: String?

  var injection: AgainstSession.Injection? {
    guard let parts = inject?.split(separator: "="), parts.count == 2, let share = Double(parts[1]) else {
      return nil
    }
    return AgainstSession.Injection(id: String(parts[0]), share: share)
  }

  func validate() throws {
    guard inject != nil else { return }
    guard let injection, injection.share > 0, injection.share <= 1 else {
      throw ValidationError("--inject: give ID=SHARE, such as kernel.rmsnorm.f32.512x2048=0.03")
    }
  }

  func apply(to programs: ComparedPrograms) -> ComparedPrograms {
    var programs = programs
    programs.limit = Seconds(workerLimit)
    if let candidate { (programs.candidate, programs.candidateName) = (candidate, "candidate") }
    return programs
  }
}
