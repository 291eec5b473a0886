import Kernels
import Parallel
import Testing

@testable import Model

/// Models whose cache is less exact than their arithmetic.
@Suite struct KVCacheTests {
  private func stories(_ backend: String, _ format: KVFormat, context: Int) throws -> Transformer {
    let kernels = try Backends.make(backend, pool: ThreadPool(threads: 1))
    let provider = try GGUFWeights(file: GGUFFile(path: Fixture.path("stories260K-f32.gguf")))
    return Transformer(
      weights: try ModelWeights(provider, kernels: kernels), kernels: kernels, context: context, keys: format,
      values: format)
  }

  /// Halves change no token of the golden continuations.
  @Test(arguments: TransformerTests.backends) func halvesContinueAsLlamaCppDoes(backend: String) throws {
    for golden in try Fixture.json("stories260K.golden.json", as: Fixture.Golden.self).cases {
      let run = try stories(backend, .f16, context: golden.promptTokens.count + 100)
      var produced: [Int] = []
      var logits = try run.forward(golden.promptTokens)
      for _ in 0..<100 {
        produced.append(try Sampler.greedy(Array(logits).span))
        if produced.count < 100 { logits = try run.forward([produced[produced.count - 1]]) }
      }
      #expect(produced == golden.greedyTokens)
    }
  }

  /// Relative ℓ² distance of all logits from those of a float cache. Each layer rounds keys and values once, which adds
  /// independent relative errors of up to `unit` each to the residual stream; 8 · √n of them is the bound for n.
  private func distance(_ format: KVFormat, backend: String) throws -> (seen: Double, layers: Int) {
    var config = try ModelConfig.preset("stories-260k")
    (config.heads, config.kvHeads, config.headDim, config.ropeDimensions) = (2, 1, 32, 32)
    let kernels = try Backends.make(backend, pool: ThreadPool(threads: 2))
    let weights = try ModelWeights(SyntheticWeights(config: config, seed: 3), kernels: kernels)
    let tokens = (0..<70).map { ($0 * $0 + 7) % 512 }
    func logits(_ format: KVFormat) throws -> [Float] {
      let run = Transformer(weights: weights, kernels: kernels, context: 80, keys: format, values: format)
      // A prompt, a few tokens together, and one after the other.
      let prompt = Array(try run.forward(Array(tokens[..<60]), logits: .all))
      let some = Array(try run.forward(Array(tokens[60..<65]), logits: .all))
      return prompt + some + (try tokens[65...].flatMap { Array(try run.forward([$0])) })
    }
    let exact = try logits(.f32), rounded = try logits(format)
    let error = zip(exact, rounded).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    let size = exact.reduce(0.0) { $0 + Double($1 * $1) }
    return ((error / size).squareRoot(), config.layers)
  }

  @Test(arguments: TransformerTests.backends) func logitsStayNearThoseOfAFloatCache(backend: String) throws {
    for (format, unit) in [(KVFormat.f16, 0x1p-11), (.q8_0, 0.5 / 127)] {
      let (seen, layers) = try distance(format, backend: backend)
      #expect(seen > 0 && seen <= 8 * (2 * Double(layers)).squareRoot() * unit, "\(format): \(seen)")
    }
  }

  @Test func bytesReadGrowWithTheContextAndTheFormat() {
    func bytes(_ keys: KVFormat, _ values: KVFormat) -> Int {
      let layout = KVLayout(kvHeads: 2, headDim: 64, capacity: 100, keys: keys, values: values)
      return KVCache(layers: 3, layout: layout).bytesRead(atContext: 10)
    }
    #expect(bytes(.f32, .f32) == 3 * 10 * 2 * 64 * 8)
    #expect(bytes(.f16, .f16) == 3 * 10 * 2 * 64 * 4)
    #expect(bytes(.q8_0, .q8_0) == 3 * 10 * 2 * 2 * 68)
  }
}
