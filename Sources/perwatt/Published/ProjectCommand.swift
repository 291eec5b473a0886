import ArgumentParser
import Costs
import Foundation
import Hardware
import Projection
import Quantities
import Reports

/// `perwatt project`: what a model would do on another machine.
struct ProjectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "project", abstract: "Project a model's speed and energy onto a machine of the catalogue.",
    discussion: """
      From the model's bytes and operations per token, the machine's published bandwidth and arithmetic, and this \
      machine's measured efficiency, taken from the newest valid run or from --run.

      Example: perwatt project --to raspberry-pi-5 --model r1-distill-qwen-1.5b --type q4_k
      """)

  @Option(help: "A machine of perwatt hardware.")
  var to: String?

  @Flag(
    name: .customLong("validate"), help: "Hold the projection against published figures instead.")
  var validating = false

  @Option(help: "A model's shape.")
  var model = "r1-distill-qwen-1.5b"

  @Option(help: "Format of its weights: \(WeightType.names.joined(separator: ", ")).")
  var type = "q4_k"

  @Option(help: "Tokens in the cache when a token is produced.")
  var context = 128

  @Option(help: "Tokens of the prompt.")
  var prompt = 512

  @OptionGroup var stored: StoredRunOptions

  @Option(help: "Folder in which runs are stored.")
  var results = "results"

  @OptionGroup var catalogue: CatalogueOptions

  @Flag(help: "Print JSON instead of text.")
  var json = false

  func validate() throws {
    _ = try task()
    if results.isEmpty { throw ValidationError("--results is empty: name a folder of stored runs") }
    if to == nil, !validating { throw ValidationError("name a machine with --to, or give --validate") }
    if to != nil, validating { throw ValidationError("--to and --validate exclude each other: give one") }
    if json, validating { throw ValidationError("--validate prints text only: leave --json out") }
    for (value, name) in [(context, "--context"), (prompt, "--prompt")]
    where !(1...10_000_000).contains(value) {
      throw ValidationError("\(name) \(value): give a number of tokens from 1 to 10000000")
    }
  }

  func run() throws {
    let efficiency = try stored.record(in: results).map { KernelEfficiency($0) } ?? .none("no stored run")
    let report = TextReport(style: Style(colour: Console.usesColour))
    guard let to else { return try Console.print(report.validation(Validation(efficiency))) }
    let projection = try Projection(task(), on: try catalogue.load().machine(to), efficiency)
    if json { return try Console.print(ProjectionAnswer(projection).json()) }
    try Console.print(report.projection(projection))
  }

  private func task() throws -> ProjectedTask {
    guard let shape = ModelShape.named(model) else {
      let names = ModelShape.all.map(\.name).joined(separator: ", ")
      throw ValidationError("--model: no shape is called '\(model)'; use one of: \(names)")
    }
    guard let type = WeightType(type) else {
      let names = WeightType.names.joined(separator: ", ")
      throw ValidationError("--type: '\(type)' is no format; use one of: \(names)")
    }
    return ProjectedTask(shape, type, context: context, prompt: prompt)
  }
}

/// A projection as JSON, units in the names.
private struct ProjectionAnswer: Encodable {
  let machine: String, model: String, type: String
  let context_tokens: Int, prompt_tokens: Int
  let decode_tokens_per_s: Reading<Spread<TokensPerSecond>>
  let prefill_tokens_per_s: Reading<Spread<TokensPerSecond>>
  let energy: Reading<ProjectedEnergy>
  let weight_bytes: Bytes, cache_bytes: Bytes, decode_bytes_per_token: Bytes
  let decode_flops_per_token: FLOPs
  let fits: String
  let basis: [String]
  let efficiency_from: String

  init(_ projection: Projection) {
    let task = projection.task
    (machine, model, type) = (projection.machine.id, task.shape.name, task.type.name)
    (context_tokens, prompt_tokens) = (task.context, task.prompt)
    (decode_tokens_per_s, prefill_tokens_per_s) = (projection.decode, projection.prefill)
    (energy, basis, efficiency_from) = (
      projection.energy, projection.rates.basis, projection.efficiency.source
    )
    (weight_bytes, cache_bytes) = (projection.memory.weights, projection.memory.cache)
    (decode_bytes_per_token, decode_flops_per_token) = (task.decodeBytes, task.decodeFLOPs)
    fits = projection.memory.answer.rawValue
  }

  func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }
}
