import ArgumentParser
import Foundation
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
  }

  func run() throws {
    var sampler = try Sampler(temperature: temperature, seed: seed)
    let (file, weights, kernels) = try source.open()
    let tokenizer = try SentencePieceTokenizer(gguf: file)
    let ids = tokenizer.encode(prompt)
    let config = weights.config
    guard ids.count < config.context else {
      throw ModelError(
        "the prompt has \(ids.count) tokens, the model's context \(config.context); shorten it")
    }
    // The last token produced is never read, so it needs no room.
    let limit = min(tokens, config.context - ids.count + 1)
    let transformer = Transformer(weights: weights, kernels: kernels, context: ids.count + limit)
    var output = StreamDecoder(tokenizer, atStart: false)
    let clock = Clock.monotonic
    let start = clock.now()
    var logits = try transformer.forward(ids)
    let prefill = clock.now()
    var produced = 0
    while true {
      let next = try logits.withSpan { span throws(ModelError) in try sampler.next(span) }
      if next == tokenizer.eos { break }
      produced += 1
      write(output.push(next))
      if produced == limit { break }
      logits = try transformer.forward([next])
    }
    write(output.finish() + "\n")
    let end = clock.now()
    report(prompt: ids.count, prefill: prefill - start, produced: produced, decode: end - prefill)
  }

  private func write(_ text: String) {
    FileHandle.standardOutput.write(Data(text.utf8))
  }

  private func report(prompt: Int, prefill: Seconds, produced: Int, decode: Seconds) {
    let read = Format.si(Tokens(prompt) / prefill), made = Format.si(Tokens(produced) / decode)
    Console.note("prefill \(prompt) tokens, \(read); decode \(produced) tokens, \(made)")
  }
}
