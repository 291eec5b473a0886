import Quantities

/// What `vcgencmd pmic_read_adc` prints on a Raspberry Pi 5: currents and voltages of the power chip's rails.
struct PMICReadings: Sendable, Hashable {
  /// The rails that have both.
  static let rails = [
    "3V7_WL_SW", "3V3_SYS", "1V8_SYS", "DDR_VDD2", "DDR_VDDQ", "1V1_SYS", "0V8_SW", "VDD_CORE", "3V3_DAC",
    "3V3_ADC", "0V8_AON", "HDMI",
  ]
  /// Power of each rail that was told in full.
  let power: [String: Watts]
  /// Rails of which current, voltage or both are missing.
  var missing: [String] { Self.rails.filter { power[$0] == nil } }
  /// The sum of all rails: what the chip gives, not what the board takes.
  var total: Watts { Watts(Self.rails.compactMap { power[$0]?.value }.reduce(0, +)) }
  /// What the board takes at its plug, by a straight line through readings of a wall meter
  /// (github.com/leukipp/touchkio, issue 35): USB, HATs and the converters' loss are guessed.
  var boardInput: Watts { total * 1.1451 + Watts(0.5879) }

  /// - Throws: `EnergyError` for a text without the CPU's rail.
  init(parsing text: String) throws(EnergyError) {
    var values: [Substring: Double] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      // `     VDD_CORE_A current(7)=1.23456000A`
      let words = line.split(separator: " ")
      guard words.count == 2, let number = words[1].split(separator: "=").last?.dropLast(),
        let value = Double(number), value.isFinite
      else { continue }
      values[words[0]] = value
    }
    var power: [String: Watts] = [:]
    for rail in Self.rails {
      if let volts = values["\(rail)_V"], let amperes = values["\(rail)_A"] {
        power[rail] = Watts(volts * amperes)
      }
    }
    guard power["VDD_CORE"] != nil else {
      throw EnergyError(
        "Raspberry Pi PMIC: no current and voltage of VDD_CORE in its answer; update the firmware: "
          + "sudo rpi-eeprom-update -a")
    }
    self.power = power
  }
}
