import ArgumentParser
import Machine
import Reports

/// `perwatt model`: prefill and decode of a model, and their energy; or the rows of llama-bench.
struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "Measure prefill and decode of a model, and their energy.",
    discussion: """
      Example: perwatt model -m model.gguf --backend simd,openblas

      With any of -p, -n, -pg, -d, -b, -ub, -ctk, -ctv, -r, -o or --peer, or with several models or thread counts, it \
      measures llama-bench's rows instead, with llama-bench's options and defaults, and with the backend simd unless \
      others are named. Values are lists, first-last, first-last+step or first-last*factor; options may be repeated.

      Example: perwatt model -m a.gguf,b.gguf -p 512 -n 128 -d 0,4096 -t 1,2 -ctk f16,q8_0 -o jsonl
      Example: perwatt model -m model.gguf -p 512 -n 64 --peer llama-bench --peer-best
      """)

  @Option(
    name: [.customShort("m"), .long],
    help: ArgumentHelp(
      "Models, separated by commas: \(ModelOptions.fileHelp)", valueName: "file"))
  var model: [String] = []

  @OptionGroup var shape: ShapeOptions

  @Option(
    name: [.customShort("t"), .long],
    help: ArgumentHelp("Threads for every backend (default: all usable cores).", valueName: "n"))
  var threads: [String] = []

  @OptionGroup var options: MeasureOptions
  @OptionGroup var backends: BackendOptions
  @OptionGroup var numbers: NumberOptions
  @OptionGroup var power: PowerOptions
  @OptionGroup(title: "Rows of llama-bench") var bench: BenchOptions

  private var files: [String] {
    model.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
  }

  private var isBench: Bool {
    bench.isAsked || files.count > 1 || threads.count > 1 || threads.contains { $0.contains { !$0.isNumber } }
  }

  func validate() throws {
    try shape.validate(files: files)
    let threads = try threadCounts()
    guard isBench else { return }
    let problems = [
      // A caller that two pools have tied would belong to neither.
      (options.pin && threads.count > 1, "--pin ties the threads of one -t; give a single number"),
      (options.quick, "--quick has sizes of its own: leave it out, and give small ones"),
      (options.json && bench.output != nil, "--json prints the run's record, -o its rows: give one of them"),
      (
        numbers.sustain != nil,
        "--sustain: rows of llama-bench have a length of their own; leave -p, -n and the like out for it"
      ),
      (
        numbers.counts,
        "--counts: the table of llama-bench has none; leave -p, -n and the like out for it, or read --json"
      ),
      (
        !power.given.isEmpty,
        "\(power.given.first ?? ""): rows of llama-bench have no energy; leave -p, -n and the like out for it"
      ),
      (bench.peer.peer != nil && files.isEmpty, "--peer needs a model file that both can read: give -m"),
    ]
    if let problem = problems.first(where: \.0) { throw ValidationError(problem.1) }
  }

  func run() throws {
    let counts = try threadCounts()
    var settings = options.settings(
      suite: isBench ? "bench" : "model", parts: .model, threads: counts.max() ?? 1)
    shape.apply(to: &settings, files: files)
    backends.apply(to: &settings)
    power.apply(to: &settings)
    try numbers.apply(to: &settings)
    guard isBench else {
      return try measureAndPrint(settings, json: options.json) { $0.transformer($1) + "\n" + $0.energy($1) }
    }
    settings.bench = try bench.settings(threads: counts)
    if settings.backends == nil, settings.blas.isEmpty { settings.backends = ["simd"] }
    try measureAndPrint(settings, json: options.json) { BenchReport($1).text(bench.output ?? .md) }
  }

  private func threadCounts() throws -> [Int] {
    guard !threads.isEmpty else { return [MachineFacts.read().usableCores] }
    let counts = try IntegerList.parse(threads, option: "-t").uniqued()
    for count in counts { try ThreadOptions.check(count) }
    return counts
  }
}
