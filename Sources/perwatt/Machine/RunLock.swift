import ArgumentParser
import Foundation
import Machine
import Measurement
import Quantities

/// A measuring run's turn on the machine: two never measure at the same time.
struct RunLock {
  /// Names the lock's file; `none` takes no lock, for programs that hold it for the runs that they start.
  static let variable = "PERWATT_LOCK"
  private static let lookEvery = Seconds(0.05)

  /// Nil where there is none to be had; `problem` says why.
  let lock: MachineLock?
  var problem: String?
  /// Whether another run was waited for.
  var hasWaited = false

  /// Takes the lock, after those who have it.
  ///
  /// - Parameter waits: otherwise a lock that is held is an error.
  /// - Throws: `Failure` that names the holder; `ExitCode` 130 after Ctrl-C.
  static func take(waits: Bool) throws -> RunLock {
    let environment = ProcessInfo.processInfo.environment
    let named = environment[variable].flatMap { $0.isEmpty ? nil : $0 }
    if named == "none" { return RunLock(lock: nil) }
    guard let path = named ?? MachineLock.usualPath(runtimeFolder: environment["XDG_RUNTIME_DIR"]) else {
      return RunLock(lock: nil, problem: "there is no folder for a lock; name a file in \(variable)")
    }
    do {
      return try take(path, waits: waits)
    } catch let problem as FileProblem {
      return RunLock(lock: nil, problem: "\(problem)")
    }
  }

  private static func take(_ path: String, waits: Bool) throws -> RunLock {
    var tries = 0
    while true {
      if Interrupt.isRequested { throw ExitCode(130) }
      switch try MachineLock.attempt(path, started: Date().formatted(.iso8601)) {
      case .taken(let lock): return RunLock(lock: lock, hasWaited: tries > 0)
      case .held(let holder):
        let other = describe(holder, path)
        guard waits else { throw Failure("\(other); wait for it, or leave --no-wait out") }
        if tries == 0 { Console.note("waiting: \(other); --no-wait fails instead") }
        tries += 1
        Clock.monotonic.sleep(lookEvery)
      }
    }
  }

  private static func describe(_ holder: MachineLock.Holder?, _ path: String) -> String {
    guard let holder else { return "another perwatt measures on this machine (\(path))" }
    return "process \(holder.process) measures on this machine since \(holder.started)"
  }
}
