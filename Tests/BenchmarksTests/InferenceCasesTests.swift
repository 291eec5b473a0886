import Energy
import struct Foundation.URL
import InferenceCases
import Kernels
import Measurement
import Model
import Parallel
import Quantities
import Testing

@Suite struct InferenceCasesTests {
  private func cases(_ sets: [any KernelSet]) throws -> InferenceCases {
    let provider = SyntheticWeights(config: try ModelConfig.preset("stories-260k"), seed: 1)
    let lengths = InferenceCases.Lengths(prompt: 12, generated: 4)
    let model = try BenchModel(name: "stories-260k", provider: provider, sets: sets, context: lengths.context)
    return InferenceCases(model: model, lengths: lengths, seed: 1)
  }

  @Test func everyBackendAgreesWithTheReference() throws {
    let pool = ThreadPool(threads: 2)
    let sets = try (["scalar"] + Backends.simdNames).map { try Backends.make($0, pool: pool) }
    let subject = try cases(sets)
    for measured in [try subject.prefill(), try subject.decode()] {
      let results = try Sampler().run(measured, plan: KernelCasesTests.checkOnly)
      #expect(results.map(\.label) == sets.map(\.name))
      #expect(results.allSatisfy { $0.check?.passed == true })
    }
  }

  /// A layout's weights once, whatever pools share them; none for the oracle, which reads a file where it lies. Weights that
  /// are made up take their own memory besides.
  @Test func memoryIsThatOfTheFormats() throws {
    let config = try ModelConfig.preset("stories-15m")
    let made = SyntheticWeights(config: config, seed: 1, format: .q8_0)
    let own = config.tensorSpecs.filter(\.isMatrix).reduce(0) { $0 + $1.elements / 32 * 34 }
    let file = try mixedFormats()
    let sets = try [1, 2].map { try Backends.make("simd", pool: ThreadPool(threads: $0)) }
    for (provider, own) in [(made as any WeightProvider, own), (file, 0)] {
      let weights = try ModelWeights.bytesNeeded(provider, kernels: sets[0]), config = provider.config
      let cached = sets.count * 4 * 2 * config.layers * config.kvHeads * config.headDim * 100
      let needed = try BenchModel.bytesNeeded(provider, sets: sets, context: 100)
      #expect(needed.value == Double(weights + own + cached))
    }
  }

  /// Also without the scalar backend among those that are timed.
  @Test(arguments: [Operation.linear, .rmsNorm, .rope, .swiGLU, .attention])
  func aFaultyOperationFailsTheLogits(_ fault: Operation) throws {
    let right = try Backends.make("simd", pool: ThreadPool(threads: 1))
    let subject = try cases([FaultyKernelSet(right, fault: fault)])
    let plan = SamplingPlan(
      minimumSample: Seconds(0.001), budget: Seconds(0.01), maxSamples: 2, warmUp: .zero)
    let results = try Sampler().run(try subject.prefill(), plan: plan)
    #expect(results[0].check?.passed == false)
    #expect(results[0].samples.isEmpty)
  }

  /// Its weights are made for the first check, and a fault in a product shows.
  @Test func aChangeIsJudgedByAPromptAndByDecoding() throws {
    let right = try Backends.make("simd", pool: ThreadPool(threads: 2))
    let sets = [right, FaultyKernelSet(right, fault: .linear, name: "faulty")]
    let judged = try InferenceCases.judged(sets: sets)
    #expect(judged.map(\.id) == ["prefill.stories-15m.q8_0.p64", "decode.stories-15m.q8_0.d64"])
    for measured in judged {
      let results = try Sampler().run(measured, plan: KernelCasesTests.checkOnly)
      #expect(results.map(\.label) == sets.map(\.name))
      #expect(results.map { $0.check?.passed } == [true, false], "\(measured.id)")
    }
    #expect(try InferenceCases.judged(sets: []).isEmpty)
  }

  /// Q8_0, Q4_0, Q4_K and Q6_K in one file.
  private func mixedFormats() throws -> GGUFWeights {
    let path = URL(filePath: #filePath).deletingLastPathComponent().appending(
      path: "../Fixtures/tiny-mixed.gguf")
    return try GGUFWeights(file: GGUFFile(path: path.standardized.path))
  }

