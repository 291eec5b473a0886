import ArgumentParser
import Model

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
  @OptionGroup var draft: DraftOptions

  func validate() throws {
    if tokens < 1 { throw ValidationError("-n \(tokens): give at least one token") }
    if stop.contains("") { throw ValidationError("--stop is empty: give the text to stop at") }
  }

  func run() throws {
    let (file, weights, kernels) = try source.open()
    let tokenizer = try Tokenizer(gguf: file)
    let ids = try prompt.tokens(file, tokenizer)
    let limit = min(tokens, try context.room(after: ids.count, of: weights.config))
    let small = try draft.weights(for: tokenizer, of: source.model, kernels)
    let target = try context.transformer(weights, kernels, context: ids.count + limit)
    let sampler = try Sampler(sampling.options, seed: sampling.seed)
    var output = TextOutput(tokenizer, stops: stop)
    let report: String
    if let small {
      let draft = try context.transformer(small, kernels, context: ids.count + limit)
      let generation = SpeculativeGeneration(
        target: target, draft: draft, length: self.draft.length, sampler: sampler)
      report = try generation.run(ids, limit: limit, to: &output)
    } else {
      var generation = PlainGeneration(transformer: target, sampler: sampler)
      report = try generation.run(ids, limit: limit, to: &output)
    }
    try output.finish()
    Console.note(report)
  }
}
