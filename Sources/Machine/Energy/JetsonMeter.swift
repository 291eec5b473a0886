import Machine
import Quantities

/// The INA3221 of NVIDIA's Jetson boards, at its paths of JetPack 5 and later (hwmon) and of before (iio).
enum JetsonMeter {
  static let newTree = "/sys/bus/i2c/drivers/ina3221"
  static let oldTree = "/sys/bus/i2c/drivers/ina3221x"

  static func find(_ root: FileRoot) throws(EnergyError) -> ChannelSensor {
    let channels = newChannels(root) + oldChannels(root)
    guard !channels.isEmpty else {
      throw EnergyError("Jetson: neither \(newTree) nor \(oldTree) has a sensor", isAbsence: true)
    }
    var sensor = ChannelSensor.board("Jetson INA3221", channels, root)
    sensor.notes.append("Power mode (nvpmodel) and fan change these figures.")
    return sensor
  }

  private static func newChannels(_ root: FileRoot) -> [PowerChannel] {
    root.list(newTree).flatMap { device -> [PowerChannel] in
      let folder = "\(newTree)/\(device)/hwmon"
      return root.list(folder).flatMap { entry in
        HwmonChip(folder: "\(folder)/\(entry)", name: "ina3221").products(root)
      }
    }
  }

  private static func oldChannels(_ root: FileRoot) -> [PowerChannel] {
    root.list(oldTree).flatMap { device -> [PowerChannel] in
      let entries = root.list("\(oldTree)/\(device)").filter { $0.hasPrefix("iio:device") }
      return entries.flatMap { oldChannels(of: "\(oldTree)/\(device)/\($0)", root) }
    }
  }

  private static func oldChannels(of folder: String, _ root: FileRoot) -> [PowerChannel] {
    let files = Set(root.list(folder))
    return files.sorted().compactMap { file in
      guard file.hasPrefix("rail_name_"), let label = root.line("\(folder)/\(file)").value,
        !label.uppercased().contains("NC")
      else { return nil }
      let number = file.dropFirst("rail_name_".count)
      // In milliwatts.
      guard !files.contains("in_power\(number)_input") else {
        return PowerChannel(label: label, files: .power("\(folder)/in_power\(number)_input", scale: 1e-3))
      }
      return PowerChannel(
        label: label,
        files: .product(
          volts: "\(folder)/in_voltage\(number)_input", amperes: "\(folder)/in_current\(number)_input"))
    }
  }
}
