import Costs
import Energy
import Machine
import Measurement
import Quantities

/// What a run is to do; values only, all checked.
struct RunSettings {
  /// The parts of a run, each with a subcommand of its own.
  struct Parts: OptionSet {
    let rawValue: Int
    static let machine = Parts(rawValue: 1), kernels = Parts(rawValue: 2), model = Parts(rawValue: 4)
    static let claims = Parts(rawValue: 8)
    static let all: Parts = [.machine, .kernels, .model, .claims]
  }

  enum ModelChoice {
    /// More than one file where rows of llama-bench are measured.
    case preset(String), files([String])
    /// A preset that suits the machine and the time.
    case automatic
  }

  var suite: String
  var parts: Parts
  var threads: Int
  /// Whether each thread is tied to a CPU.
  var pin = false
  var quick = false
  /// Kernel cases whose id contains this; nil for all.
  var filter: String?
  /// Names of backends; nil for all that there are.
  var backends: [String]?
  /// Further BLAS libraries, by path.
  var blas: [String] = []
  var model = ModelChoice.automatic
  /// Whether it waits for a run that measures on the machine.
  var waits = true
  /// What stands for `/` where the kernel is asked.
  var root = FileRoot.host
  /// The folder for results; nil to store nothing.
  var results: String?
  /// What energy is measured with.
  var meter = MeterRequest.automatic
  /// What is assumed to turn joules and seconds into money.
  var costs = CostAssumptions()
  var seed: UInt64 = 1
  /// How long each case's fastest alternative runs without pause after its samples; nil for not at all.
  var sustain: Seconds?
  /// Whether counts are printed; they are stored anyway.
  var showsCounts = false
  /// Rows of llama-bench instead of everything else.
  var bench: BenchSettings?

  var modelCount: Int { if case .files(let paths) = model { paths.count } else { 1 } }

  /// Sampling times meant for a whole run of 90 s, or 20 s; many ISA levels take longer. Kernels alone have products of
  /// which one call takes a fifth of a second: their budget is larger, and only such cases spend it.
  var plan: SamplingPlan {
    if let bench { return .repetitions(bench.repetitions) }
    return quick
      ? SamplingPlan(
        minimumSample: Seconds(0.003), budget: Seconds(0.35), maxSamples: 8, warmUp: Seconds(0.005))
      : SamplingPlan(
        minimumSample: Seconds(0.01), budget: Seconds(parts == .kernels ? 12 : 2.2), maxSamples: 24,
        warmUp: Seconds(0.03))
  }

  /// The flags that a reader needs to repeat the run.
  var flags: [String: String] {
    var flags = ["-t": "\(threads)"]
    if pin { flags["--pin"] = "true" }
    if quick { flags["--quick"] = "true" }
    if let filter { flags["--filter"] = filter }
    if let backends { flags["--backend"] = backends.joined(separator: ",") }
    if !blas.isEmpty { flags["--blas"] = blas.joined(separator: ",") }
    if let sustain { flags["--sustain"] = "\(sustain.value)" }
    if let (name, value) = meter.flag { flags[name] = value }
    if let price = costs.price { flags["--price"] = "\(price.value)" }
    switch model {
    case .preset(let name): flags["--preset"] = name
    case .files(let paths):
      flags["-m"] = paths.compactMap { $0.split(separator: "/").last }.joined(separator: ",")
    case .automatic: break
    }
    guard let bench else { return flags }
    flags["-t"] = bench.threads.map(String.init).joined(separator: ",")
    return flags.merging(bench.flags) { $1 }
  }
}

extension MeterRequest {
  /// The option with which the user asks for it; nil for the automatic choice. A file's folder stays private.
  var flag: (String, String)? {
    switch self {
    case .automatic: nil
    case .watts(let watts): ("--watts", "\(watts.value)")
    case .csv(let path): ("--meter-csv", path.split(separator: "/").last.map(String.init) ?? path)
    case .command(let text): ("--meter-command", text)
    case .named(let name): ("--meter", name)
    }
  }
}
