import Machine
import Quantities

/// A laptop's or phone's battery while nothing charges it (Linux, power/power_supply_class.rst): the whole device. Its
/// gauge is slow and averages: only long windows mean something.
struct BatterySensor: PowerSensor {
  static let tree = "/sys/class/power_supply"
  let root: FileRoot
  let batteries: [String]
  let boundary = Boundary.boardInput
  let tier = Tier.measured
  let interval = Seconds(1)
  let shortestWindow = Seconds(300)
  var source: String { "battery (\(batteries.joined(separator: ", ")))" }
  let notes = [
    "A battery's gauge averages over up to a minute; it covers the whole device, its display included."
  ]

  init(root: FileRoot = .host) throws(EnergyError) {
    self.root = root
    batteries = root.list(Self.tree).filter { name in
      let folder = "\(Self.tree)/\(name)"
      // A mouse has one, too.
      return root.line("\(folder)/type").value == "Battery" && root.line("\(folder)/scope").value != "Device"
    }
    guard !batteries.isEmpty else { throw EnergyError("\(Self.tree): no battery", isAbsence: true) }
  }

  func power() throws(EnergyError) -> Watts {
    var total = Watts.zero
    for name in batteries {
      let path = "\(Self.tree)/\(name)/status"
      guard let status = root.line(path).value else {
        throw EnergyError("battery: \(root.line(path).reason ?? path); measure without energy")
      }
      if status == "Discharging" { total += try power(of: "\(Self.tree)/\(name)") }
      if status == "Charging" {
        throw EnergyError("battery: \(path) says Charging; unplug the power supply, and measure again")
      }
    }
    guard total > .zero else {
      throw EnergyError(
        "battery: nothing is drawn from \(source); unplug the power supply, and measure again")
    }
    return total
  }

  /// Some drivers count what flows out as negative.
  private func power(of folder: String) throws(EnergyError) -> Watts {
    if root.line("\(folder)/power_now").value != nil {
      let channel = PowerChannel(label: "power", files: .power("\(folder)/power_now", scale: 1e-6))
      return Watts(abs(try channel.read(root).value))
    }
    // In microvolts and microamperes.
    let files = PowerChannel.Files.product(
      volts: "\(folder)/voltage_now", amperes: "\(folder)/current_now")
    return Watts(abs(try PowerChannel(label: "power", files: files).read(root).value) * 1e-6)
  }
}
