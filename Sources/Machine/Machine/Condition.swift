import Quantities

/// The state that changes from minute to minute.
enum Condition {
  /// First line of `/proc/stat`: user nice system idle iowait irq softirq steal …
  static func stealShare(_ root: FileRoot) -> Reading<Double> {
    let path = "/proc/stat"
    return root.text(path).parsed("\(path): no steal time") { text in
      guard let line = text.split(separator: "\n").first, line.hasPrefix("cpu ") else { return nil }
      let ticks = line.words.dropFirst().prefix(8).compactMap(\.amount)
      let sum = ticks.reduce(0, +)
      return ticks.count == 8 && sum > 0 && sum.isFinite ? ticks[7] / sum : nil
    }
  }

  static func onBattery(_ root: FileRoot) -> Reading<Bool> {
    let folder = "/sys/class/power_supply"
    let batteries = root.list(folder).map { "\(folder)/\($0)" }.filter {
      // Mice and headsets have batteries of scope "Device".
      root.line("\($0)/type").value == "Battery" && root.line("\($0)/scope").value != "Device"
    }
    guard !batteries.isEmpty else { return .missing(reason: "\(folder): no battery") }
    return .measured(batteries.contains { root.line("\($0)/status").value == "Discharging" })
  }

  /// Hottest CPU sensor, from hwmon (chosen by name: indices change at boot) or else a thermal zone.
  static func temperature(_ root: FileRoot) -> Reading<Double> {
    let zones =
      sensors(root, "/sys/class/hwmon", named: "name", value: "temp1_input")
      + sensors(root, "/sys/class/thermal", named: "type", value: "temp")
    guard let hottest = zones.max() else {
      return .missing(reason: "/sys/class/hwmon, /sys/class/thermal: no CPU temperature")
    }
    return .measured(hottest)
  }

  private static func sensors(_ root: FileRoot, _ folder: String, named: String, value: String) -> [Double] {
    root.list(folder).compactMap { entry in
      guard let name = root.line("\(folder)/\(entry)/\(named)").value, cpuSensors.contains(name),
        let millidegrees = root.number("\(folder)/\(entry)/\(value)").value, millidegrees < 200_000
      else { return nil }
      return millidegrees / 1000
    }
  }
  private static let cpuSensors: Set<String> = [
    "coretemp", "k10temp", "zenpower", "x86_pkg_temp", "cpu_thermal", "cpu-thermal", "soc_thermal",
    "soc-thermal", "package_thermal", "package-thermal", "CPU-therm", "cpu_thermal_zone",
  ]
}
