import Machine
import Quantities

/// A folder of `/sys/class/hwmon`, found by name: numbers change from boot to boot (Linux, hwmon/sysfs-interface.rst).
struct HwmonChip: Sendable {
  static let tree = "/sys/class/hwmon"
  let folder: String
  let name: String

  static func find(_ root: FileRoot) -> [HwmonChip] {
    root.list(tree).compactMap { entry in
      root.line("\(tree)/\(entry)/name").value.map { HwmonChip(folder: "\(tree)/\(entry)", name: $0) }
    }
  }

  /// The numbers N of files such as `powerN_input`.
  func numbers(_ start: String, _ end: String, _ root: FileRoot) -> [Int] {
    root.list(folder).compactMap { file in
      guard file.hasPrefix(start), file.hasSuffix(end) else { return nil }
      return Int(file.dropFirst(start.count).dropLast(end.count))
    }.sorted()
  }

  /// Channels that tell power in microwatts.
  func powers(_ root: FileRoot, suffix: String = "_input") -> [PowerChannel] {
    numbers("power", suffix, root).map { number in
      let label = root.line("\(folder)/power\(number)_label").value ?? ownLabel(root)
      return PowerChannel(
        label: label, files: .power("\(folder)/power\(number)\(suffix)", scale: 1e-6))
    }
  }

  /// Channels that tell a voltage and a current. `NC` is a channel to which nothing is connected.
  func products(_ root: FileRoot) -> [PowerChannel] {
    let files = Set(root.list(folder))
    return numbers("curr", "_input", root).compactMap { number in
      let label = root.line("\(folder)/in\(number)_label").value ?? ownLabel(root)
      guard files.contains("in\(number)_input"), !label.uppercased().contains("NC") else { return nil }
      return PowerChannel(
        label: label,
        files: .product(
          volts: "\(folder)/in\(number)_input", amperes: "\(folder)/curr\(number)_input"))
    }
  }

  /// The name that the device tree gives, else the driver's.
  private func ownLabel(_ root: FileRoot) -> String { root.line("\(folder)/label").value ?? name }
}

/// Sensors of power under `/sys/class/hwmon`, one function for each family.
enum HwmonMeters {
  /// Current sensors of Texas Instruments (drivers ina2xx, ina3221, ina238) on a board's rails or input.
  static func ina(_ root: FileRoot) throws(EnergyError) -> ChannelSensor {
    let chips = HwmonChip.find(root).filter { $0.name.hasPrefix("ina") }
    let channels = chips.flatMap { chip in
      let powers = chip.powers(root)
      return powers.isEmpty ? chip.products(root) : powers
    }
    guard !channels.isEmpty else { throw absence("ina2xx") }
    var kinds: Set<String> = []
    let names = chips.map { $0.name.uppercased() }.filter { kinds.insert($0).inserted }
    return .board(names.joined(separator: ", "), channels, root)
  }

  /// A server's own meter, by ACPI: what the firmware takes for the machine's power, averaged over an interval. NVIDIA's
  /// Grace has several, told apart by `power1_oem_info` (Grace performance tuning guide): the socket's counts.
  static func acpi(_ root: FileRoot) throws(EnergyError) -> ChannelSensor {
    let chips = HwmonChip.find(root).filter { $0.name == "power_meter" }
    guard !chips.isEmpty else { throw absence("power_meter") }
    let named = chips.map { ($0, root.line("\($0.folder)/power1_oem_info").value) }
    let sockets = named.filter { $0.1?.hasPrefix("Grace Power Socket") == true }
    let chosen = sockets.isEmpty ? Array(named.prefix(1)) : sockets
    let channels = chosen.map { chip, info in
      let label = info ?? "power1_average"
      return PowerChannel(label: label, files: .power("\(chip.folder)/power1_average", scale: 1e-6))
    }
    let average = Seconds(
      (root.number("\(chosen[0].0.folder)/power1_average_interval").value ?? 1000) / 1000)
    var sensor = ChannelSensor(
      kind: sockets.isEmpty ? "ACPI power meter" : "Grace", boundary: sockets.isEmpty ? .wall : .socket,
      channels: channels, root: root)
    sensor.interval = max(average, Seconds(0.05))
    sensor.settling = average * 2
    sensor.notes = ["The firmware averages over \(Format.significant(average.value)) s."]
    if sockets.isEmpty {
      sensor.notes.append("What this meter includes is the firmware's secret: the whole machine is usual.")
    }
    return sensor
  }

  /// The regulators' telemetry of AMD's Zen, by the zenpower driver: cores and the rest of the chip.
  static func zenpower(_ root: FileRoot) throws(EnergyError) -> ChannelSensor {
    let chips = HwmonChip.find(root).filter { $0.name == "zenpower" }
    let channels = chips.flatMap { $0.powers(root) }
    guard !channels.isEmpty else { throw absence("zenpower") }
    return ChannelSensor(
      kind: "zenpower", boundary: .rails, channels: channels, root: root,
      notes: ["Regulators tell their own output for cores and SoC; other rails are missing."])
  }

  /// Applied Micro's X-Gene and Ampere: CPU and IO power, told by the chip's management processor.
  static func xgene(_ root: FileRoot) throws(EnergyError) -> ChannelSensor {
    let chips = HwmonChip.find(root).filter { $0.name == "apm_xgene" }
    let channels = chips.flatMap { $0.powers(root) }
    guard !channels.isEmpty else { throw absence("apm_xgene") }
    var sensor = ChannelSensor(kind: "X-Gene", boundary: .socket, channels: channels, root: root)
    sensor.interval = Seconds(0.1)
    return sensor
  }

  private static func absence(_ name: String) -> EnergyError {
    EnergyError("\(HwmonChip.tree): no \(name) sensor", isAbsence: true)
  }
}
