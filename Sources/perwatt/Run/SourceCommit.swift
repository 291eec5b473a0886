import Foundation
import Quantities
import Results

extension Commit {
  /// The commit of the checkout that the running program was built in; stored results do not count as changes.
  static func current() -> Reading<Commit> {
    guard let hash = git("rev-parse", "--short=10", "HEAD"), !hash.isEmpty,
      let changes = git("status", "--porcelain", "--", ":/", ":(exclude,top)results")
    else { return .missing(reason: "the program does not lie in a git checkout") }
    return .measured(Commit(hash: hash, dirty: !changes.isEmpty))
  }

  private static func git(_ arguments: String...) -> String? {
    Git.output(in: Git.programFolder, arguments)?.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
