import Foundation
import Kernels
import Parallel
import Testing

@testable import Model

@Suite struct TransformerTests {
  struct TinyModel: Decodable {
    struct Position: Decodable {
      let pos: Int
      let logits: [Double]
    }
    let tokens: [Int]
    let positions: [Position]
  }

  /// The backends of this machine that need no library.
  static let backends = ["scalar"] + Backends.simdNames

  private func transformer(_ name: String, backend: String, threads: Int = 1, context: Int) throws
    -> Transformer
  {
    let kernels = try Backends.make(backend, pool: ThreadPool(threads: threads))
    let provider = try GGUFWeights(file: GGUFFile(path: Fixture.path(name)))
    return Transformer(
      weights: try ModelWeights(provider, kernels: kernels), kernels: kernels, context: context)
  }

  /// Relative ℓ² error of a product that rounding its activations to int8 leaves: 1 / √12 of a step of max / 127, where
  /// the largest of a block of 32 is at most √32 times their root mean square.
  static let roundingToBytes = (32.0 / 12).squareRoot() / 127

  /// Products with quantised activations, if there are any, err independently of each other.
  @Test(arguments: ["tiny-qwen2", "tiny-llama", "tiny-mixed", "tiny-qwen3", "tiny-llama3"], backends)
  func logitsAgreeWithNumPy(model: String, backend: String) throws {
    let oracle = try Fixture.json("tiny-models.json", as: [String: TinyModel].self)
    let expected = try #require(oracle[model])
    let run = try transformer("\(model).gguf", backend: backend, threads: 2, context: expected.tokens.count)
    let logits = try run.forward(expected.tokens, logits: .all)
    let rounded = run.weights.matrices.count { $0.weights.activations(tokens: 1) != .f32 }
    #expect((rounded > 0) == (model == "tiny-mixed" && backend != "scalar"))
    for position in expected.positions {
      let start = position.pos * run.config.vocabulary
      let errors = position.logits.enumerated().map { Double(logits[start + $0]) - $1 }
      let error = norm(errors) / norm(position.logits)
      #expect(
        error < max(1e-5, Double(rounded).squareRoot() * Self.roundingToBytes), "position \(position.pos)")
    }
  }

  private func norm(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  @Test(arguments: backends) func continuesAsLlamaCppDoes(backend: String) throws {
    for golden in try Fixture.json("stories260K.golden.json", as: Fixture.Golden.self).cases {
      let tokens = golden.promptTokens
      let run = try transformer("stories260K-f32.gguf", backend: backend, context: tokens.count + 100)
      var produced: [Int] = []
      var logits = try run.forward(tokens)
      for _ in 0..<100 {
        produced.append(try Sampler.greedy(Array(logits).span))
        if produced.count < 100 { logits = try run.forward([produced[produced.count - 1]]) }
      }
      #expect(produced == golden.greedyTokens)
    }
  }

  @Test func aBatchEqualsTokenByToken() throws {
    let tokens = (0..<40).map { $0 * 37 % 512 }
    let whole = try transformer("stories260K-f32.gguf", backend: "simd", context: 40)
    let batch = Array(try whole.forward(tokens, logits: .all))
    let single = try transformer("stories260K-f32.gguf", backend: "simd", context: 40)
    for (i, token) in tokens.enumerated() {
      let one = Array(try single.forward([token]))
      let row = batch[i * 512..<(i + 1) * 512]
      #expect(zip(one, row).allSatisfy { abs($0 - $1) < 1e-4 })
    }
  }

  /// From the third token on, when working memory has its size.
  @Test(arguments: ["stories260K-f32", "tiny-llama", "tiny-mixed", "tiny-qwen3"], Backends.simdNames)
  func decodingAllocatesNothing(model: String, backend: String) throws {
    for threads in [1, 3] {
      let run = try transformer("\(model).gguf", backend: backend, threads: threads, context: 40)
      let token = [3]
      for _ in 0..<2 { _ = try run.forward(token) }
      var failure: (any Error)?
      let decoding = Allocations.counting {
        do { for _ in 0..<30 { _ = try run.forward(token) } } catch { failure = error }
      }
      #expect(failure == nil && decoding.requests == 0, "\(threads) threads")
      // The counter does count.
      let copying = Allocations.counting { _ = Array(repeating: 3, count: run.cache.count) }
      #expect(copying.requests > 0)
    }
  }

  @Test func promptsLongerThanABatchAreReadInParts() throws {
    let tokens = (0..<600).map { ($0 * $0 + 3) % 66 }
    let run = try transformer("tiny-llama.gguf", backend: "simd", context: 600)
    let last = Array(try run.forward(tokens))
    let other = try transformer("tiny-llama.gguf", backend: "simd", context: 600)
    for start in stride(from: 0, to: 500, by: 100) {
      _ = try other.forward(Array(tokens[start..<start + 100]))
    }
    let parts = Array(try other.forward(Array(tokens[500...])))
    #expect(zip(last, parts).allSatisfy { abs($0 - $1) < 1e-4 })
    #expect(run.cache.count == 600)
  }

  @Test(arguments: [1, 7, 64]) func theBatchChangesNoLogits(batch: Int) throws {
    let tokens = (0..<50).map { ($0 * $0 + 3) % 66 }
    let whole = try transformer("tiny-llama.gguf", backend: "simd", context: 50)
    let split = Transformer(weights: whole.weights, kernels: whole.kernels, context: 50, batch: batch)
    let (expected, seen) = (
      Array(try whole.forward(tokens, logits: .all)), Array(try split.forward(tokens, logits: .all))
    )
    #expect(zip(expected, seen).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  @Test func truncatingTheCacheForgets() throws {
    let run = try transformer("tiny-llama.gguf", backend: "simd", context: 20)
    let first = Array(try run.forward([1, 2, 3, 4, 5]))
    _ = try run.forward([9, 9, 9])
    run.cache.truncate(to: 4)
    let again = Array(try run.forward([5]))
    #expect(zip(first, again).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  @Test func refusesWhatItCannotRead() throws {
    let run = try transformer("tiny-llama.gguf", backend: "scalar", context: 32)
    for tokens in [[], [66], [-1], Array(repeating: 1, count: 33)] {
      #expect(throws: ModelError.self) { try run.forward(tokens) }
    }
    #expect(run.cache.count == 0)
  }

  @Test func syntheticWeightsFollowTheirSeedAndShape() throws {
    let config = try ModelConfig.preset("stories-260k")
    func logits(_ seed: UInt64) throws -> [Float] {
      let kernels = try Backends.make("simd", pool: ThreadPool(threads: 1))
      let weights = try ModelWeights(SyntheticWeights(config: config, seed: seed), kernels: kernels)
      return Array(try Transformer(weights: weights, kernels: kernels, context: 8).forward([1, 2, 3]))
    }
    let one = try logits(1)
    #expect(try logits(1) == one)
    #expect(try logits(2) != one)
    #expect(one.allSatisfy(\.isFinite) && one.contains { abs($0) > 0.01 })
  }
}
