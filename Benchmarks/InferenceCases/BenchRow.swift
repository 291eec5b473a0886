import Measurement
import Model
import Quantities

/// One row of llama-bench: a prompt, generated tokens, or both, at some depth, the backends side by side.
public final class BenchRow {
  /// The times within one call of the row's work.
  public struct Times: Hashable, Sendable {
    /// The prompt, up to the logits of its last token; nil where there is none.
    public var prompt: Seconds?
    /// Each generated token.
    public var tokens: [Seconds] = []
  }

  public let test: BenchTest
  /// What each backend's calls took, in their order; the first one of each warmed it up.
  public private(set) var times: [String: [Times]] = [:]

  private let subject: BenchSubject
  /// Tokens of one forward call; the transformers divide it further.
  private let batch: Int
  private let isInterrupted: () -> Bool
  private let clock = Clock.monotonic

  /// - Parameters:
  ///   - batch: tokens that are handed to the model at once, as llama-bench's `-b`.
  ///   - isInterrupted: asked between forward calls; must be cheap.
  public init(
    _ test: BenchTest, subject: BenchSubject, batch: Int, isInterrupted: @escaping () -> Bool = { false }
  ) {
    (self.test, self.subject, self.batch, self.isInterrupted) = (test, subject, batch, isInterrupted)
  }

  /// The row as a case, beside `others` that do the same work.
  public func measured(id: String, transformers: [Transformer], others: [Alternative] = []) throws -> Case {
    try Case(
      id: id, title: test.name, work: Work(flops: flops, tokens: Tokens(test.tokens)),
      alternatives: transformers.map(alternative) + others)
  }

  private func alternative(_ transformer: Transformer) -> Alternative {
    let label = transformer.kernels.name
    return Alternative(
      label, cooldown: Seconds(transformer.kernels.lingering),
      check: { [subject] in try subject.check(transformer) },
      body: { [self] in
        for _ in 0..<$0 { times[label, default: []].append(try run(transformer)) }
      })
  }

  /// The whole test once. Tokens up to the depth are computed if they are not in the cache yet, which is so in the first
  /// call at most, and that one is not timed.
  private func run(_ transformer: Transformer) throws -> Times {
    transformer.cache.truncate(to: min(test.depth, transformer.cache.count))
    try read(test.depth - transformer.cache.count, transformer)
    var times = Times()
    var last = clock.now()
    func lap() -> Seconds {
      let now = clock.now()
      defer { last = now }
      return now - last
    }
    if test.prompt > 0 {
      try read(test.prompt, transformer)
      times.prompt = lap()
    }
    times.tokens.reserveCapacity(test.generated)
    for _ in 0..<test.generated {
      try read(1, transformer)
      times.tokens.append(lap())
    }
    return times
  }

  /// The next `count` tokens, in batches; the logits of each batch's last token are computed.
  private func read(_ count: Int, _ transformer: Transformer) throws {
    let start = transformer.cache.count
    for first in stride(from: start, to: start + count, by: batch) {
      if isInterrupted() { throw ModelError("interrupted") }
      _ = try transformer.forward(Array(subject.tokens[first..<min(first + batch, start + count)]))
    }
  }

  private var flops: FLOPs {
    let model = subject.model
    let head = 2 * Double(model.config.width * model.config.vocabulary)
    let read = Double(test.depth) + Double(test.prompt + 1) / 2
    let seen = Double(test.depth + test.prompt) + Double(test.generated + 1) / 2
    let heads = head * Double((test.prompt + batch - 1) / batch)
    return FLOPs(
      Double(test.prompt) * model.flops(context: read, withHead: false) + heads
        + Double(test.generated) * model.flops(context: seen))
  }
}
