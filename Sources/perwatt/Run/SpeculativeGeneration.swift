import Measurement
import Model
import Quantities

/// Several tokens for each forward pass of the model, guessed by a smaller one.
struct SpeculativeGeneration {
  let target: Transformer, draft: Transformer
  let length: Int
  let sampler: Model.Sampler

  /// Reads `prompt` with both models and prints up to `limit` tokens after it. Returns the report; its times are those of
  /// both models and of sampling, without printing.
  func run(_ prompt: [Int], limit: Int, to output: inout TextOutput) throws -> String {
    let clock = Clock.monotonic
    var start = clock.now()
    var decoder = try SpeculativeDecoder(
      target: target, draft: draft, length: length, sampler: sampler, prompt: prompt)
    let prefill = Tokens(prompt.count) / (clock.now() - start)
    var (time, goesOn) = (Seconds.zero, true)
    while goesOn, output.count < limit {
      start = clock.now()
      let next = try decoder.advance(atMost: limit - output.count)
      time += clock.now() - start
      for token in next where goesOn { goesOn = try output.push(token) }
    }
    let text = "prefill \(prompt.count) tokens with both models, \(Format.si(prefill))"
    guard output.count > 0 else { return text }
    let speed = Tokens(output.count) / time
    let plain = try plainSpeed(decoder.tokens, produced: decoder.tokens.count - prompt.count)
    return text + "; decode \(output.count) tokens, \(Format.si(speed))\n"
      + describe(decoder.statistics, gain: speed.value / plain.value, plain)
  }

  /// The model alone, token by token, over the last tokens once more.
  private func plainSpeed(_ tokens: [Int], produced: Int) throws -> TokensPerSecond {
    let again = tokens.suffix(min(produced, 16) + 1).dropLast()
    target.cache.truncate(to: again.startIndex)
    var sampler = sampler
    let clock = Clock.monotonic
    let start = clock.now()
    for index in again.indices {
      let logits = try target.forward([tokens[index]])
      _ = try logits.withSpan { span throws(ModelError) in try sampler.next(span, after: tokens) }
    }
    return Tokens(again.count) / (clock.now() - start)
  }

  private func describe(_ statistics: SpeculativeDecoder.Statistics, gain: Double, _ plain: TokensPerSecond)
    -> String
  {
    let share = statistics.acceptance.map { "\(Format.fixed(100 * $0, 1)) %" } ?? "none"
    let perPass = statistics.tokensPerPass.map { Format.fixed($0, 2) } ?? "–"
    return
      "speculation: \(share) of \(statistics.guessed) guesses accepted, \(perPass) tokens per target pass, "
      + "\(Format.fixed(gain, 2))× plain decoding (\(Format.si(plain)))"
  }
}
