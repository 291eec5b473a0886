import Foundation
import Quantities
import Results

extension Commit {
  /// The commit of the folder in which the command runs.
  static func current() -> Reading<Commit> {
    guard let hash = git("rev-parse", "--short=10", "HEAD"), !hash.isEmpty else {
      return .missing(reason: "not run from a git checkout")
    }
    return .measured(Commit(hash: hash, dirty: git("status", "--porcelain") != ""))
  }

  private static func git(_ arguments: String...) -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["git"] + arguments
    let output = Pipe()
    (process.standardOutput, process.standardError) = (output, FileHandle.nullDevice)
    guard (try? process.run()) != nil else { return nil }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
