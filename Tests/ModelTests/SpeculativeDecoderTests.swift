import Foundation
import Kernels
import Parallel
import Statistics
import Testing

@testable import Model

@Suite struct SpeculativeDecoderTests {
  private static func transformer(_ provider: some WeightProvider, _ backend: String, context: Int) throws
    -> Transformer
  {
    let kernels = try Backends.make(backend, pool: ThreadPool(threads: 1))
    let weights = try ModelWeights(provider, kernels: kernels)
    return Transformer(weights: weights, kernels: kernels, context: context)
  }
  private func stories(_ backend: String) throws -> Transformer {
    try Self.transformer(GGUFWeights(file: Fixture.stories()), backend, context: 256)
  }
  /// The shape of stories260K, and random weights: nearly all its guesses are wrong.
  private func noise(_ backend: String) throws -> Transformer {
    let config = try ModelConfig(gguf: Fixture.stories())
    return try Self.transformer(SyntheticWeights(config: config, seed: 3), backend, context: 256)
  }

  private func text(_ target: Transformer, _ draft: Transformer, length: Int, after prompt: [Int]) throws
    -> (tokens: [Int], statistics: SpeculativeDecoder.Statistics)
  {
    var decoder = try SpeculativeDecoder(
      target: target, draft: draft, length: length, sampler: Sampler(), prompt: prompt)
    while decoder.tokens.count < prompt.count + 100 {
      let room = prompt.count + 100 - decoder.tokens.count
      let count = try decoder.advance(atMost: room).count
      #expect((1...min(room, length + 1)).contains(count))
    }
    return (Array(decoder.tokens.dropFirst(prompt.count)), decoder.statistics)
  }

  @Test(arguments: 1...8) func greedyTextIsThatOfTheModelAlone(length: Int) throws {
    for golden in try Fixture.json("stories260K.golden.json", as: Fixture.Golden.self).cases {
      let expected = Array(golden.greedyTokens.prefix(100))
      let (same, all) = try text(stories("simd"), stories("simd"), length: length, after: golden.promptTokens)
      #expect(same == expected)
      // A model agrees with itself, up to near ties between passes of one token and of several.
      #expect(all.acceptance! > 0.95 && all.tokensPerPass! > 0.9 * Double(length + 1))
      let (other, few) = try text(stories("simd"), noise("simd"), length: length, after: golden.promptTokens)
      #expect(other == expected)
      #expect(few.acceptance! < 0.2 && few.produced == 100 && few.passes > 60)
    }
  }

  @Test func theReferenceKernelsAgree() throws {
    let golden = try #require(Fixture.json("stories260K.golden.json", as: Fixture.Golden.self).cases.first)
    let (tokens, statistics) = try text(
      stories("scalar"), stories("scalar"), length: 3, after: golden.promptTokens)
    #expect(tokens == Array(golden.greedyTokens.prefix(100)))
    #expect(statistics.guessed == 75 && statistics.accepted == 75)
    #expect(statistics.passes == 25 && statistics.produced == 100)
  }

  @Test func faultsAreNamed() throws {
    let target = try stories("simd")
    let other = try Self.transformer(
      GGUFWeights(file: GGUFFile(path: Fixture.path("tiny-llama.gguf"))), "simd", context: 256)
    func failure(_ draft: Transformer, _ length: Int, _ prompt: [Int]) -> String? {
      do {
        _ = try SpeculativeDecoder(
          target: target, draft: draft, length: length, sampler: Sampler(), prompt: prompt)
        return nil
      } catch { return "\(error)" }
    }
    #expect(failure(other, 4, [1]) == "the draft model has 66 tokens, the model 512; use two of one family")
    #expect(failure(target, 0, [1]) == "0 guesses at once; give 1 or more")
    #expect(failure(target, 4, []) == "no tokens to read; give a prompt")
    #expect(failure(target, 4, [600, 1]) == "token 600 is outside the vocabulary of 512")
    #expect(failure(target, 4, [1]) == nil)
  }

  /// Random weights with a vocabulary of 10: all ways that two tokens can go can be computed.
  @Test(arguments: [1, 2, 3]) func sampledTextHasTheDistributionOfTheModelAlone(length: Int) throws {
    var config = try ModelConfig(gguf: GGUFFile(path: Fixture.path("tiny-llama.gguf")))
    (config.vocabulary, config.context) = (10, 64)
    let target = try Self.transformer(SyntheticWeights(config: config, seed: 1), "simd", context: 32)
    let draft = try Self.transformer(SyntheticWeights(config: config, seed: 2), "simd", context: 32)
    var options = SamplingOptions(temperature: 0.5)
    (options.topK, options.repeatPenalty) = (8, 1.2)
    let prompt = [3, 1, 4]
    let expected = try pairs(target, options, after: prompt)
    var counts = [Double](repeating: 0, count: 100)
    var generator = SeededGenerator(seed: UInt64(length))
    for _ in 0..<2500 {
      let own = try Sampler(options, seed: generator.next())
      var decoder = try SpeculativeDecoder(
        target: target, draft: draft, length: length, sampler: own, prompt: prompt)
      while decoder.tokens.count < prompt.count + 2 { _ = try decoder.advance(atMost: 4) }
      counts[10 * decoder.tokens[3] + decoder.tokens[4]] += 1
    }
    #expect(ChiSquare(counts, expected).isPlausible)
    // The test can fail: the draft's own text is another one.
    #expect(!ChiSquare(counts, try pairs(draft, options, after: prompt)).isPlausible)
  }

