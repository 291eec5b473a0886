import ArgumentParser
import Claims
import Foundation
import Machine
import Reports
import Results

/// `perwatt claims`: what stored measurements say about the claims made for GPUs and boards.
struct ClaimsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "claims", abstract: "Hold the claims of press and papers against a stored run.",
    discussion: """
      All claims, or those that are named. Figures come from the newest valid run of this machine, or from --run; \
      --measure takes new ones first.

      Example: perwatt claims K4 K5
      Example: perwatt claims --usd-per-kwh 0.30 --price 80 --json
      """)

  @Argument(help: ArgumentHelp("Claims, K1 to K24 (default: all).", valueName: "id"))
  var ids: [String] = []

  @Flag(help: "Measure first, instead of reading a stored run.")
  var measure = false

  @OptionGroup var stored: StoredRunOptions

  @Option(
    help: ArgumentHelp(
      "A run of Benchmarks/gpu/reference.py to set beside it (default: the newest valid one).",
      valueName: "file"))
  var gpu: String?

  @OptionGroup var costs: CostOptions
  @OptionGroup(title: "With --measure") var threads: ThreadOptions
  @OptionGroup(title: "With --measure") var options: MeasureOptions
  @OptionGroup(title: "With --measure") var power: PowerOptions
  @OptionGroup(title: "With --measure") var model: ModelOptions

  func validate() throws {
    let known = ClaimsLedger.claims.map(\.id)
    for id in ids where !known.contains(id.uppercased()) {
      throw ValidationError("no claim is called '\(id)'; use one of: \(known.joined(separator: ", "))")
    }
    if measure {
      if gpu != nil { throw ValidationError("--gpu is for stored runs: leave out --measure") }
      if stored.run != nil { throw ValidationError("--run and --measure exclude each other: give one") }
      if !ids.isEmpty { throw ValidationError("--measure judges all claims: leave \(ids[0]) out") }
    } else if let option = measuringOption {
      throw ValidationError("\(option) is for a measurement: add --measure, or leave it out")
    }
  }

  private var measuringOption: String? {
    [
      (threads.threads != nil, "-t"), (options.pin, "--pin"), (options.quick, "--quick"),
      (options.noSave, "--no-save"), (!power.given.isEmpty, power.given.first ?? "--watts"),
      (model.model != nil, "-m"),
      (model.shape.preset != nil, "--preset"),
    ].first(where: \.0)?.1
  }

  func run() throws {
    guard measure else { return try judge() }
    var settings = options.settings(suite: "claims", parts: .claims, threads: threads.count)
    model.apply(to: &settings)
    power.apply(to: &settings)
    costs.apply(to: &settings)
    try measureAndPrint(settings, json: options.json) { $0.claims($1) }
  }

  private func judge() throws {
    let record = try stored.record(in: options.results)
    var evidence = record.map { Evidence($0) } ?? Evidence(missing: "no run of this machine is stored")
    evidence.assume(costs.assumptions)
    evidence.addDistillation(
      in: options.results, machine: record?.machine.key ?? MachineFacts.read().key)
    if let gpu = try StoredRunOptions.gpuRun(gpu, in: options.results) {
      evidence.gpu = .measured(try GPUEvidence(gpu.record, beside: record, path: gpu.path))
    }
    let wanted = Set(ids.map { $0.uppercased() })
    let findings = ClaimsLedger.judge(evidence).filter { wanted.isEmpty || wanted.contains($0.claimID) }
    if options.json { return try Console.print(IndentedJSON.data(findings)) }
    let report = TextReport(style: Style(colour: Console.usesColour))
    let source = record.map {
      "\($0.machine.key), \($0.origin.suite) of \($0.origin.started.prefix(16)), commit "
        + ($0.origin.commit.value?.hash ?? "unknown")
    }
    try Console.print(
      report.claims(findings.map { ClaimRecord($0) }, from: source, assumptions: costs.assumptions.lines))
  }

}
