import FileTrees
import Foundation
import Testing

@testable import Machine

/// A folder with settings, and what is in all of its files.
struct SettingsTree {
  static let policies = "/sys/devices/system/cpu/cpufreq"
  static let paranoid = "/proc/sys/kernel/perf_event_paranoid"
  static let files = [
    "\(policies)/policy0/scaling_governor": "schedutil\n",
    "\(policies)/policy0/scaling_available_governors": "performance schedutil\n",
    "\(policies)/policy4/scaling_governor": "powersave\n", "\(policies)/boost": "1\n",
    "/sys/devices/system/cpu/intel_pstate/no_turbo": "0\n", "/sys/devices/system/cpu/smt/control": "on\n",
    "/proc/sys/kernel/nmi_watchdog": "1\n", paranoid: "4\n", "/proc/sys/kernel/numa_balancing": "1\n",
    "/sys/kernel/mm/transparent_hugepage/enabled": "always\n", "/proc/sys/vm/swappiness": "60\n",
    "/run/other": "untouched",
  ]
  let tree: FileTree
  init(_ files: [String: String] = Self.files) throws { tree = try FileTree(files) }

  var root: FileRoot { FileRoot(tree.folder) }
  func text(_ path: String) throws -> String {
    try String(contentsOfFile: tree.folder + path, encoding: .utf8)
  }
  func contents() throws -> [String: Data] {
    var found: [String: Data] = [:]
    for path in try FileManager.default.subpathsOfDirectory(atPath: tree.folder) {
      found[path] = FileManager.default.contents(atPath: "\(tree.folder)/\(path)")
    }
    return found
  }
}

@Suite struct TuningTests {
  @Test func setsWhatDisturbsAndPutsItBack() throws {
    let settings = try SettingsTree()
    let before = try settings.contents()
    let tuning = Tuning(root: settings.root)
    let outcome = try tuning.tune(smtOff: false)
    #expect(outcome.failures == [] && outcome.changes.count == 9 && tuning.isTuned)
    #expect(try settings.text("\(SettingsTree.policies)/policy4/scaling_governor") == "performance\n")
    #expect(try settings.text(SettingsTree.paranoid) == "1\n")
    #expect(try settings.text("/sys/devices/system/cpu/smt/control") == "on\n")
    let back = try tuning.reset()
    #expect(back.failures == [] && !tuning.isTuned)
    #expect(back.changes.map(\.path) == outcome.changes.map(\.path).reversed())
    #expect(try settings.contents() == before)
  }

  @Test func hardwareThreadsOnlyWhenAskedFor() throws {
    let settings = try SettingsTree()
    let before = try settings.contents()
    let outcome = try Tuning(root: settings.root).tune(smtOff: true)
    #expect(outcome.changes.last?.path == "/sys/devices/system/cpu/smt/control")
    #expect(try Tuning(root: settings.root).reset().changes.first?.path == outcome.changes.last?.path)
    #expect(try settings.contents() == before)
  }

  @Test func lowerNumbersAndMissingChoicesStay() throws {
    let governor = "\(SettingsTree.policies)/policy0/scaling_governor"
    let settings = try SettingsTree([
      SettingsTree.paranoid: "-1\n", "/proc/sys/vm/swappiness": "0\n", governor: "userspace\n",
      "\(SettingsTree.policies)/policy0/scaling_available_governors": "userspace powersave\n",
      "/sys/devices/system/cpu/smt/control": "notsupported\n", "/run/other": "",
    ])
    let before = try settings.contents()
    #expect(try Tuning(root: settings.root).tune(smtOff: true).changes == [])
    #expect(try settings.contents() == before)
  }

  @Test func theWordInBracketsIsTheValue() throws {
    let path = "/sys/kernel/mm/transparent_hugepage/enabled"
    let settings = try SettingsTree([path: "[always] madvise never\n", "/run/other": ""])
    let outcome = try Tuning(root: settings.root).tune(smtOff: false)
    #expect(outcome.changes == [.init(path: path, before: "always", after: "madvise")])
    _ = try Tuning(root: settings.root).reset()
    #expect(try settings.text(path) == "always\n")
  }