  /// The probability of each pair of tokens after `prompt`.
  private func pairs(_ model: Transformer, _ options: SamplingOptions, after prompt: [Int]) throws -> [Double]
  {
    var sampler = try Sampler(options)
    func next(_ tokens: [Int]) throws -> TokenDistribution {
      model.cache.truncate(to: 0)
      let logits = try model.forward(tokens)
      return try logits.withSpan { span throws(ModelError) in try sampler.distribution(span, after: tokens) }
    }
    let first = try next(prompt)
    return try (0..<10).flatMap { a in
      let second = try next(prompt + [a])
      return (0..<10).map { first.probability(of: a) * second.probability(of: $0) }
    }
  }
}

/// The rule that keeps or replaces one guess, for distributions that are known.
@Suite struct GuessVerifierTests {
  private func distribution(_ logits: [Float], _ temperature: Float) throws -> TokenDistribution {
    var sampler = try Sampler(SamplingOptions(temperature: temperature))
    return try sampler.distribution(logits.span)
  }

  private func counts(_ q: TokenDistribution, _ p: TokenDistribution, verified: Bool = true) throws
    -> (tokens: [Double], kept: Int)
  {
    var (sampler, verifier) = (try Sampler(seed: 8), GuessVerifier(vocabulary: 6))
    var (counts, kept) = ([Double](repeating: 0, count: 6), 0)
    for _ in 0..<50_000 {
      let guess = sampler.draw(from: q)
      let other = verified ? verifier.verify(guess, drawnFrom: q, wanted: p, with: &sampler) : nil
      counts[other ?? guess] += 1
      kept += other == nil ? 1 : 0
    }
    return (counts, kept)
  }

  @Test func givesTheDistributionWanted() throws {
    let q = try distribution([1, 0, 2, -1, 0, .nan], 1)
    let p = try distribution([0, 1, 0.5, .nan, 2, 0], 0.7)
    let expected = (0..<6).map { p.probability(of: $0) }
    let (tokens, kept) = try counts(q, p)
    #expect(ChiSquare(tokens, expected).isPlausible)
    let overlap = (0..<6).reduce(0) { $0 + min(p.probability(of: $1), q.probability(of: $1)) }
    #expect(abs(Double(kept) / 50_000 - overlap) < 0.015)
    #expect(!ChiSquare(try counts(q, p, verified: false).tokens, expected).isPlausible)
  }

  @Test func alikeKeepsAllAndApartKeepsNone() throws {
    let (a, b) = (try distribution([1, 0, 2, 1, 0, 1], 1), try distribution([1, 9, 2, 1, 0, 1], 0))
    #expect(try counts(a, a).kept == 50_000)
    #expect(try counts(b, distribution([9, 1, 2, 1, 0, 1], 0)) == ([50_000, 0, 0, 0, 0, 0], 0))
  }
}

/// Pearson's test of counts against probabilities.
private struct ChiSquare {
  let statistic: Double
  /// Kinds that are expected at all, less one.
  let freedom: Int

  init(_ counts: [Double], _ probabilities: [Double]) {
    let total = counts.reduce(0, +)
    // Rare kinds together, as the statistic wants some of each.
    var (bins, rest) = ([(Double, Double)](), (0.0, 0.0))
    for (count, probability) in zip(counts, probabilities) {
      if probability * total >= 5 {
        bins.append((count, probability * total))
      } else {
        rest = (rest.0 + count, rest.1 + probability * total)
      }
    }
    if rest.0 + rest.1 > 0 { bins.append(rest) }
    statistic = bins.reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) / $1.1 }
    freedom = bins.count - 1
  }

  /// Below what one in a million samples of the right distribution exceeds: the quantile by Wilson and Hilferty (1931).
  var isPlausible: Bool {
    let normal = 4.753424  // its quantile at 1 − 10⁻⁶
    let share = 2 / (9 * Double(freedom))
    let threshold = Double(freedom) * pow(1 - share + normal * share.squareRoot(), 3)
    return statistic < threshold
  }
}
