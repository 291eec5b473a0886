import ArgumentParser

/// `perwatt run`: everything.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Measure everything: machine, kernels, transformer, energy, claims.",
    discussion: "Example: perwatt run --quick --watts 45")

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var options: MeasureOptions
  @OptionGroup var backends: BackendOptions
  @OptionGroup var numbers: NumberOptions
  @OptionGroup var power: PowerOptions
  @OptionGroup var costs: CostOptions
  @OptionGroup var model: ModelOptions

  func run() throws {
    var settings = options.settings(suite: "run", parts: .all, threads: threads.count)
    model.apply(to: &settings)
    backends.apply(to: &settings)
    power.apply(to: &settings)
    costs.apply(to: &settings)
    try numbers.apply(to: &settings)
    try measureAndPrint(settings, json: options.json) { $0.full($1) }
  }
}

/// `perwatt kernels`: every kernel with every backend.
struct KernelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernels", abstract: "Measure the kernels, the backends side by side.",
    discussion: "Example: perwatt kernels -t 1 --backend simd,openblas --filter gemm")

  @OptionGroup var threads: ThreadOptions
  @OptionGroup var options: MeasureOptions
  @OptionGroup var backends: BackendOptions
  @OptionGroup var numbers: NumberOptions

  @Option(help: "Only kernels whose case id contains this, such as gemm or rmsnorm.")
  var filter: String?

  func run() throws {
    var settings = options.settings(suite: "kernels", parts: .kernels, threads: threads.count)
    settings.filter = filter
    backends.apply(to: &settings)
    try numbers.apply(to: &settings)
    try measureAndPrint(settings, json: options.json) { $0.kernels($1) }
  }
}
