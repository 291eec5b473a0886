import Machine

/// One counter of the powercap tree (Linux, Documentation/power/powercap/powercap.rst).
struct RAPLZone: Sendable {
  static let tree = "/sys/class/powercap"
  /// `package-0`, `dram`.
  let name: String
  /// The file of the counter, in microjoules.
  let counter: String
  /// The counter's last value before it starts again at 0; nil if the file cannot be read.
  let range: UInt64?

  /// Packages and memory zones. Left out: core and uncore (inside a package), psys (around it), and the zones of
  /// `intel-rapl-mmio` (the same counters again).
  static func find(_ root: FileRoot) -> (packages: [RAPLZone], memory: [RAPLZone]) {
    let zones = root.list(tree).filter { $0.hasPrefix("intel-rapl:") }.compactMap {
      entry -> (Int, RAPLZone)? in
      let folder = "\(tree)/\(entry)"
      guard let name = root.line("\(folder)/name").value else { return nil }
      let range = root.line("\(folder)/max_energy_range_uj").value.flatMap { UInt64($0) }
      let zone = RAPLZone(name: name, counter: "\(folder)/energy_uj", range: range)
      return (entry.split(separator: ":").count - 1, zone)
    }
    return (
      zones.filter { $0.0 == 1 && $0.1.name.hasPrefix("package-") }.map(\.1),
      zones.filter { $0.0 == 2 && $0.1.name == "dram" }.map(\.1)
    )
  }

  /// The counter now, in microjoules.
  func read(_ root: FileRoot) throws(EnergyError) -> UInt64 {
    let text: String
    do {
      text = try root.contents(counter)
    } catch {
      guard error.isDenied else { throw EnergyError("RAPL: \(error); measure without energy") }
      throw EnergyError("RAPL: \(error); \(Self.grant([counter]))")
    }
    guard let value = UInt64(text) else {
      throw EnergyError("RAPL: \(counter): not a number of microjoules; measure without energy")
    }
    return value
  }

  /// The price and the command of letting every user read these counters.
  static func grant(_ counters: [String]) -> String {
    "to allow it until the next boot, which re-opens a side channel (CVE-2020-8694) to local users: "
      + "sudo chmod a+r \(counters.joined(separator: " "))"
  }

  /// Microjoules between two values of the counter, which starts again at most once.
  static func difference(from old: UInt64, to new: UInt64, range: UInt64?) -> UInt64? {
    if new >= old { return new - old }
    guard let range, range >= old else { return nil }
    return range - old + new
  }
}