  @Test func aSecondTuneKeepsTheFirstMemory() throws {
    let settings = try SettingsTree()
    let before = try settings.contents()
    let tuning = Tuning(root: settings.root)
    _ = try tuning.tune(smtOff: false)
    try settings.tree.write("100\n", to: "/proc/sys/vm/swappiness")
    #expect(try tuning.tune(smtOff: true).changes.map(\.after) == ["10", "off"])
    _ = try tuning.reset()
    #expect(try settings.contents() == before)
  }

  @Test func nothingToDoWritesNothing() throws {
    let settings = try SettingsTree(["/run/other": ""])
    let before = try settings.contents()
    let tuning = Tuning(root: settings.root)
    #expect(try tuning.tune(smtOff: true).changes == [] && !tuning.isTuned)
    #expect(try tuning.reset().changes == [])
    #expect(try settings.contents() == before)
  }

  @Test func rowsChangeNothingAndTellAll() throws {
    let settings = try SettingsTree()
    let before = try settings.contents()
    let rows = Tuning(root: settings.root).rows(smtOff: true)
    #expect(rows.first?.now.value == "schedutil, powersave" && rows.first?.wanted == "performance")
    #expect(rows.last?.name == "SMT" && rows.last?.wanted == "off")
    #expect(try settings.contents() == before)
    let none = Tuning(root: FileRoot("/nowhere")).rows(smtOff: false)
    #expect(none.allSatisfy { $0.wanted == nil && $0.now.reason?.contains("/") == true })
  }

  /// A file that takes a value and keeps its own.
  @Test func aValueThatDoesNotHoldIsAFailure() throws {
    let settings = try SettingsTree([SettingsTree.paranoid: "4\n", "/run/other": ""])
    let file = settings.tree.folder + SettingsTree.paranoid
    let tuning = Tuning(root: settings.root) { path in
      if path == SettingsTree.paranoid {
        try FileManager.default.removeItem(atPath: file)
        mkfifo(file, 0o644)
      }
    }
    #expect(try tuning.tune(smtOff: false).failures.count == 1)
  }
}

@Suite struct TuningFaultTests {
  struct Killed: Error {}

