import InferenceCases
import Kernels
import Measurement
import Model
import Quantities

/// Teacher and students in use: prefill and decode, the models side by side in one rotation.
public struct UseCases {
  /// Each under the name that reports use.
  public let models: [(name: String, cases: InferenceCases)]

  /// - Parameter providers: each with a name of its own; a slug.
  public init(
    _ providers: [(name: String, provider: any WeightProvider)], kernels: any KernelSet,
    lengths: InferenceCases.Lengths
  ) throws {
    models = try providers.map { name, provider in
      let model = try BenchModel(name: name, provider: provider, sets: [kernels], context: lengths.context)
      return (name, InferenceCases(model: model, lengths: lengths, seed: 1))
    }
  }

  public func prefill() throws -> Case {
    try joined("train.distill.prefill", "prefill of \(models[0].cases.lengths.prompt) tokens") {
      try $0.prefill()
    }
  }

  public func decode() throws -> Case {
    try joined("train.distill.decode", "decode at \(models[0].cases.lengths.prompt) tokens") {
      try $0.decode()
    }
  }

  /// One case of every model's own; the work is said in tokens, in which all agree.
  private func joined(_ id: String, _ title: String, _ make: (InferenceCases) throws -> Case) throws -> Case {
    var tokens: Tokens?
    let alternatives = try models.map { name, cases in
      let own = try make(cases)
      tokens = own.work.tokens
      return own.alternatives[0].relabelled(name)
    }
    return try Case(id: id, title: title, work: Work(tokens: tokens), alternatives: alternatives)
  }
}

/// A teacher's text, written by it alone and with students' guesses.
public struct SpeculationCase {
  /// A student that guesses.
  public struct Draft {
    public let name: String
    public let model: Transformer

    public init(name: String, model: Transformer) { (self.name, self.model) = (name, model) }
  }

  public static let alone = "teacher alone"

  private let target: Transformer
  private let drafts: [Draft]
  private let guesses: Int, length: Int
  private let options: SamplingOptions
  private let prompts: [[Int]]

  /// - Parameters:
  ///   - guesses: tokens that a draft guesses at once.
  ///   - length: tokens that follow each prompt.
  public init(
    target: Transformer, drafts: [Draft], guesses: Int, length: Int, prompts: [[Int]], temperature: Float
  ) {
    (self.target, self.drafts, self.prompts) = (target, drafts, prompts)
    (self.guesses, self.length) = (guesses, length)
    options = SamplingOptions(temperature: temperature)
  }

  /// All ways of writing, side by side; one iteration is one text. At temperature 0, each has to write the same as the
  /// teacher alone.
  public func timed() throws -> Case {
    let alone = Alternative(Self.alone, check: { try check(nil) }) { count in
      for index in 0..<count { _ = try plain(prompts[index % prompts.count]) }
    }
    let others = drafts.map { draft in
      Alternative(draft.name, check: { try check(draft) }) { count in
        for index in 0..<count { _ = try speculate(prompts[index % prompts.count], draft) }
      }
    }
    return try Case(
      id: "train.distill.speculate", title: "a text of \(length) tokens",
      work: Work(tokens: Tokens(length)), alternatives: [alone] + others)
  }

  /// What came of a draft's guesses over all prompts.
  public func statistics(_ draft: Draft) throws -> SpeculativeDecoder.Statistics {
    try prompts.reduce(into: SpeculativeDecoder.Statistics()) { sum, prompt in
      sum.add(try speculate(prompt, draft).statistics)
    }
  }

  private func check(_ draft: Draft?) throws -> CheckResult {
    let wanted = try plain(prompts[0])
    // Sampled texts differ from one another by right.
    guard let draft, options.temperature == 0 else {
      return CheckResult(metric: "wrong tokens", error: 0, tolerance: 0)
    }
    let wrong = zip(wanted, try speculate(prompts[0], draft).tokens).count { $0 != $1 }
    return CheckResult(metric: "wrong tokens", error: Double(wrong), tolerance: 0)
  }

  private func plain(_ prompt: [Int]) throws -> [Int] {
    var sampler = try Model.Sampler(options, seed: 1)
    var tokens = prompt
    target.cache.truncate(to: 0)
    while tokens.count < prompt.count + length {
      let logits = try target.forward(Array(tokens[target.cache.count...]))
      tokens.append(
        try logits.withSpan { span throws(ModelError) in try sampler.next(span, after: tokens) })
    }
    return tokens
  }

  private func speculate(_ prompt: [Int], _ draft: Draft) throws -> SpeculativeDecoder {
    let sampler = try Model.Sampler(options, seed: 1)
    var decoder = try SpeculativeDecoder(
      target: target, draft: draft.model, length: guesses, sampler: sampler, prompt: prompt)
    while decoder.tokens.count < prompt.count + length {
      _ = try decoder.advance(atMost: prompt.count + length - decoder.tokens.count)
    }
    return decoder
  }
}
