import ArgumentParser
import Kernels
import Machine
import Measurement
import Quantities
import Reports

extension BenchReport.Format: ExpressibleByArgument {}

/// llama-bench's test parameters, under its names. Any of them, or several models or thread counts, asks for its rows.
struct BenchOptions: ParsableArguments {
  @Option(
    name: [.customShort("p"), .customLong("n-prompt")],
    help: ArgumentHelp("Rows pp<n>: prompts of so many tokens; 0 for none (default: 512).", valueName: "n"))
  var prompts: [String] = []

  @Option(
    name: [.customShort("n"), .customLong("n-gen")],
    help: ArgumentHelp("Rows tg<n>: so many generated tokens; 0 for none (default: 128).", valueName: "n"))
  var generated: [String] = []

  @Option(
    name: .customLong("pg", withSingleDash: true),
    help: ArgumentHelp("A row pp<p>+tg<n>: a prompt and then generated tokens.", valueName: "p,n"))
  var pairs: [String] = []

  @Option(
    name: [.customShort("d"), .customLong("n-depth")],
    help: ArgumentHelp("Tokens that are in the KV cache before (default: 0).", valueName: "n"))
  var depths: [String] = []

  @Option(
    name: [.customShort("b"), .customLong("batch-size")],
    help: ArgumentHelp("Tokens of a prompt that the model is given at once (default: 2048).", valueName: "n"))
  var batches: [String] = []

  @Option(
    name: [.customLong("ub", withSingleDash: true), .customLong("ubatch-size")],
    help: ArgumentHelp("Those that go through the layers together (default: 512).", valueName: "n"))
  var microBatches: [String] = []

  @Option(
    name: [.customLong("ctk", withSingleDash: true), .customLong("cache-type-k")],
    help: ArgumentHelp("Format of cached keys: f16, q8_0, f32 (default: f16).", valueName: "type"))
  var keys: [String] = []

  @Option(
    name: [.customLong("ctv", withSingleDash: true), .customLong("cache-type-v")],
    help: ArgumentHelp("Format of cached values, likewise.", valueName: "type"))
  var values: [String] = []

  @Option(
    name: [.customShort("r"), .customLong("repetitions")],
    help: ArgumentHelp("Samples of each row (default: 5).", valueName: "n"))
  var repetitions: Int?

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: "How the rows are printed (default: md).")
  var output: BenchReport.Format?

  @OptionGroup var peer: PeerOptions

  /// Whether rows of llama-bench are asked for.
  var isAsked: Bool {
    let lists = [prompts, generated, pairs, depths, batches, microBatches, keys, values]
    return !lists.allSatisfy(\.isEmpty) || repetitions != nil || output != nil || peer.isAsked
  }

  func validate() throws { _ = try settings(threads: [1]) }

  /// Everything checked.
  func settings(threads: [Int]) throws -> BenchSettings {
    if let repetitions, !(1...1000).contains(repetitions) {
      throw ValidationError("-r \(repetitions): give 1 to 1000 repetitions")
    }
    let settings = BenchSettings(
      tests: try tests(), batches: try counts(batches, "-b", usual: 2048),
      microBatches: try counts(microBatches, "-ub", usual: 512), keys: try formats(keys, "-ctk"),
      values: try formats(values, "-ctv"), threads: threads, repetitions: repetitions ?? 5,
      peer: try peer.settings(), flags: flags)
    guard settings.rowCount <= IntegerList.most else {
      throw ValidationError("\(settings.rowCount) rows; ask for \(IntegerList.most) at most")
    }
    return settings
  }

  private func tests() throws -> [BenchTest] {
    let prompts = prompts.isEmpty ? [512] : try IntegerList.parse(prompts, option: "-p")
    let generated = generated.isEmpty ? [128] : try IntegerList.parse(generated, option: "-n")
    let depths = depths.isEmpty ? [0] : try IntegerList.parse(depths, option: "-d")
    let pairs = try pairs.map(pair)
    let tests = depths.flatMap { depth in
      prompts.map { BenchTest(prompt: $0, generated: 0, depth: depth) }
        + generated.map { BenchTest(prompt: 0, generated: $0, depth: depth) }
        + pairs.map { BenchTest(prompt: $0.0, generated: $0.1, depth: depth) }
    }
    let kept = tests.filter { $0.tokens > 0 }.uniqued()
    guard !kept.isEmpty else {
      throw ValidationError("-p 0 -n 0 leaves nothing to measure: give one of them, or -pg, a number above 0")
    }
    return kept
  }

  private func pair(_ text: String) throws -> (Int, Int) {
    let numbers = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
    guard numbers.count == 2, numbers.allSatisfy({ (0...IntegerList.largest).contains($0) }) else {
      throw ValidationError(
        "-pg \(text): give two numbers, the prompt's and the generated tokens: -pg 512,128")
    }
    return (numbers[0], numbers[1])
  }

  private func counts(_ texts: [String], _ option: String, usual: Int) throws -> [Int] {
    let values = texts.isEmpty ? [usual] : try IntegerList.parse(texts, option: option)
    guard !values.contains(0) else { throw ValidationError("\(option) 0: give at least one token") }
    return values.uniqued()
  }

  private func formats(_ texts: [String], _ option: String) throws -> [KVFormat] {
    let names = texts.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
    guard !names.isEmpty else { return [.f16] }
    return try names.map { name in
      guard let format = KVFormat(rawValue: String(name)) else {
        let known = KVFormat.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("\(option): '\(name)' is no format of a KV cache here; use one of: \(known)")
      }
      return format
    }.uniqued()
  }

  /// The options as given, for the record.
  private var flags: [String: String] {
    var flags: [String: String] = [:]
    let lists = [
      ("-p", prompts), ("-n", generated), ("-pg", pairs), ("-d", depths), ("-b", batches),
      ("-ub", microBatches), ("-ctk", keys), ("-ctv", values), ("-r", repetitions.map { ["\($0)"] } ?? []),
    ]
    for (name, values) in lists where !values.isEmpty { flags[name] = values.joined(separator: ",") }
    return flags.merging(peer.flags) { $1 }
  }
}

