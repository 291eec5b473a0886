import ArgumentParser
import Measurement
import Model
import Quantities

/// `perwatt generate`: text from a model, to standard output as it is produced.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Continue a text with a model.",
    discussion: "Example: perwatt generate -m model.gguf -p \"Once upon a time\" -n 100 --temperature 0")

  @OptionGroup var source: FileModelOptions

  @Option(name: [.customShort("p"), .long], help: "The text to continue.")
  var prompt: String

  @Option(name: [.customShort("n"), .long], help: "Tokens to produce at most.")
  var tokens = 128

  @Option(help: "0 picks the likeliest token; higher values pick more freely.")
  var temperature: Float = 0

  @Option(help: "Seed of the random choice.")
  var seed: UInt64 = 0

  func validate() throws {
    if prompt.isEmpty { throw ValidationError("-p is empty: give a text to continue") }
    if tokens < 1 { throw ValidationError("-n \(tokens): give at least one token") }
    if !(temperature >= 0 && temperature.isFinite) {
      throw ValidationError(
        "--temperature \(temperature): give 0 for the likeliest token, or a positive number")
    }
  }

  func run() throws {
    let (file, weights, kernels) = try source.open()
    let tokenizer = try Tokenizer(gguf: file)
    let ids = tokenizer.encode(prompt)
    let context = weights.config.context
    guard ids.count < context else {
      throw ModelError("the prompt has \(ids.count) tokens, the model's context \(context); shorten it")
    }
    // The last token produced is never read, so it needs no room.
    let limit = min(tokens, context - ids.count + 1)
    let transformer = Transformer(weights: weights, kernels: kernels, context: ids.count + limit)
    let clock = Clock.monotonic
    let start = clock.now()
    let logits = try transformer.forward(ids)
    let prefill = clock.now() - start
    let decoding = try decode(transformer, tokenizer, from: logits, limit: limit)
    report(prompt: ids.count, prefill: prefill, decoding)
  }

  /// Forward passes after the prompt's, and their time alone: neither sampling nor printing.
  private struct Decoding {
    var passes = 0
    var time = Seconds.zero
  }

  /// Prints up to `limit` tokens, the first of them picked from `logits`.
  private func decode(
    _ transformer: Transformer, _ tokenizer: Tokenizer, from logits: Logits, limit: Int
  ) throws -> Decoding {
    var sampler = try Sampler(temperature: temperature, seed: seed)
    var output = StreamDecoder(tokenizer, atStart: false)
    var (logits, produced, decoding) = (logits, 0, Decoding())
    let clock = Clock.monotonic
    while true {
      let next = try logits.withSpan { span throws(ModelError) in try sampler.next(span) }
      if tokenizer.ends.contains(next) { break }
      produced += 1
      try Console.print(output.push(next))
      if produced == limit { break }
      let start = clock.now()
      logits = try transformer.forward([next])
      decoding.time += clock.now() - start
      decoding.passes += 1
    }
    try Console.print(output.finish() + "\n")
    return decoding
  }

  private func report(prompt: Int, prefill: Seconds, _ decoding: Decoding) {
    var text = "prefill \(prompt) tokens, \(Format.si(Tokens(prompt) / prefill))"
    if decoding.passes > 0 {
      text += "; decode \(decoding.passes) tokens, \(Format.si(Tokens(decoding.passes) / decoding.time))"
    }
    Console.note(text)
  }
}
