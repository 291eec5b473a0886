import Fleet
import Foundation
import Quantities

/// Files that came from another machine as a tar.
enum RecordArchive {
  /// - Throws: `FleetError` for what is none.
  static func unpack(_ archive: Data, into folder: URL, limit: Seconds) throws {
    try TemporaryFolder.with { temporary in
      let file = temporary.appending(path: "records.tar")
      try archive.write(to: file)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      let tar = ChildProcess(
        program: "tar", limit: limit, isInterrupted: { Interrupt.isRequested }, advice: .host)
      do {
        _ = try tar.output(["-xf", file.path, "-C", folder.path, "--no-same-owner", "--no-same-permissions"])
      } catch {
        throw FleetError("what it sent is no archive of records (tar \(error))")
      }
    }
  }
}
