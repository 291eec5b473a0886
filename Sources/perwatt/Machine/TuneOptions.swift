import ArgumentParser
import Foundation
import Machine
import Quantities

/// `perwatt machine --show`, `--tune`, `--reset`: the kernel's settings instead of a measurement.
struct TuneOptions: ParsableArguments {
  enum Action: EnumerableFlag {
    case show, tune, reset

    static func help(for value: Action) -> ArgumentHelp? {
      switch value {
      case .show: "Print the kernel's settings and what --tune would set; change nothing."
      case .tune: "Set what keeps clocks and CPUs steady, as root. Old values are kept until --reset."
      case .reset: "Put back what --tune changed, the last change first."
      }
    }
  }

  @Flag(exclusivity: .exclusive) var action: Action?

  @Flag(help: "With --tune or --show: also switch off the second thread of each core (SMT).")
  var smtOff = false

  func validate() throws {
    if smtOff, action == nil || action == .reset {
      throw ValidationError("--smt-off is for --tune and --show: add one of them")
    }
  }

  /// - Parameter waits: until no run measures.
  /// - Throws: `Failure`, or `ExitCode` 1 where some values could not be set, 130 after Ctrl-C.
  func perform(_ action: Action, on root: FileRoot, waits: Bool) throws {
    let tuning = Tuning(root: root)
    if action == .show { return try Console.print(TuningText.rows(tuning.rows(smtOff: smtOff))) }
    Interrupt.watch()
    let turn = try RunLock.take(waits: waits)
    if let problem = turn.problem { Console.note("warning: no lock: \(problem)") }
    try withExtendedLifetime(turn) {
      let outcome = try refusing(action) {
        try action == .tune
          ? tuning.tune(smtOff: smtOff, isInterrupted: { Interrupt.isRequested }) : tuning.reset()
      }
      try report(outcome, action, isTuned: tuning.isTuned)
    }
  }

  private func refusing(_ action: Action, _ work: () throws -> Tuning.Outcome) throws -> Tuning.Outcome {
    do {
      return try work()
    } catch TuningError.notPermitted(let what) {
      throw Failure("\(what); as root: \(command(action))")
    } catch let problem as TuningError {
      throw Failure("\(problem)")
    }
  }

  private func report(_ outcome: Tuning.Outcome, _ action: Action, isTuned: Bool) throws {
    try Console.print(outcome.changes.map { "\($0.path): \($0.before) → \($0.after)\n" }.joined())
    for failure in outcome.failures { Console.note("error: \(failure)") }
    if outcome.isInterrupted {
      if outcome.failures.isEmpty { Console.note("interrupted: every value is as it was") }
      throw ExitCode(130)
    }
    if !outcome.failures.isEmpty {
      let again = action == .reset ? command(.reset) : "\(command(.reset)) puts the rest back"
      Console.note("\(outcome.failures.count) not set, \(outcome.changes.count) set; \(again)")
      throw ExitCode(1)
    }
    if outcome.changes.isEmpty {
      Console.note(action == .tune ? "nothing to set: all is as it should be" : "nothing to put back")
    }
    if isTuned { Console.note("until the next start of the machine, or: \(command(.reset))") }
  }

  /// The exact command, with this program's own path: root has another search path.
  private func command(_ action: Action) -> String {
    let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "perwatt"
    let smt = smtOff && action == .tune ? " --smt-off" : ""
    return "sudo \(program) machine --\(action == .tune ? "tune" : "reset")\(smt)"
  }
}

/// The kernel's settings as lines.
enum TuningText {
  static func rows(_ rows: [Tuning.Row]) -> String {
    let cells = rows.map { row -> [String] in
      switch row.now {
      case .measured(let now): [row.name, now, row.wanted ?? "stays", row.path]
      case .missing(let reason): [row.name, "–", "–", reason]
      }
    }
    let all = [["Setting", "now", "--tune", "file"]] + cells
    let widths = (0..<3).map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { line in
      let padded = zip(line, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      return (padded + [line[3]]).joined(separator: "  ") + "\n"
    }.joined()
  }
}