  private func mixed(_ sets: [any KernelSet]) throws -> InferenceCases {
    let lengths = InferenceCases.Lengths(prompt: 16, generated: 4)
    let model = try BenchModel(
      name: "tiny-mixed", provider: mixedFormats(), sets: sets, context: lengths.context)
    return InferenceCases(model: model, lengths: lengths, seed: 1)
  }

  private func check(_ set: any KernelSet) throws -> CheckResult? {
    try Sampler().run(try mixed([set]).prefill(), plan: KernelCasesTests.checkOnly)[0].check
  }

  @Test func quantisedWeightsPassWithEveryBackend() throws {
    for name in ["scalar"] + Backends.simdNames {
      let found = try check(try Backends.make(name, pool: ThreadPool(threads: 2)))
      #expect(found?.passed == true, "\(name): \(found?.error ?? .nan) of \(found?.tolerance ?? .nan)")
    }
  }

  @Test(arguments: [Operation.linear, .rmsNorm, .rope, .swiGLU, .attention])
  func quantisedWeightsHideNoFault(_ fault: Operation) throws {
    let right = try Backends.make("simd", pool: ThreadPool(threads: 1))
    #expect(try check(FaultyKernelSet(right, fault: fault))?.passed == false)
  }

  @Test(arguments: PlainQuantised.Fault.allCases)
  func quantisedWeightsHideNoFaultOfAProduct(_ fault: PlainQuantised.Fault) throws {
    let right = try Backends.make("simd", pool: ThreadPool(threads: 1))
    func set(_ fault: PlainQuantised.Fault?) -> FaultyKernelSet {
      FaultyKernelSet(right, fault: nil, products: PlainQuantised(fault: fault))
    }
    #expect(try check(set(nil))?.passed == true)
    #expect(try check(set(fault))?.passed == false)
  }

  @Test func decodingStaysWithinTheContext() throws {
    let subject = try cases([try Backends.make("simd", pool: ThreadPool(threads: 1))])
    let transformer = subject.model.transformers[0]
    for _ in 0..<11 {
      try subject.runDecode(transformer)
      #expect((13...16).contains(transformer.cache.count))
    }
  }

  @Test func workCountsWeightsTwiceAndAttentionByContext() throws {
    let subject = try cases([try Backends.make("simd", pool: ThreadPool(threads: 1))])
    let config = subject.model.config
    let one = subject.model.flops(context: 1), two = subject.model.flops(context: 2)
    #expect(two - one == Double(4 * config.layers * config.heads * config.headDim))
    #expect(one - (two - one) == Double(2 * config.matmulParameters))
    // The prompt's head is computed for one token of twelve.
    let prefill = try #require(try subject.prefill().work.flops).value
    let all = 12 * subject.model.flops(context: 6.5)
    #expect(prefill == all - Double(11 * 2 * config.width * config.vocabulary))
  }

  @Test func theRooflineIsTheLowerOfBothLimits() {
    func roof(_ flops: Double, _ bytes: Double) -> Roofline {
      Roofline(
        peak: FLOPsPerSecond(100), bandwidth: BytesPerSecond(10), flopsPerToken: FLOPs(flops),
        bytesPerToken: Bytes(bytes))
    }
    #expect(roof(10, 5).ceiling == TokensPerSecond(2) && roof(10, 5).bound == .memory)
    #expect(roof(100, 5).ceiling == TokensPerSecond(1) && roof(100, 5).bound == .compute)
  }

  @Test func energyOfAPhaseIsPowerTimesTime() throws {
    let window = try EnergyWindow.computed(try FixedWattsMeter(Watts(20)), length: Seconds(0.5), tokens: 4)
    #expect((window.energy.central / window.tokens).value == 2.5)
  }

  /// After a repetition that warms up.
  @Test func aWindowEndsWithAWholeRepetition() throws {
    var calls = 0
    let window = try EnergyWindow.measure(
      try FixedWattsMeter(Watts(10)), atLeast: Seconds(0.01), tokens: 3, work: { calls += 1 })
    #expect(window.tokens.value == Double(3 * (calls - 1)) && calls > 1)
    #expect(window.length >= Seconds(0.01))
  }
}
