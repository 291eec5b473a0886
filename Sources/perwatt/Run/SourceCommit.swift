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
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = ["git", "-C", program.deletingLastPathComponent().path] + arguments
    let output = Pipe()
    (process.standardOutput, process.standardError) = (output, FileHandle.nullDevice)
    guard (try? process.run()) != nil else { return nil }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
