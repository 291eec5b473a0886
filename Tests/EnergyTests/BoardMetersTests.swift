import FileTrees
import Foundation
import Machine
import Quantities
import Testing

@testable import Energy

private let hwmon = "/sys/class/hwmon"

/// A folder of hwmon.
private func chip(_ number: Int, _ name: String, _ files: [String: String]) -> [String: String] {
  var all = ["\(hwmon)/hwmon\(number)/name": "\(name)\n"]
  for (file, text) in files { all["\(hwmon)/hwmon\(number)/\(file)"] = "\(text)\n" }
  return all
}
private func tree(_ chips: [String: String]...) throws -> FileTree {
  try FileTree(chips.reduce(into: [:]) { $0.merge($1) { $1 } })
}

@Suite struct HwmonMetersTests {
  private let rails = chip(
    4, "ina3221",
    [
      "in1_label": "VDD_CPU", "in1_input": "5000", "curr1_input": "400", "in2_label": "VDD_SOC",
      "in2_input": "1000", "curr2_input": "250", "in3_label": "NC", "in3_input": "5000", "curr3_input": "900",
      "in7_label": "sum of shunt voltages", "in7_input": "77",
    ])
  private let input = chip(2, "ina226", ["label": "5V_IN", "power1_input": "6250000", "in1_input": "5000"])

  @Test func railsAreSummedByTheirLabels() throws {
    let files = try tree(rails, chip(0, "k10temp", ["temp1_input": "40000"]))
    let sensor = try HwmonMeters.ina(files.root)
    #expect(abs(try sensor.power().value - 2.25) < 1e-9)
    #expect(sensor.source == "INA3221 (VDD_CPU, VDD_SOC)" && sensor.boundary == .rails)
    #expect(sensor.notes.count == 1)
  }
  @Test func aBoardsInputIsTakenAlone() throws {
    let files = try tree(rails, input)
    let sensor = try HwmonMeters.ina(files.root)
    #expect(abs(try sensor.power().value - 6.25) < 1e-9)
    #expect(sensor.source.hasSuffix("(5V_IN)") && sensor.boundary == .boardInput)
  }
  @Test(arguments: ["-3000000", "0", "", "x", "nan"]) func whatIsNoPowerIsAnError(text: String) throws {
    let files = try tree(input)
    try files.write(text, to: "\(hwmon)/hwmon2/power1_input")
    #expect(throws: EnergyError.self) { try HwmonMeters.ina(files.root).power() }
  }
  @Test func denialNamesTheCommand() throws {
    let files = try tree(input)
    try files.deny("\(hwmon)/hwmon2/power1_input")
    expectError(contains: "sudo chmod a+r \(hwmon)/hwmon2/power1_input") {
      try HwmonMeters.ina(files.root).power()
    }
  }
  @Test func anACPIMeterWaitsForItsAverage() throws {
    let files = try tree(
      chip(1, "power_meter", ["power1_average": "182000000", "power1_average_interval": "1000"]))
    let sensor = try HwmonMeters.acpi(files.root)
    #expect(try sensor.power() == Watts(182))
    #expect((sensor.boundary, sensor.settling, sensor.interval) == (.wall, Seconds(2), Seconds(1)))
  }
  @Test func graceCountsItsSocketsOnly() throws {
    func power(_ number: Int, _ info: String, _ watts: Int) -> [String: String] {
      let files = [
        "power1_oem_info": info, "power1_average": "\(watts)000000", "power1_average_interval": "50",
      ]
      return chip(number, "power_meter", files)
    }
    let files = try tree(
      power(1, "Module Power Socket 0", 400), power(2, "Grace Power Socket 0", 200),
      power(3, "CPU Power Socket 0", 150), power(4, "SysIO Power Socket 0", 30),
      power(5, "Grace Power Socket 1", 210))
    let sensor = try HwmonMeters.acpi(files.root)
    #expect(try sensor.power() == Watts(410))
    #expect((sensor.boundary, sensor.kind) == (.socket, "Grace"))
  }
  @Test func zenpowerAndXGeneSumTheirParts() throws {
    let files = try tree(
      chip(
        1, "zenpower",
        [
          "power1_label": "SVI2_P_Core", "power1_input": "30000000", "power2_label": "SVI2_P_SoC",
          "power2_input": "7000000",
        ]),
      chip(
        2, "apm_xgene",
        [
          "power1_label": "CPU power", "power1_input": "50000000", "power2_label": "IO power",
          "power2_input": "9000000",
        ]))
    #expect(try HwmonMeters.zenpower(files.root).power() == Watts(37))
    #expect(try HwmonMeters.xgene(files.root).power() == Watts(59))
    #expect(try HwmonMeters.zenpower(files.root).boundary == .rails)
    #expect(try HwmonMeters.xgene(files.root).boundary == .socket)
  }
  @Test func amdEnergyCountsSockets() throws {
    let files = try tree(
      chip(
        6, "amd_energy",
        [
          "energy1_label": "Ecore000", "energy1_input": "5", "energy65_label": "Esocket0",
          "energy65_input": "1000000", "energy66_label": "Esocket1", "energy66_input": "2000000",
        ]))
    let meter = try AMDEnergyMeter(root: files.root)
    let mark = try meter.begin(at: Seconds(0))
    try files.write("4000000", to: "\(hwmon)/hwmon6/energy65_input")
    expectError(contains: "energy66_input stood still") { try meter.energy(since: mark, at: Seconds(1)) }
    try files.write("2500000", to: "\(hwmon)/hwmon6/energy66_input")
    #expect(try meter.energy(since: mark, at: Seconds(1)).central == Joules(3.5))
    try files.deny("\(hwmon)/hwmon6/energy66_input")
    expectError(contains: "sudo chmod a+r \(hwmon)/hwmon6/energy66_input") {
      try AMDEnergyMeter(root: files.root)
    }
  }
}

