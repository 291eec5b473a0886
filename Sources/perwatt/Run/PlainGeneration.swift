import Measurement
import Model
import Quantities

/// Token by token: one forward pass for each.
struct PlainGeneration {
  let transformer: Transformer
  var sampler: Model.Sampler

  /// Reads `prompt` and prints up to `limit` tokens after it. Returns the report: times of the forward passes alone,
  /// neither sampling nor printing.
  mutating func run(_ prompt: [Int], limit: Int, to output: inout TextOutput) throws -> String {
    let clock = Clock.monotonic
    var (tokens, passes, time) = (prompt, 0, Seconds.zero)
    // Nothing is allocated from token to token.
    tokens.reserveCapacity(prompt.count + limit)
    var last = [0]
    var start = clock.now()
    var logits = try transformer.forward(prompt)
    let prefill = Tokens(prompt.count) / (clock.now() - start)
    while true {
      let next = try logits.withSpan { span throws(ModelError) in try sampler.next(span, after: tokens) }
      guard try output.push(next), output.count < limit else { break }
      tokens.append(next)
      start = clock.now()
      last[0] = next
      logits = try transformer.forward(last)
      time += clock.now() - start
      passes += 1
    }
    let report = "prefill \(prompt.count) tokens, \(Format.si(prefill))"
    return passes == 0 ? report : report + "; decode \(passes) tokens, \(Format.si(Tokens(passes) / time))"
  }
}