  /// Fails, or dies, at writes of its choice. The same seed, the same faults.
  final class Faults {
    var generator: SeededNumbers
    let failures: Double
    var writesUntilDeath: Int
    init(seed: UInt64, failures: Double, writesUntilDeath: Int) {
      generator = SeededNumbers(seed)
      (self.failures, self.writesUntilDeath) = (failures, writesUntilDeath)
    }
    func strike(_ path: String) throws {
      writesUntilDeath -= 1
      if writesUntilDeath < 0 { throw Killed() }
      guard Double.random(in: 0..<1, using: &generator) < failures else { return }
      throw FileProblem(path: path, code: [EACCES, EINVAL, EROFS, EIO].randomElement(using: &generator)!)
    }
  }
  struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }
    mutating func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
  }

  /// Whatever goes wrong in any number of tunings and restorations: one restoration without faults leaves every byte
  /// as it was.
  @Test(arguments: 0..<60) func aResetLeavesEverythingAsItWas(seed: UInt64) throws {
    let settings = try SettingsTree()
    let before = try settings.contents()
    var numbers = SeededNumbers(seed)
    for _ in 0..<Int.random(in: 1...4, using: &numbers) {
      let faults = Faults(
        seed: numbers.next(), failures: [0, 0.2, 0.6].randomElement(using: &numbers)!,
        writesUntilDeath: Int.random(in: 0...14, using: &numbers))
      let tuning = Tuning(root: settings.root, willWrite: faults.strike)
      let (smt, resets) = (Bool.random(using: &numbers), Double.random(in: 0..<1, using: &numbers) < 0.3)
      let stopAfter = Int.random(in: 0...20, using: &numbers)
      var asked = 0
      do {
        if resets {
          _ = try tuning.reset()
        } else {
          _ = try tuning.tune(smtOff: smt) {
            asked += 1
            return asked > stopAfter
          }
        }
      } catch is Killed {} catch is TuningError {}
    }
    let outcome = try Tuning(root: settings.root).reset()
    #expect(outcome.failures == [])
    #expect(try settings.contents() == before)
  }

  @Test(arguments: 0...10) func dyingAtAnyWriteLosesNoOriginal(writes: Int) throws {
    let settings = try SettingsTree()
    let before = try settings.contents()
    let faults = Faults(seed: 1, failures: 0, writesUntilDeath: writes)
    var died = false
    do {
      _ = try Tuning(root: settings.root, willWrite: faults.strike).tune(smtOff: true)
    } catch is Killed { died = true }
    // The state and ten settings.
    #expect(died)
    if writes > 1 { #expect(try settings.contents() != before) }
    _ = try Tuning(root: settings.root).reset()
    #expect(try settings.contents() == before)
  }

  @Test func stoppedInTheMidstItPutsAllBack() throws {
    let settings = try SettingsTree()
    let before = try settings.contents()
    var asked = 0
    let outcome = try Tuning(root: settings.root).tune(smtOff: false) {
      asked += 1
      return asked > 4
    }
    #expect(outcome.isInterrupted && outcome.changes.count == 4)
    #expect(try settings.contents() == before)
  }

  @Test func failuresAreReportedAndTheRestGoesOn() throws {
    let settings = try SettingsTree()
    let before = try settings.contents()
    let stubborn = "/proc/sys/vm/swappiness"
    let tuning = Tuning(root: settings.root) { path in
      if path == stubborn { throw FileProblem(path: path, code: EIO) }
    }
    let outcome = try tuning.tune(smtOff: false)
    #expect(outcome.changes.count == 8)
    #expect(outcome.failures == ["\(stubborn): input/output error (60, not 10)"])
    // It has its old value, and so there is nothing to fail at.
    #expect(try tuning.reset().failures == [])
    #expect(try settings.contents() == before)
  }

  @Test func whatCouldNotBePutBackIsKept() throws {
    let settings = try SettingsTree()
    let before = try settings.contents()
    _ = try Tuning(root: settings.root).tune(smtOff: false)
    let stubborn = Tuning(root: settings.root) { path in
      if path == SettingsTree.paranoid { throw FileProblem(path: path, code: EIO) }
    }
    #expect(try stubborn.reset().failures.count == 1)
    #expect(try settings.text(TuningState.path) == "perwatt tuning 1\n\(SettingsTree.paranoid)\t4\n")
    #expect(try Tuning(root: settings.root).reset().changes.count == 1)
    #expect(try settings.contents() == before)
  }

  @Test func withoutAPlaceForTheStateNothingIsChanged() throws {
    let settings = try SettingsTree(SettingsTree.files.filter { !$0.key.hasPrefix("/run") })
    let before = try settings.contents()
    #expect(throws: TuningError.self) { try Tuning(root: settings.root).tune(smtOff: false) }
    let denied = Tuning(root: settings.root) { throw FileProblem(path: $0, code: EACCES) }
    #expect(throws: TuningError.notPermitted("/run/perwatt-tuning: permission denied")) {
      try denied.tune(smtOff: false)
    }
    #expect(try settings.contents() == before)
  }

  @Test(arguments: [
    "", "perwatt tuning 9\n/proc/sys/a\t1", "perwatt tuning 1\n/etc/passwd\tx",
    "perwatt tuning 1\n/proc/sys/../x\t1", "perwatt tuning 1\n/proc/sys/a", "perwatt tuning 1\n/proc/sys/a\t",
  ])
  func damagedStatesAreRefused(text: String) throws {
    let settings = try SettingsTree()
    try settings.tree.write(text, to: TuningState.path)
    let before = try settings.contents()
    #expect(throws: TuningError.self) { try Tuning(root: settings.root).reset() }
    #expect(throws: TuningError.self) { try Tuning(root: settings.root).tune(smtOff: false) }
    #expect(try settings.contents() == before)
  }
}