@Suite struct JetsonMeterTests {
  @Test func readsTheNewPaths() throws {
    let folder = "/sys/bus/i2c/drivers/ina3221/1-0040/hwmon/hwmon3"
    let files = try FileTree([
      "\(folder)/in1_label": "VDD_IN\n", "\(folder)/in1_input": "5000\n", "\(folder)/curr1_input": "1400\n",
      "\(folder)/in2_label": "VDD_CPU_GPU_CV\n", "\(folder)/in2_input": "5000\n",
      "\(folder)/curr2_input": "600\n",
    ])
    let sensor = try JetsonMeter.find(files.root)
    #expect(abs(try sensor.power().value - 7) < 1e-9)
    #expect((sensor.boundary, sensor.source) == (.boardInput, "Jetson INA3221 (VDD_IN)"))
  }
  @Test func readsTheOldPaths() throws {
    let folder = "/sys/bus/i2c/drivers/ina3221x/6-0040/iio:device0"
    let files = try FileTree([
      "\(folder)/rail_name_0": "POM_5V_IN\n", "\(folder)/in_power0_input": "3200\n",
      "\(folder)/rail_name_1": "POM_5V_GPU\n", "\(folder)/in_power1_input": "900\n",
    ])
    let sensor = try JetsonMeter.find(files.root)
    #expect(abs(try sensor.power().value - 3.2) < 1e-9)
    #expect(sensor.boundary == .boardInput)
  }
  @Test func withoutAnInputRailsAreSummed() throws {
    let folder = "/sys/bus/i2c/drivers/ina3221x/6-0040/iio:device0"
    let files = try FileTree([
      "\(folder)/rail_name_0": "VDD_GPU\n", "\(folder)/in_power0_input": "3000\n",
      "\(folder)/rail_name_1": "VDD_CPU\n", "\(folder)/in_voltage1_input": "5000\n",
      "\(folder)/in_current1_input": "200\n", "\(folder)/rail_name_2": "NC\n",
      "\(folder)/in_power2_input": "1\n",
    ])
    let sensor = try JetsonMeter.find(files.root)
    #expect(abs(try sensor.power().value - 4) < 1e-9)
    #expect(sensor.boundary == .rails)
  }
}

@Suite struct BatterySensorTests {
  private func laptop(_ status: String, _ more: [String: String]) throws -> FileTree {
    let folder = "/sys/class/power_supply/BAT0"
    var files = ["\(folder)/type": "Battery\n", "\(folder)/status": "\(status)\n"]
    for (name, text) in more { files["\(folder)/\(name)"] = text }
    files["/sys/class/power_supply/AC/type"] = "Mains\n"
    files["/sys/class/power_supply/hid-mouse/type"] = "Battery\n"
    files["/sys/class/power_supply/hid-mouse/scope"] = "Device\n"
    files["/sys/class/power_supply/hid-mouse/status"] = "Charging\n"
    return try FileTree(files)
  }
  @Test(arguments: [
    ["power_now": "8400000"], ["voltage_now": "12000000", "current_now": "-700000"],
  ]) func readsWhatFlowsOut(files: [String: String]) throws {
    let tree = try laptop("Discharging", files)
    let sensor = try BatterySensor(root: tree.root)
    #expect(abs(try sensor.power().value - 8.4) < 1e-9)
    #expect(try PolledMeter(sensor).shortestWindow >= Seconds(300))
  }
  @Test(arguments: ["Charging", "Full", "Not charging", "Unknown"]) func onMainsItIsAnError(status: String)
    throws
  {
    let tree = try laptop(status, ["power_now": "8400000"])
    expectError(contains: "unplug the power supply") { try BatterySensor(root: tree.root).power() }
  }
  @Test func aMouseIsNoBattery() throws {
    let tree = try FileTree([
      "/sys/class/power_supply/m/type": "Battery", "/sys/class/power_supply/m/scope": "Device",
    ])
    #expect(throws: EnergyError.self) { try BatterySensor(root: tree.root) }
  }
}

