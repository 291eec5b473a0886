import ArgumentParser
import Foundation
import Judgement
import Quantities
import Reports
import Results

/// `perwatt bisect`: which commit made a case slower?
struct BisectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bisect", abstract: "Find the commit that made a case slower.",
    discussion: """
      Commits between GOOD and BAD, along first parents, are built and measured against GOOD, each time the one in the \
      middle. A commit counts as slow where its ratio lies above the middle between none and that of BAD; one whose \
      interval holds both sides is measured again, three times as long. One that does not tell even then, or does not \
      build, is skipped.

      Example: perwatt bisect v0.1.0 main --case kernel.rmsnorm.f32.512x2048
      """)

  @Argument(help: "A commit, branch or tag before the case became slower.")
  var good: String

  @Argument(help: "One after that.")
  var bad: String

  @Option(name: .customLong("case"), help: "The id of the case.")
  var id: String

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var session: SessionOptions

  func run() throws {
    Interrupt.watch()
    do {
      try search()
    } catch is AgainstInterrupted {
      throw ExitCode(130)
    }
  }

  private func search() throws {
    let cache = BuildCache(checkout: try GitCheckout(around: FileManager.default.currentDirectoryPath))
    let (first, last) = (try cache.checkout.commit(good), try cache.checkout.commit(bad))
    let commits = try cache.checkout.firstParents(from: first, to: last)
    let reference = try cache.program(of: first)
    var bisection = Bisection(count: commits.count)
    let slowDown = try slowDown(of: commits[commits.count - 1], cache, reference)
    while let index = bisection.next {
      Console.note("about \(bisection.steps) more to measure")
      if let isBad = try isSlow(commits[index], slowDown, cache, reference) {
        bisection.learn(index, isBad: isBad)
      } else {
        bisection.skip(index)
      }
    }
    let found = bisection.suspects.map { cache.checkout.oneLine(commits[$0]) }
    let words = found.count == 1 ? "The first slow commit:" : "One of these, which could not all be measured:"
    try Console.print(([words] + found).joined(separator: "\n") + "\n")
  }

  /// BAD's; measured again, three times as long, where the first time does not tell.
  private func slowDown(of hash: String, _ cache: BuildCache, _ reference: String) throws -> SlowDown {
    var whole = try measure(hash, cache, reference)
    if whole.verdict == .undecided { whole = try measure(hash, cache, reference, times: 3) }
    guard whole.verdict == .slower, let interval = whole.interval else {
      throw Failure(
        "\(good) and \(bad) do not differ enough in \(id): give a larger --budget, or other commits")
    }
    return SlowDown(interval)
  }

  /// Nil, and a line that says why, where that cannot be told.
  private func isSlow(_ hash: String, _ slowDown: SlowDown, _ cache: BuildCache, _ reference: String) throws
    -> Bool?
  {
    do {
      let found = try slowDown.isIn(measuring: { try measure(hash, cache, reference, times: $0).interval })
      if found == nil { Console.note("skipped: \(hash.prefix(10)) lies between fast and slow") }
      return found
    } catch let failure as BuildFailure {
      Console.note("skipped: \(failure)")
    } catch let problem as WorkerProcess.Problem {
      Console.note("skipped: \(problem)")
    }
    return nil
  }

  /// One commit beside GOOD, for so many times the budget.
  private func measure(
    _ hash: String, _ cache: BuildCache, _ reference: String, times: Double = 1
  ) throws -> ComparedRow {
    let programs = ComparedPrograms(
      reference: reference, referenceName: good, candidate: try cache.program(of: hash),
      candidateName: String(hash.prefix(10)))
    let record = try session.makeSession(programs, threads: threads.count, times: times).run(
      filter: [id], confirm: false)
    if record.validity.status == .interrupted { throw AgainstInterrupted() }
    let comparison = Comparison(record, floor: session.floor)
    guard let row = comparison.rows.first(where: { $0.id == id }) else {
      throw Failure(
        "--case \(id): no case has that id; there are \(comparison.rows.map(\.id).joined(separator: ", "))")
    }
    if row.interval == nil {
      throw WorkerProcess.Problem(description: "\(hash.prefix(10)): \(row.note ?? "nothing was measured")")
    }
    let ratio = row.interval.map { Format.fixed($0.ratio, 3) } ?? "–"
    Console.note("\(cache.checkout.oneLine(hash)): \(ratio), \(row.verdict.rawValue)")
    return row
  }
}

extension GitCheckout {
  /// The commits after `first` up to `last` along first parents, the oldest first.
  ///
  /// - Throws: `Failure` where `last` does not come after `first` in that line.
  func firstParents(from first: String, to last: String) throws -> [String] {
    let text = git("rev-list", "--first-parent", "--reverse", "\(first)..\(last)") ?? ""
    let commits = text.split(separator: "\n").map(String.init)
    guard let oldest = commits.first, git("rev-parse", "--verify", "--quiet", "\(oldest)^") == first else {
      throw Failure(
        "\(last.prefix(10)) does not follow \(first.prefix(10)) along first parents; give GOOD before BAD on one branch"
      )
    }
    return commits
  }

  /// `0123456789 Its first line`.
  func oneLine(_ hash: String) -> String {
    git("log", "-1", "--format=%h %s", "--abbrev=10", hash) ?? String(hash.prefix(10))
  }
}
