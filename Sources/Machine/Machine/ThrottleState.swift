import Quantities

/// What tells that the machine slows its CPUs down to stay cool or to spare a weak power supply.
struct ThrottleState: Sendable, Hashable {
  /// Events since the start of the machine, by file (x86: Documentation/admin-guide/thermal, intel_thermal).
  var counts: [String: Double]
  /// Levels of the cooling devices that slow CPUs down, by file; 0 is full speed.
  var cooling: [String: Double]
  /// The Raspberry Pi's firmware: bits 0–3 are now, 16–19 have been.
  var firmware: Reading<Int>

  static let cpuFolder = CoreCounts.folder
  static let coolingFolder = "/sys/class/thermal"
  static let firmwareFile = "/sys/devices/platform/soc/soc:firmware/get_throttled"

  static func read(_ root: FileRoot) -> ThrottleState {
    ThrottleState(counts: counts(root), cooling: cooling(root), firmware: firmware(root))
  }

  static func available(_ root: FileRoot) -> Reading<Int> {
    let state = read(root)
    let count = state.counts.count + state.cooling.count + (state.firmware.value == nil ? 0 : 1)
    return count > 0
      ? .measured(count)
      : .missing(
        reason: "\(cpuFolder)/cpu*/thermal_throttle, \(coolingFolder), \(firmwareFile): none readable")
  }

  static func counts(_ root: FileRoot) -> [String: Double] {
    let cpus = root.list(cpuFolder).filter { $0.hasPrefix("cpu") && $0.dropFirst(3).allSatisfy(\.isNumber) }
    let files = cpus.flatMap { cpu in
      ["core", "package"].map { "\(cpuFolder)/\(cpu)/thermal_throttle/\($0)_throttle_count" }
    }
    return values(root, files)
  }

  /// Fans are cooling devices, too, and welcome.
  static func cooling(_ root: FileRoot) -> [String: Double] {
    let devices = root.list(coolingFolder).filter { $0.hasPrefix("cooling_device") }.map {
      "\(coolingFolder)/\($0)"
    }
    let slowing = devices.filter { device in
      let type = root.line("\(device)/type").value?.lowercased() ?? ""
      return ["processor", "thermal-cpufreq", "cpufreq", "intel_powerclamp", "thermal-idle"].contains {
        type.hasPrefix($0)
      }
    }
    return values(root, slowing.map { "\($0)/cur_state" })
  }

  /// Hexadecimal without a prefix; only kernels of Raspberry Pi OS have it, and not for every board.
  static func firmware(_ root: FileRoot) -> Reading<Int> {
    root.line(firmwareFile).parsed("\(firmwareFile): not a hexadecimal number") {
      Int($0.hasPrefix("0x") ? $0.dropFirst(2) : $0[...], radix: 16)
    }
  }

  private static func values(_ root: FileRoot, _ files: [String]) -> [String: Double] {
    Dictionary(uniqueKeysWithValues: files.compactMap { file in root.number(file).value.map { (file, $0) } })
  }

  /// What the bits of the firmware mean (the documentation of `vcgencmd get_throttled`).
  static let firmwareBits = [
    (0, "under-voltage"), (1, "clock capped"), (2, "throttled"), (3, "soft temperature limit"),
  ]
}

/// How far the clock of the CPUs is from the one that is set.
enum ClockShare {
  /// The fastest CPU's clock as a share of its set one: an idle CPU may sleep, but the one that runs this does not.
  /// Missing where no clock is set that it could fall from.
  static func read(_ root: FileRoot) -> Reading<Double> {
    if Clocks.turbo(root).value == true { return .missing(reason: "turbo is on: no clock is promised") }
    let folder = Clocks.folder
    let shares = Clocks.policies(root).compactMap { policy -> Double? in
      guard root.line("\(policy)/scaling_governor").value == "performance",
        let now = root.number("\(policy)/scaling_cur_freq").value,
        let set = root.number("\(policy)/scaling_max_freq").value, set > 0
      else { return nil }
      return now / set
    }
    if let best = shares.max() { return .measured(best) }
    return switch Clocks.governor(root) {
    case .measured(let name) where name != "performance":
      .missing(reason: "governor is \(name): no clock is set that it could fall from")
    case .measured: .missing(reason: "\(folder)/policy*/scaling_cur_freq: none readable")
    case .missing(let reason): .missing(reason: reason)
    }
  }
}
