import Machine

/// The powercap tree (Linux, Documentation/power/powercap/powercap.rst).
enum RAPLZone {
  static let tree = "/sys/class/powercap"

  /// Packages and memory zones. Left out: core and uncore (inside a package), psys (around it), and the zones of
  /// `intel-rapl-mmio` (the same counters again).
  static func find(_ root: FileRoot) -> (packages: [EnergyCounter], memory: [EnergyCounter]) {
    let zones = root.list(tree).filter { $0.hasPrefix("intel-rapl:") }.compactMap {
      entry -> (Int, EnergyCounter)? in
      let folder = "\(tree)/\(entry)"
      guard let name = root.line("\(folder)/name").value else { return nil }
      let range = root.line("\(folder)/max_energy_range_uj").value.flatMap { UInt64($0) }
      let zone = EnergyCounter(owner: "RAPL", name: name, path: "\(folder)/energy_uj", range: range)
      return (entry.split(separator: ":").count - 1, zone)
    }
    return (
      zones.filter { $0.0 == 1 && $0.1.name.hasPrefix("package-") }.map(\.1),
      zones.filter { $0.0 == 2 && $0.1.name == "dram" }.map(\.1)
    )
  }
}