@Suite struct RaspberryPiSensorTests {
  /// What the firmware prints, for `rails`.
  private func answer(without lost: Set<String> = []) -> String {
    let rails = PMICReadings.rails.enumerated().flatMap { index, rail in
      [
        "\(rail)_A current(\(index))=0.\(index + 1)0000000A",
        "\(rail)_V volt(\(index + 12))=\(index + 1).00000000V",
      ]
    }
    let all = rails + ["EXT5V_V volt(24)=5.13700000V", "BATT_V volt(25)=0.00000000V"]
    return all.filter { line in !lost.contains { line.hasPrefix($0) } }.map { "     \($0)\n" }.joined()
  }
  private func line(_ text: String) -> FirmwareLine {
    FirmwareLine(name: "test") { _ throws(EnergyError) in text }
  }
  private func watts(_ index: Int) -> Double { (Double("0.\(index)0000000") ?? 0) * Double(index) }

  @Test func multipliesEachRailsCurrentAndVoltage() throws {
    let readings = try PMICReadings(parsing: answer())
    let all = (1...12).map(watts).reduce(0, +)
    #expect(abs(readings.total.value - all) < 1e-9 && readings.missing.isEmpty)
    #expect(abs(readings.boardInput.value - (1.1451 * all + 0.5879)) < 1e-9)
  }
  @Test func aMissingRailIsNamedAndLeftOut() throws {
    let sensor = try RaspberryPiSensor(line(answer(without: ["HDMI_A", "3V3_DAC"])), isFitted: false)
    #expect(sensor.missing == ["3V3_DAC", "HDMI"])
    #expect(
      abs(try sensor.power().value - (1...12).filter { $0 != 9 && $0 != 12 }.map(watts).reduce(0, +)) < 1e-9)
    #expect(sensor.notes.last?.contains("3V3_DAC, HDMI") == true)
    #expect((sensor.boundary, sensor.tier) == (.rails, .measured))
  }
  @Test func aRailThatGoesAwayIsAnError() throws {
    var sensor = try RaspberryPiSensor(line(answer()), isFitted: false)
    sensor.line = line(answer(without: ["HDMI_V"]))
    expectError(contains: "HDMI came or went") { try sensor.power() }
  }
  @Test(arguments: ["", "error=1 error_msg=\"Command not registered\"", "VDD_CORE_A current(7)=0.5A"])
  func anAnswerWithoutTheCPUIsAnError(text: String) {
    expectError(contains: "VDD_CORE") { try RaspberryPiSensor(line(text), isFitted: false) }
  }
  @Test func boardInputIsEstimatedAndSaysHow() throws {
    let sensor = try RaspberryPiSensor(line(answer()), isFitted: true)
    #expect((sensor.boundary, sensor.tier) == (.boardInput, .estimated))
    #expect(sensor.notes[0].contains("1.1451") && sensor.notes[0].contains("estimated"))
  }
  @Test func otherBoardsHaveNone() throws {
    let files = try FileTree(["/proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.4\u{0}"])
    expectError(contains: "no Raspberry Pi 5") { try RaspberryPiSensor(root: files.root) }
  }
  @Test func aFileThatIsNoDeviceIsAnError() throws {
    let files = try FileTree([
      "/proc/device-tree/model": "Raspberry Pi 5 Model B Rev 1.0\u{0}", "/dev/vcio_gencmd": "x",
    ])
    expectError(contains: "/dev/vcio_gencmd: inappropriate ioctl") { try RaspberryPiSensor(root: files.root) }
  }
  @Test func withoutADeviceTheProgramIsAsked() throws {
    let files = try FileTree(["/proc/device-tree/model": "Raspberry Pi 5 Model B Rev 1.0\u{0}"])
    expectError(contains: "no /dev/vcio_gencmd") { try RaspberryPiSensor(root: files.root) }
    try files.script("cat <<'E'\n\(answer())E", at: "/usr/bin/vcgencmd")
    #expect(try RaspberryPiSensor(root: files.root).power() > .zero)
  }
}
