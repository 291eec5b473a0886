import InferenceCases
import Kernels
import Measurement
import Model
import Parallel
import Quantities
import Testing

@Suite struct BenchRowTests {
  /// Heads of 32 elements, which q8_0 needs, or of 8.
  private func subject(_ format: KVFormat, preset: String = "wide", context: Int = 64) throws -> BenchSubject
  {
    var config = try ModelConfig.preset("stories-260k")
    if preset == "wide" {
      (config.heads, config.kvHeads, config.headDim, config.ropeDimensions) = (2, 1, 32, 32)
    }
    let loaded = LoadedModel(name: "tiny", provider: SyntheticWeights(config: config, seed: 1))
    return try BenchSubject(
      loaded, formats: KVFormats(keys: format, values: format), context: context,
      pool: ThreadPool(threads: 2), seed: 1)
  }

  private func results(_ sets: [any KernelSet], _ subject: BenchSubject, _ test: BenchTest, batch: Int = 512)
    throws -> (row: BenchRow, results: [AlternativeResult])
  {
    let row = BenchRow(test, subject: subject, batch: batch)
    let transformers = try sets.map { try subject.transformer($0, batch: 7) }
    let measured = try row.measured(id: "row", transformers: transformers)
    return (row, try Sampler().run(measured, plan: .repetitions(3)))
  }

  @Test(arguments: KVFormat.allCases) func everyBackendPassesInEveryFormat(format: KVFormat) throws {
    let pool = ThreadPool(threads: 2)
    let sets = try (["scalar"] + Backends.simdNames).map { try Backends.make($0, pool: pool) }
    let (_, results) = try results(sets, try subject(format), BenchTest(prompt: 9, generated: 0))
    for found in results {
      #expect(found.isTimed && found.samples.count == 3, "\(found.label): \(String(describing: found.check))")
    }
  }

  @Test(arguments: KVFormat.allCases, [Operation.linear, .rmsNorm, .rope, .swiGLU, .attention])
  func noFormatHidesAFault(format: KVFormat, fault: Operation) throws {
    let right = try Backends.make("simd", pool: ThreadPool(threads: 1))
    let (_, results) = try results(
      [FaultyKernelSet(right, fault: fault)], try subject(format), BenchTest(prompt: 1, generated: 0))
    #expect(results[0].check?.passed == false && results[0].samples.isEmpty)
  }

  @Test func timesWithinASampleAddUpToIt() throws {
    let set = try Backends.make("simd", pool: ThreadPool(threads: 1))
    let (row, results) = try results([set], try subject(.f16), BenchTest(prompt: 20, generated: 5, depth: 30))
    let calls = try #require(row.times[set.name])
    #expect(calls.count == 4)  // the first one warmed up
    for (call, sample) in zip(calls.suffix(3), results[0].samples) {
      #expect(call.tokens.count == 5)
      let sum = call.tokens.reduce(try #require(call.prompt), +)
      #expect(sum > .zero && sum.value <= sample)
    }
    #expect(row.test.name == "pp20+tg5 @ d30" && row.test.id == "pp20-tg5.d30")
  }

  @Test func aPromptAloneHasNoTokensAndTokensNoPrompt() throws {
    let set = try Backends.make("simd", pool: ThreadPool(threads: 1))
    let subject = try subject(.f32)
    let prompt = try results([set], subject, BenchTest(prompt: 20, generated: 0), batch: 6).row.times[
      set.name]
    #expect(prompt?.allSatisfy { $0.prompt != nil && $0.tokens.isEmpty } == true)
    let tokens = try results([set], subject, BenchTest(prompt: 0, generated: 3)).row.times[set.name]
    #expect(tokens?.allSatisfy { $0.prompt == nil && $0.tokens.count == 3 } == true)
  }

  /// Every call starts at the depth, whatever a call before, of this row or another one, has left behind.
  @Test func theCacheIsCutBackToTheDepth() throws {
    let set = try Backends.make("simd", pool: ThreadPool(threads: 1))
    let subject = try subject(.f16)
    let transformer = try subject.transformer(set, batch: 512)
    for test in [
      BenchTest(prompt: 8, generated: 0, depth: 40), BenchTest(prompt: 0, generated: 3, depth: 0),
      BenchTest(prompt: 2, generated: 2, depth: 10),
    ] {
      let measured = try BenchRow(test, subject: subject, batch: 16).measured(
        id: "row", transformers: [transformer])
      #expect(try Sampler().run(measured, plan: .repetitions(2))[0].isTimed)
      #expect(transformer.cache.count == test.context)
    }
  }

  @Test func aBackendIsCheckedOnce() throws {
    let set = try Backends.make("simd", pool: ThreadPool(threads: 1))
    let subject = try subject(.f32)
    let transformer = try subject.transformer(set, batch: 512)
    _ = try transformer.forward([1, 2, 3])
    for expected in [0, 2] {
      let row = BenchRow(BenchTest(prompt: 3, generated: 0), subject: subject, batch: 16)
      let measured = try row.measured(id: "row", transformers: [transformer])
      #expect(try measured.alternatives[0].check?().passed == true)
      // A check empties the cache, if it takes place.
      #expect(transformer.cache.count == expected)
      _ = try transformer.forward([1, 2])
    }
  }

  @Test func poolsAndBackendsOfOneLayoutShareTheWeights() throws {
    let config = try ModelConfig.preset("stories-260k")
    let loaded = LoadedModel(name: "tiny", provider: SyntheticWeights(config: config, seed: 1))
    func weights(_ name: String, threads: Int) throws -> ModelWeights {
      try loaded.weights(for: try Backends.make(name, pool: ThreadPool(threads: threads)))
    }
    let one = try weights("simd", threads: 1), scalar = try weights("scalar", threads: 1)
    #expect(try weights("simd", threads: 2) === one && one !== scalar)
  }

  @Test func formatsThatDoNotFitTheHeadsAreRefused() {
    #expect(throws: ModelError.self) { try subject(.q8_0, preset: "narrow") }
  }

  @Test func anInterruptEndsARowBetweenTokens() throws {
    let set = try Backends.make("simd", pool: ThreadPool(threads: 1))
    let subject = try subject(.f16)
    var asked = 0
    let row = BenchRow(BenchTest(prompt: 0, generated: 40), subject: subject, batch: 16) {
      asked += 1
      return asked > 10
    }
    let measured = try row.measured(
      id: "row", transformers: [try subject.transformer(set, batch: 512)])
    #expect(throws: Interrupted.self) {
      try Sampler(isInterrupted: { asked > 10 }).run(measured, plan: .repetitions(2))
    }
    #expect(asked == 11 && row.times.isEmpty)
  }
}
