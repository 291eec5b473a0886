import Quantities

/// A command of the user's that prints watts: a smart plug's, a laboratory supply's, a BMC's.
struct CommandSensor: PowerSensor {
  let command: ShellCommand
  let boundary = Boundary.wall
  let tier = Tier.measured
  /// Each reading starts a process.
  let interval = Seconds(0.2)
  /// The program without its arguments, among which a password may be.
  var source: String {
    let program = command.command.split(separator: " ").first?.split(separator: "/").last ?? ""
    return "the user's meter by \(program)"
  }
  let notes = ["The user's meter is taken to read the whole machine at its plug."]

  init(_ command: String) { self.command = ShellCommand(command, title: "--meter-command") }

  func power() throws(EnergyError) -> Watts {
    let text = try command.output()
    guard let watts = Self.watts(in: text) else {
      let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
      throw EnergyError(
        "--meter-command: it printed '\(line.prefix(40))'; print one line with a power above 0 in watts, such as 12.5"
      )
    }
    return watts
  }

  /// `12.5`, `12.5 W`.
  static func watts(in text: String) -> Watts? {
    let words = text.split(whereSeparator: \.isWhitespace)
    guard let value = words.first.flatMap({ Double($0) }), value > 0, value.isFinite,
      words.count == 1 || (words.count == 2 && ["W", "w"].contains(words[1]))
    else { return nil }
    return Watts(value)
  }
}
