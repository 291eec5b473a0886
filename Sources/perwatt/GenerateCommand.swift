import ArgumentParser
import Measurement
import Model
import Quantities

/// `perwatt generate`: text from a model, to standard output as it is produced.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Continue a text or answer a question with a model.",
    discussion: """
      Example: perwatt generate -m model.gguf -p "Once upon a time" -n 100 --temperature 0
      Example: perwatt generate -m model.gguf --chat "Why is the sky blue?" --temperature 0.7 --top-p 0.9
      """)

  @OptionGroup var source: FileModelOptions
  @OptionGroup var prompt: PromptOptions

  @Option(name: [.customShort("n"), .long], help: "Tokens to produce at most.")
  var tokens = 128

  @Option(help: "End where this text would come; repeat it for several.")
  var stop: [String] = []

  @OptionGroup var sampling: SamplingFlags
  @OptionGroup var context: ContextOptions

  func validate() throws {
    if tokens < 1 { throw ValidationError("-n \(tokens): give at least one token") }
    if stop.contains("") { throw ValidationError("--stop is empty: give the text to stop at") }
  }

  func run() throws {
    let (file, weights, kernels) = try source.open()
    let tokenizer = try Tokenizer(gguf: file)
    let ids = try prompt.tokens(file, tokenizer)
    let limit = min(tokens, try context.room(after: ids.count, of: weights.config))
    let transformer = try context.transformer(weights, kernels, context: ids.count + limit)
    let clock = Clock.monotonic
    let start = clock.now()
    let logits = try transformer.forward(ids)
    let prefill = clock.now() - start
    var output = TextOutput(tokenizer, stops: stop)
    let decoding = try decode(transformer, after: ids, logits, limit: limit, to: &output)
    try output.finish()
    report(prompt: ids.count, prefill: prefill, decoding)
  }

  /// Forward passes after the prompt's, and their time alone: neither sampling nor printing.
  private struct Decoding {
    var passes = 0
    var time = Seconds.zero
  }

  /// Prints up to `limit` tokens after `prompt`, the first of them picked from `logits`.
  private func decode(
    _ transformer: Transformer, after prompt: [Int], _ logits: Logits, limit: Int, to output: inout TextOutput
  ) throws -> Decoding {
    var sampler = try Sampler(sampling.options, seed: sampling.seed)
    var (logits, tokens, decoding) = (logits, prompt, Decoding())
    let clock = Clock.monotonic
    while true {
      let next = try logits.withSpan { span throws(ModelError) in try sampler.next(span, after: tokens) }
      guard try output.push(next), output.count < limit else { return decoding }
      tokens.append(next)
      let start = clock.now()
      logits = try transformer.forward([next])
      decoding.time += clock.now() - start
      decoding.passes += 1
    }
  }

  private func report(prompt: Int, prefill: Seconds, _ decoding: Decoding) {
    var text = "prefill \(prompt) tokens, \(Format.si(Tokens(prompt) / prefill))"
    if decoding.passes > 0 {
      text += "; decode \(decoding.passes) tokens, \(Format.si(Tokens(decoding.passes) / decoding.time))"
    }
    Console.note(text)
  }
}
