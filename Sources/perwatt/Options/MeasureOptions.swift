import ArgumentParser
import Energy
import Machine
import Quantities

/// What all measuring subcommands share.
struct MeasureOptions: ParsableArguments {
  @Flag(
    help: "Tie each thread to a CPU of its own, one of each core first. BLAS libraries place theirs as ever.")
  var pin = false

  @Flag(help: "A look in a third of the time: fewer shapes, wider intervals.")
  var quick = false

  @Flag(help: "Print the run's record as JSON instead of tables.")
  var json = false

  @Option(help: "Folder in which the run is stored.")
  var results = "results"

  @Flag(help: "Store nothing.")
  var noSave = false

  @Flag(help: "Fail where another run measures on this machine, instead of waiting for its end.")
  var noWait = false

  @Option(help: ArgumentHelp("A folder in place of / for what the kernel tells.", visibility: .hidden))
  var root: String?

  var fileRoot: FileRoot { root.map(FileRoot.init) ?? .host }

  func validate() throws {
    if results.isEmpty {
      throw ValidationError("--results is empty: name a folder, or give --no-save to store nothing")
    }
  }

  func settings(suite: String, parts: RunSettings.Parts, threads: Int) -> RunSettings {
    var settings = RunSettings(suite: quick ? suite + "-quick" : suite, parts: parts, threads: threads)
    (settings.quick, settings.pin) = (quick, pin)
    settings.results = noSave ? nil : results
    (settings.waits, settings.root) = (!noWait, fileRoot)
    return settings
  }
}

/// Which backends are compared.
struct BackendOptions: ParsableArguments {
  @Option(
    help: """
      Backends to compare, separated by commas: scalar, simd, one ISA such as simd:avx2, openblas, openblas:Haswell \
      (default: all).
      """)
  var backend: String?

  @Option(help: "A further BLAS library to compare with, such as libblis.so.4; repeat it for several.")
  var blas: [String] = []

  func validate() throws {
    if let backend, backend.split(separator: ",").isEmpty {
      throw ValidationError("--backend is empty: name at least one backend")
    }
  }

  func apply(to settings: inout RunSettings) {
    settings.backends = backend?.split(separator: ",").map(String.init)
    settings.blas = blas
  }
}

/// What energy is measured with.
struct PowerOptions: ParsableArguments {
  @Option(help: "Power of the whole machine under this load in watts, read off your own meter.")
  var watts: Double?

  @Option(help: "A sensor by its name in `perwatt machine`, such as rapl-perf, ina or battery.")
  var meter: String?

  @Option(
    name: .customLong("meter-csv"),
    help: "A file that your own meter writes: lines of timestamp,watts in seconds since 1970.")
  var meterCSV: String?

  @Option(help: "A shell's command that prints what your own meter shows, in watts.")
  var meterCommand: String?

  private var requests: [MeterRequest] {
    [
      watts.map { .watts(Watts($0)) }, meter.map { .named($0) }, meterCSV.map { .csv($0) },
      meterCommand.map { .command($0) },
    ].compactMap(\.self)
  }

  /// The options that were given, by name.
  var given: [String] { requests.compactMap { $0.flag?.0 } }

  func validate() throws {
    if let watts, !(watts > 0 && watts.isFinite) {
      throw ValidationError("--watts \(watts): give a power above zero")
    }
    if given.count > 1 {
      throw ValidationError("\(given.joined(separator: " and ")) exclude each other: give one")
    }
    for (name, text) in [("--meter", meter), ("--meter-csv", meterCSV), ("--meter-command", meterCommand)]
    where text == "" {
      throw ValidationError("\(name) is empty: name a sensor, a file or a command")
    }
  }

  var request: MeterRequest { requests.first ?? .automatic }

  func apply(to settings: inout RunSettings) { settings.meter = request }
}

/// Which model a measurement uses.
struct ModelOptions: ParsableArguments {
  static let fileHelp = """
    a GGUF file in F32, F16, BF16, Q4_0 to Q8_0 or Q2_K to Q6_K. SIMD kernels multiply with F16, BF16, Q8_0, Q4_0, Q4_K \
    and Q6_K as they are; what is in another format, and other backends, run as f32.
    """

  @Option(name: [.customShort("m"), .long], help: "A model: \(fileHelp)")
  var model: String?

  @OptionGroup var shape: ShapeOptions

  func validate() throws { try shape.validate(files: model.map { [$0] } ?? []) }

  static func refuseEmpty(_ model: String) throws {
    if model.isEmpty { throw ValidationError("-m is empty: name a GGUF file") }
  }

  func apply(to settings: inout RunSettings) {
    shape.apply(to: &settings, files: model.map { [$0] } ?? [])
  }
}

/// A model that is no file, and the seed of everything random.
struct ShapeOptions: ParsableArguments {
  @Option(
    help: "A model shape with seeded random weights, such as stories-15m, smollm2-135m, tinyllama-1.1b.")
  var preset: String?

  @Option(help: "Seed of the random weights and prompt.")
  var seed: UInt64 = 1

  func validate(files: [String]) throws {
    if !files.isEmpty, preset != nil {
      throw ValidationError("-m and --preset exclude each other: give one")
    }
    for file in files { try ModelOptions.refuseEmpty(file) }
  }

  func apply(to settings: inout RunSettings, files: [String]) {
    if !files.isEmpty {
      settings.model = .files(files)
    } else if let preset {
      settings.model = .preset(preset)
    }
    settings.seed = seed
  }
}