/// The user's llama-bench in the same rotation.
struct PeerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Start your llama-bench on the same rows, in turn with ours, and print the ratio; ik_llama.cpp=PATH for that of a relative, under its name.",
      valueName: "llama-bench[=path]"))
  var peer: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Further arguments for it, such as \"-fa 1\".", valueName: "arguments"))
  var peerArgs: String?

  @Flag(help: "Try its switches for attention and repacking once each, and keep the best for each row.")
  var peerBest = false

  @Option(help: ArgumentHelp("Seconds that one start of it may take (default: 600).", valueName: "seconds"))
  var peerLimit: Double?

  var isAsked: Bool { peer != nil || peerArgs != nil || peerBest || peerLimit != nil }

  /// - Throws: `ValidationError` for another program, or for settings without a program.
  func settings() throws -> PeerSettings? {
    guard let peer else {
      guard !isAsked else {
        throw ValidationError("--peer-… needs --peer llama-bench or --peer llama-bench=PATH")
      }
      return nil
    }
    if let peerLimit, !(peerLimit > 0 && peerLimit <= 1e6) {
      throw ValidationError("--peer-limit \(peerLimit): give seconds above zero")
    }
    let parts = peer.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    // No backend has such a name, so that tables tell them apart.
    let isName = parts[0].contains("llama") && parts[0].wholeMatch(of: /[A-Za-z0-9._-]+/) != nil
    guard isName, parts.count == 2 ? !parts[1].isEmpty : parts[0] == "llama-bench" else {
      throw ValidationError(
        "--peer \(peer): give llama-bench, llama-bench=PATH, or another name with llama in it: ik_llama.cpp=PATH"
      )
    }
    return PeerSettings(
      name: parts[0], program: parts[parts.count - 1],
      arguments: peerArgs?.split(separator: " ").map(String.init) ?? [], triesSwitches: peerBest,
      limit: peerLimit.map { Seconds($0) } ?? Seconds(600))
  }

  /// For the record; a path may say more about the user's machine than a record should.
  var flags: [String: String] {
    var flags: [String: String] = [:]
    if let peer { flags["--peer"] = String(peer.prefix { $0 != "=" }) }
    if let peerArgs { flags["--peer-args"] = peerArgs }
    if peerBest { flags["--peer-best"] = "true" }
    return flags
  }
}
