import CMachine
import Machine
import Quantities

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// How the firmware of a Raspberry Pi is asked.
struct FirmwareLine: Sendable {
  let name: String
  /// - Throws: `EnergyError` that says what to do.
  let ask: @Sendable (_ command: String) throws(EnergyError) -> String

  /// The narrow device, the older one, then the program, which costs a process for each reading.
  /// - Throws: `EnergyError` if none of them is there, or none may be used.
  static func find(_ root: FileRoot) throws(EnergyError) -> FirmwareLine {
    for path in ["/dev/vcio_gencmd", "/dev/vcio"] where access(root.place(of: path), F_OK) == 0 {
      return FirmwareLine(name: path) { command throws(EnergyError) in try ask(path, command, root) }
    }
    let program = "/usr/bin/vcgencmd"
    guard access(root.place(of: program), X_OK) == 0 else {
      throw EnergyError("Raspberry Pi PMIC: no /dev/vcio_gencmd, /dev/vcio or \(program)", isAbsence: true)
    }
    return FirmwareLine(name: program) { command throws(EnergyError) in
      try ShellCommand("'\(root.place(of: program))' \(command)", title: "vcgencmd").output()
    }
  }

  private static func ask(_ path: String, _ command: String, _ root: FileRoot) throws(EnergyError) -> String {
    var answer = [CChar](repeating: 0, count: 4096)
    let problem = cm_firmware_answer(root.place(of: path), command, &answer, UInt32(answer.count))
    if problem == EACCES || problem == EPERM {
      throw EnergyError(
        "Raspberry Pi PMIC: \(path): permission denied; to allow it, then log in again: "
          + "sudo usermod -aG video $USER")
    }
    guard problem == 0 else {
      let reason = problem == ENODATA ? "no answer" : String(cString: strerror(problem)).lowercased()
      throw EnergyError("Raspberry Pi PMIC: \(path): \(reason); measure without energy, or give --watts")
    }
    return String(decoding: answer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

/// The power chip of a Raspberry Pi 5. Older boards have no sensor.
struct RaspberryPiSensor: PowerSensor {
  var line: FirmwareLine
  /// Whether the rails are turned into the power at the plug.
  let isFitted: Bool
  let missing: [String]
  var boundary: Boundary { isFitted ? .boardInput : .rails }
  var tier: Tier { isFitted ? .estimated : .measured }
  var interval: Seconds { Seconds(0.1) }
  var source: String {
    "Raspberry Pi 5 PMIC, \(isFitted ? "board input by a fit to its rails" : "sum of its rails")"
  }

  /// - Throws: `EnergyError` if this is no Raspberry Pi 5 or its firmware does not answer.
  init(root: FileRoot = .host, isFitted: Bool = false) throws(EnergyError) {
    let board = root.line("/proc/device-tree/model").value ?? ""
    guard ["Raspberry Pi 5", "Raspberry Pi Compute Module 5"].contains(where: board.hasPrefix) else {
      throw EnergyError("Raspberry Pi PMIC: this is no Raspberry Pi 5", isAbsence: true)
    }
    try self.init(try FirmwareLine.find(root), isFitted: isFitted)
  }

  init(_ line: FirmwareLine, isFitted: Bool) throws(EnergyError) {
    (self.line, self.isFitted) = (line, isFitted)
    missing = try PMICReadings(parsing: try line.ask("pmic_read_adc")).missing
  }

  var notes: [String] {
    var notes =
      isFitted
      ? [
        "Board input is estimated: 1.1451 × the rails + 0.5879 W, a line through one user's readings of a wall meter."
      ]
      : ["Rails are what the power chip gives: without USB, HATs, fan and the converters' loss."]
    if !missing.isEmpty { notes.append("The firmware tells nothing of \(missing.joined(separator: ", ")).") }
    return notes
  }

  func power() throws(EnergyError) -> Watts {
    let readings = try PMICReadings(parsing: try line.ask("pmic_read_adc"))
    guard readings.missing == missing else {
      let lost = Set(readings.missing).symmetricDifference(missing).sorted().joined(separator: ", ")
      throw EnergyError("Raspberry Pi PMIC: \(lost) came or went between two readings; measure again")
    }
    let power = isFitted ? readings.boardInput : readings.total
    guard readings.total > .zero else {
      throw EnergyError("Raspberry Pi PMIC: all rails read 0 W; measure without energy, or give --watts")
    }
    return power
  }
}
