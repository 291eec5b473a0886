import ArgumentParser

/// `perwatt run`: everything.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Measure everything: machine, kernels, transformer, energy, claims.",
    discussion: "Example: perwatt run --quick --watts 45")

  @OptionGroup var options: MeasureOptions
  @OptionGroup var backends: BackendOptions
  @OptionGroup var power: PowerOptions
  @OptionGroup var price: PriceOptions
  @OptionGroup var model: ModelOptions

  func run() throws {
    var settings = options.settings(suite: "run", parts: .all)
    model.apply(to: &settings)
    backends.apply(to: &settings)
    power.apply(to: &settings)
    price.apply(to: &settings)
    try measureAndPrint(settings, json: options.json) { $0.full($1) }
  }
}

/// `perwatt machine`: what this machine is and can do at best.
struct MachineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "machine", abstract: "Show what this machine is, and measure its peaks.",
    discussion: "Example: perwatt machine --json")

  @OptionGroup var options: MeasureOptions

  func run() throws {
    try measureAndPrint(options.settings(suite: "machine", parts: .machine), json: options.json) {
      $0.machine($1)
    }
  }
}

/// `perwatt kernels`: every kernel with every backend.
struct KernelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernels", abstract: "Measure the kernels, the backends side by side.",
    discussion: "Example: perwatt kernels -t 1 --backend simd,openblas --filter gemm")

  @OptionGroup var options: MeasureOptions
  @OptionGroup var backends: BackendOptions

  @Option(help: "Only kernels whose case id contains this, such as gemm or rmsnorm.")
  var filter: String?

  func run() throws {
    var settings = options.settings(suite: "kernels", parts: .kernels)
    settings.filter = filter
    backends.apply(to: &settings)
    try measureAndPrint(settings, json: options.json) { $0.kernels($1) }
  }
}

/// `perwatt model`: prefill and decode of a model, and their energy.
struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Measure prefill and decode of a model, and their energy.",
    discussion: "Example: perwatt model -m model.gguf --backend simd,openblas")

  @OptionGroup var options: MeasureOptions
  @OptionGroup var backends: BackendOptions
  @OptionGroup var power: PowerOptions
  @OptionGroup var model: ModelOptions

  func run() throws {
    var settings = options.settings(suite: "model", parts: .model)
    model.apply(to: &settings)
    backends.apply(to: &settings)
    power.apply(to: &settings)
    try measureAndPrint(settings, json: options.json) { $0.transformer($1) + "\n" + $0.energy($1) }
  }
}

/// `perwatt claims`: what today's measurements say about the claims made for GPUs and boards.
struct ClaimsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "claims", abstract: "Hold the claims of press and papers against a measurement.",
    discussion: "Example: perwatt claims --price 80 --watts 12")

  @OptionGroup var options: MeasureOptions
  @OptionGroup var power: PowerOptions
  @OptionGroup var price: PriceOptions
  @OptionGroup var model: ModelOptions

  func run() throws {
    var settings = options.settings(suite: "claims", parts: .claims)
    model.apply(to: &settings)
    power.apply(to: &settings)
    price.apply(to: &settings)
    try measureAndPrint(settings, json: options.json) { $0.claims($1) }
  }
}
