import Foundation
import Quantities
import Results

extension Commit {
  /// Tells a program far from its checkout which commit it was built from: its hash, with a `+` behind it where there were
  /// local changes.
  static let variable = "PERWATT_COMMIT"

  private init(told: String) {
    self.init(hash: String(told.prefix { $0 != "+" }), dirty: told.hasSuffix("+"))
  }

  /// The text of `variable`.
  var told: String { hash + (dirty ? "+" : "") }

  /// The commit of the checkout that the running program was built in; stored results do not count as changes.
  static func current() -> Reading<Commit> {
    if let told = ProcessInfo.processInfo.environment[variable], !told.isEmpty {
      return .measured(Commit(told: told))
    }
    guard let hash = git("rev-parse", "--short=10", "HEAD"), !hash.isEmpty,
      let changes = git("status", "--porcelain", "--", ":/", ":(exclude,top)results")
    else { return .missing(reason: "the program does not lie in a git checkout") }
    return .measured(Commit(hash: hash, dirty: !changes.isEmpty))
  }

  private static func git(_ arguments: String...) -> String? {
    Git.output(in: Git.programFolder, arguments)?.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
