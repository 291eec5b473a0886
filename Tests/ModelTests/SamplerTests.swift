import Foundation
import Statistics
import Testing

@testable import Model

@Suite struct SamplerTests {
  @Test func greedyTakesTheFirstLargest() throws {
    let cases: [([Float], Int)] = [
      ([1, 3, 3, 2], 1), ([.nan, -1, .nan], 1), ([-.infinity, -.infinity], 0), ([0, .infinity], 1), ([5], 0),
      ([.nan, -.infinity], 1), ([0, -0.0], 0),
    ]
    var penalised = SamplingOptions()
    (penalised.repeatPenalty, penalised.topK) = (2, 1)
    for (logits, best) in cases {
      #expect(try Sampler.greedy(logits.span) == best)
      var sampler = try Sampler(penalised)
      #expect(try sampler.next(logits.span) == best)
    }
    for logits in [[], [.nan, .nan]] as [[Float]] {
      var sampler = try Sampler(penalised)
      #expect(throws: ModelError.self) { try Sampler.greedy(logits.span) }
      #expect(throws: ModelError.self) { try sampler.next(logits.span, after: [0]) }
    }
  }

  @Test func temperatureZeroIsGreedy() throws {
    var sampler = try Sampler(SamplingOptions(temperature: 0), seed: 9)
    for _ in 0..<20 { #expect(try sampler.next([0, 0.1, 0.1, 0].span) == 1) }
  }

  @Test func senselessOptionsAreRefused() {
    func problem(_ change: (inout SamplingOptions) -> Void) -> String {
      var options = SamplingOptions(temperature: 1)
      change(&options)
      do { return "\(try Sampler(options).options)" } catch { return error.description }
    }
    for temperature in [-1, -.leastNonzeroMagnitude, .nan, .infinity] as [Float] {
      #expect(problem { $0.temperature = temperature }.hasPrefix("temperature \(temperature): give 0"))
    }
    #expect(problem { $0.topK = -1 }.hasPrefix("top-k -1: give"))
    for topP in [0, -1, 1.5, .nan] as [Float] {
      #expect(problem { $0.topP = topP }.hasPrefix("top-p \(topP): "))
    }
    for minP in [-1, 1.5, .nan] as [Float] {
      #expect(problem { $0.minP = minP }.hasPrefix("min-p \(minP): "))
    }
    for penalty in [0, -1, .nan, .infinity] as [Float] {
      #expect(problem { $0.repeatPenalty = penalty }.hasPrefix("repeat-penalty \(penalty): give 1"))
    }
    #expect(problem { $0.repeatLast = -1 }.hasPrefix("repeat-last-n -1: give"))
  }

  @Test func drawsFromTheSoftmax() throws {
    let logits: [Float] = [1, .nan, 0, -.infinity, 2, -1]
    let temperature = 0.7
    var sampler = try Sampler(SamplingOptions(temperature: Float(temperature)), seed: 1)
    var counts = [Int](repeating: 0, count: logits.count)
    for _ in 0..<20_000 { counts[try sampler.next(logits.span)] += 1 }
    let weights = logits.map { $0.isNaN ? 0 : exp(Double($0) / temperature) }
    for (count, weight) in zip(counts, weights) {
      let expected = weight / weights.reduce(0, +) * 20_000
      #expect(abs(Double(count) - expected) <= 5 * expected.squareRoot())
    }
  }

  @Test func theSeedDecides() throws {
    let logits = [Float](repeating: 0, count: 1000)
    func draws(_ seed: UInt64) throws -> [Int] {
      var sampler = try Sampler(SamplingOptions(temperature: 1), seed: seed)
      return try (0..<10).map { _ in try sampler.next(logits.span) }
    }
    #expect(try draws(1) == draws(1) && draws(1) != draws(2))
    // The same on every machine.
    #expect(try draws(1) == [566, 745, 971, 444, 444, 762, 877, 523, 285, 793])
  }

  @Test func memoryIsTakenOnce() throws {
    var options = SamplingOptions(temperature: 0.8)
    (options.topK, options.topP, options.minP, options.repeatPenalty) = (900, 0.9, 0.01, 1.1)
    var sampler = try Sampler(options)
    var generator = SeededGenerator(seed: 2)
    func address() throws -> Int {
      let logits = (0..<1000).map { _ in generator.symmetric() }
      let found = try sampler.distribution(logits.span, after: [1, 2, 3])
      return found.candidates.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
    }
    let first = try address()
    for _ in 0..<50 { #expect(try address() == first) }
  }

  @Test func extremesStayInRange() throws {
    var cold = try Sampler(SamplingOptions(temperature: .leastNonzeroMagnitude))
    #expect(try cold.next([0, 1, -.infinity].span) == 1)
    var hot = try Sampler(SamplingOptions(temperature: .greatestFiniteMagnitude))
    #expect(try (0..<50).allSatisfy { _ in try hot.next([3, -.infinity, .infinity].span) == 2 })
    #expect(try hot.next([-.infinity, -.infinity].span) == 0)
  }

  @Test func theExponentialIsExact() {
    var generator = SeededGenerator(seed: 5)
    for x in [0, -0.0, -1e-300, -1e-17, -0.5, -1, -707.9]
      + (0..<5000).map({ _ in Double.random(in: -700...0, using: &generator) })
    {
      #expect(abs(portableExponential(x) - exp(x)) <= 0x1p-51 * exp(x), "\(x)")
    }
    for x in [-708, -1e300, -.infinity] as [Double] { #expect(portableExponential(x) == 0) }
  }
}

/// The filters, against llama.cpp's expectations and against the same by sorting everything.
@Suite struct SamplingFilterTests {
  private func distribution(
    _ probabilities: [Float], after tokens: [Int] = [], _ change: (inout SamplingOptions) -> Void
  )
    throws -> [Double]
  {
    try distribution(logits: probabilities.map { log($0) }, after: tokens, change)
  }
  private func distribution(logits: [Float], after tokens: [Int], _ change: (inout SamplingOptions) -> Void)
    throws
    -> [Double]
  {
    var options = SamplingOptions(temperature: 1)
    change(&options)
    var sampler = try Sampler(options)
    let found = try sampler.distribution(logits.span, after: tokens)
    #expect(abs(found.probabilities.reduce(0) { $0 + $1.probability } - 1) < 1e-12)
    #expect(found.probabilities.count == found.count)
    return logits.indices.map { found.probability(of: $0) }
  }
  private func expectNear(_ found: [Double], _ expected: [Double]) {
    #expect(found.count == expected.count)
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-5 }, "\(found) \(expected)")
  }

  /// The cases of ggml-org/llama.cpp `tests/test-sampling.cpp`.
  @Test func doWhatLlamaCppsTestsExpect() throws {
    let four: [Float] = [0.1, 0.2, 0.3, 0.4]
    expectNear(try distribution(four) { $0.topK = 1 }, [0, 0, 0, 1])
    expectNear(try distribution(four) { $0.topK = 3 }, [0, 0.22222, 0.33333, 0.44444])
    expectNear(try distribution(four) { $0.topK = 4 }, [0.1, 0.2, 0.3, 0.4])
    expectNear(try distribution(four) { $0.topK = 0 }, [0.1, 0.2, 0.3, 0.4])
    expectNear(try distribution(four) { $0.topP = 1e-6 }, [0, 0, 0, 1])
    expectNear(try distribution(four) { $0.topP = 0.7 - 1e-6 }, [0, 0, 0.428571, 0.571429])
    expectNear(try distribution(four) { $0.topP = 0.8 }, [0, 0.22222, 0.33333, 0.44444])
    expectNear(try distribution(four) { $0.topP = 1 }, [0.1, 0.2, 0.3, 0.4])
    for (minP, least) in [(0.24, 0.1), (0.26, 0.2), (0.49, 0.2), (0.51, 0.3), (0.74, 0.3), (0.76, 0.4)]
      as [(Float, Float)]
    {
      let kept = four.map { $0 >= least ? Double($0) : 0 }
      expectNear(try distribution(four) { $0.minP = minP }, kept.map { $0 / kept.reduce(0, +) })
    }
    let five = [Float](repeating: 0.2, count: 5)
    expectNear(try distribution(five, after: [0]) { $0.repeatPenalty = 50 }, [0, 0.25, 0.25, 0.25, 0.25])
    for tokens in [[0, 1, 2], [0, 1, 2, 0, 0]] {
      expectNear(try distribution(five, after: tokens) { $0.repeatPenalty = 50 }, [0, 0, 0, 0.5, 0.5])
    }
  }

  @Test func thePenaltyLooksBackSoFarAndNoFurther() throws {
    let logits: [Float] = [1, -1, 0, .nan, 2]
    func penalised(_ tokens: [Int], last: Int) throws -> [Double] {
      try distribution(logits: logits, after: tokens) { ($0.repeatPenalty, $0.repeatLast) = (2, last) }
    }
    func softmax(_ logits: [Double]) -> [Double] {
      let weights = logits.map { exp($0) }
      return weights.map { $0 / weights.reduce(0, +) }
    }
    expectNear(try penalised([0, 1, 4, 3, 99, -1], last: 64), softmax([0.5, -2, 0, -.infinity, 1]))
    expectNear(try penalised([0, 1, 4, 4], last: 2), softmax([1, -1, 0, -.infinity, 1]))
    expectNear(try penalised([0, 1, 4], last: 0), softmax([1, -1, 0, -.infinity, 2]))
  }

  /// As the definitions say, everything sorted.
  private func sorted(_ logits: [Float], _ options: SamplingOptions) -> [Double] {
    var order = logits.indices.sorted { logits[$0] != logits[$1] ? logits[$0] > logits[$1] : $0 < $1 }
    if options.topK > 0 { order = Array(order.prefix(options.topK)) }
    let best = Double(logits[order[0]])
    let weights = order.map { exp(Double(logits[$0]) - best) }
    var (sum, count) = (0.0, 0)
    while count < order.count, sum < Double(options.topP) * weights.reduce(0, +) {
      sum += weights[count]
      count += 1
    }
    order = order.prefix(count).filter { exp(Double(logits[$0]) - best) >= Double(options.minP) }
    var probabilities = [Double](repeating: 0, count: logits.count)
    for token in order {
      probabilities[token] = exp((Double(logits[token]) - best) / Double(options.temperature))
    }
    return probabilities.map { $0 / probabilities.reduce(0, +) }
  }

  @Test(arguments: 0..<40) func areThoseOfAFullSort(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let spread = Float.random(in: 0.01...8, using: &generator)
    let logits = (0..<Int.random(in: 1...300, using: &generator)).map { _ in
      (generator.symmetric() * spread * 8).rounded() / 8  // ties
    }
    var options = SamplingOptions(temperature: Float.random(in: 0.2...2, using: &generator))
    if Bool.random(using: &generator) { options.topK = Int.random(in: 1...400, using: &generator) }
    if Bool.random(using: &generator) { options.topP = Float.random(in: 0.01...0.999, using: &generator) }
    if Bool.random(using: &generator) { options.minP = Float.random(in: 0...1, using: &generator) }
    let found = try distribution(logits: logits, after: []) { $0 = options }
    let expected = sorted(logits, options)
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-12 }, "\(options)")
  }
}
