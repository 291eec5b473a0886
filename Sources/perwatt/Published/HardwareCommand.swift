import ArgumentParser
import Hardware
import Reports

/// `perwatt hardware`: published figures of machines.
struct HardwareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hardware", abstract: "Show published figures of machines: peaks, bandwidth, power, price.",
    discussion: """
      Every figure has a source, a tag and a date. Machines of your own go into a JSON file, in the layout that --json \
      prints (Sources/Harness/Hardware/hardware.schema.json).

      Example: perwatt hardware raspberry-pi-5
      """)

  @Argument(help: "A machine, by its id or its name (default: list all).")
  var name: String?

  @OptionGroup var catalogue: CatalogueOptions

  @Flag(help: "Print JSON, in the layout that --hardware reads.")
  var json = false

  func run() throws {
    let catalogue = try catalogue.load()
    let chosen = try name.map { [try catalogue.machine($0)] } ?? catalogue.entries
    if json { return try Console.print(UserHardware(chosen).json()) }
    let report = TextReport(style: Style(colour: Console.usesColour))
    try Console.print(name == nil ? report.hardware(chosen) : report.hardware(chosen[0]))
  }
}

/// The catalogue and the user's own machines.
struct CatalogueOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("A JSON file with machines of your own; repeat it for several.", valueName: "file"))
  var hardware: [String] = []

  func load() throws -> HardwareCatalogue {
    var catalogue = HardwareCatalogue.builtIn
    for path in hardware { catalogue = try catalogue.adding(try UserHardware.load(path), from: path) }
    return catalogue
  }
}

extension HardwareCatalogue {
  /// - Throws: `ValidationError` that lists the ids.
  func machine(_ name: String) throws -> HardwareEntry {
    guard let entry = entry(name) else {
      throw ValidationError("no machine is called '\(name)'; use one of: \(ids.joined(separator: ", "))")
    }
    return entry
  }
}
