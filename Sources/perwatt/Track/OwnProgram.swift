import Foundation
import Measurement
import Quantities

/// This program once more, with other arguments: what it says to people is seen, what it prints as data is not.
enum OwnProgram {
  /// Waits for its end; Ctrl-C reaches it, and it ends as it does alone.
  /// - Returns: its exit code.
  /// - Throws: `Failure` where it cannot be started or a signal ended it.
  static func status(_ arguments: [String]) throws -> Int32 {
    Interrupt.watch()
    let process = Process()
    process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    do {
      try process.run()
    } catch {
      throw Failure(
        "perwatt cannot start itself to measure (\(error.localizedDescription)); run perwatt \(arguments[0]) first"
      )
    }
    wait(for: process)
    if process.terminationReason == .uncaughtSignal {
      throw Failure(
        "the measurement was ended by signal \(process.terminationStatus); what it finished is stored")
    }
    return process.terminationStatus
  }

  private static func wait(for process: Process) {
    let id = process.processIdentifier
    // In a group of its own a terminal's Ctrl-C does not reach it.
    var mustTell = getpgid(id) != getpgrp()
    while process.isRunning {
      if Interrupt.isRequested, mustTell {
        kill(id, SIGINT)
        mustTell = false
      }
      Clock.monotonic.sleep(Seconds(0.02))
    }
    process.waitUntilExit()
  }
}
