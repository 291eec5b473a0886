import Foundation
import Testing

@testable import Model

@Suite struct SamplerTests {
  @Test func greedyTakesTheFirstLargest() throws {
    let cases: [([Float], Int)] = [
      ([1, 3, 3, 2], 1), ([.nan, -1, .nan], 1), ([-.infinity, -.infinity], 0), ([0, .infinity], 1), ([5], 0),
      ([.nan, -.infinity], 1), ([0, -0.0], 0),
    ]
    for (logits, best) in cases { #expect(try Sampler.greedy(logits.span) == best) }
    for logits in [[], [.nan, .nan]] as [[Float]] {
      #expect(throws: ModelError.self) { try Sampler.greedy(logits.span) }
    }
  }

  @Test func temperatureZeroIsGreedy() throws {
    var sampler = try Sampler(temperature: 0, seed: 9)
    for _ in 0..<20 { #expect(try sampler.next([0, 0.1, 0.1, 0].span) == 1) }
  }

  @Test(arguments: [-1, -.leastNonzeroMagnitude, .nan, .infinity] as [Float])
  func senselessTemperaturesAreRefused(temperature: Float) {
    let error = #expect(throws: ModelError.self) { try Sampler(temperature: temperature) }
    #expect(error?.description.contains("temperature \(temperature) cannot be used") == true)
  }

  @Test func drawsFromTheSoftmax() throws {
    let logits: [Float] = [1, .nan, 0, -.infinity, 2, -1]
    let temperature = 0.7
    var sampler = try Sampler(temperature: Float(temperature), seed: 1)
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
      var sampler = try Sampler(temperature: 1, seed: seed)
      return try (0..<10).map { _ in try sampler.next(logits.span) }
    }
    #expect(try draws(1) == draws(1) && draws(1) != draws(2))
  }

  @Test func extremesStayInRange() throws {
    var cold = try Sampler(temperature: .leastNonzeroMagnitude)
    #expect(try cold.next([0, 1, -.infinity].span) == 1)
    var hot = try Sampler(temperature: .greatestFiniteMagnitude)
    #expect(try (0..<50).allSatisfy { _ in try hot.next([3, -.infinity, .infinity].span) == 2 })
    #expect(try hot.next([-.infinity, -.infinity].span) == 0)
  }
}
