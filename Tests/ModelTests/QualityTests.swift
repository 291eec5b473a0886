import Foundation
import Kernels
import Parallel
import Statistics
import Testing

@testable import Model

/// Perplexity and KL divergence against NumPy's, in float64 (Fixtures/scripts/perplexity.py).
@Suite struct QualityTests {
  struct Expected: Decodable {
    var text: String, context: Int, tokens: Int
    var perplexity: Estimate, referencePerplexity: Estimate, ratio: Estimate
    var mean: Estimate, sameTop: Estimate, rmsProbability: Estimate
    var median: Double, percentile90: Double, percentile95: Double, percentile99: Double, maximum: Double
  }

  private static func expected() throws -> Expected {
    let data = try Data(contentsOf: Fixture.folder.appending(path: "perplexity.json"))
    return try JSONDecoder().decode(Expected.self, from: data)
  }

  /// The model of the fixture: Q5_0 and F16, which run as f32.
  private static func quantised() throws -> GGUFFile {
    let conversion = try GGUFConversion(of: Fixture.stories(), to: .q4_k)
    let path = NSTemporaryDirectory() + "perwatt-\(UUID().uuidString).gguf"
    defer { unlink(path) }
    let writer = try GGUFWriter(path: path, layout: conversion.layout)
    for step in conversion.steps { try conversion.convert(step, with: ThreadPool(threads: 1), into: writer) }
    try writer.finish()
    return try GGUFFile(path: path)  // the mapping outlives the name
  }

  private func transformer(_ file: GGUFFile, _ kernels: any KernelSet, context: Int) throws -> Transformer {
    let weights = try ModelWeights(GGUFWeights(file: file), kernels: kernels)
    return Transformer(weights: weights, kernels: kernels, context: context)
  }

  private func windows(_ text: String, context: Int, most: Int? = nil) throws -> TextWindows {
    let tokenizer = try Tokenizer(gguf: Fixture.stories())
    return try TextWindows(tokens: tokenizer.encode(text), context: context, bos: tokenizer.bos, most: most)
  }

  /// Sums in float against sums in double: the logits differ by some 1e-6.
  private func expectNear(_ seen: Estimate, _ expected: Estimate, _ tolerance: Double = 1e-5) throws {
    #expect(abs(seen.value / expected.value - 1) < tolerance, "\(seen) \(expected)")
    let (error, known) = (try #require(seen.error), try #require(expected.error))
    #expect(abs(error / known - 1) < tolerance, "\(seen) \(expected)")
  }

  @Test(arguments: [("scalar", 1), ("simd", 1), ("simd", 2)])
  func agreesWithDoubles(backend: String, threads: Int) throws {
    let expected = try Self.expected()
    let kernels = try Backends.make(backend, pool: ThreadPool(threads: threads))
    let windows = try windows(expected.text, context: expected.context)
    let meter = try read(
      windows,
      QualityMeter(
        transformer(Self.quantised(), kernels, context: 128),
        reference: transformer(Fixture.stories(), kernels, context: 128), windows: windows))
    let quality = try #require(meter.quality), divergence = try #require(quality.divergence)
    #expect(quality.tokens == expected.tokens)
    try expectNear(quality.perplexity, expected.perplexity)
    try expectNear(divergence.referencePerplexity, expected.referencePerplexity)
    try expectNear(divergence.ratio, expected.ratio)
    try expectNear(divergence.mean, expected.mean)
    try expectNear(divergence.sameTop, expected.sameTop, 1e-12)
    try expectNear(divergence.rmsProbability, expected.rmsProbability)
    for (seen, known) in [
      (divergence.median, expected.median), (divergence.percentile90, expected.percentile90),
      (divergence.percentile95, expected.percentile95), (divergence.percentile99, expected.percentile99),
      (divergence.maximum, expected.maximum),
    ] { #expect(abs(seen / known - 1) < 1e-4, "\(seen) \(known)") }
    let low = try #require(divergence.ratioLow), high = try #require(divergence.ratioHigh)
    #expect(low < divergence.ratio.value && divergence.ratio.value < high)
  }

  private func read(_ windows: TextWindows, _ start: QualityMeter) throws -> QualityMeter {
    var meter = start
    for index in 0..<windows.count { try meter.read(index) }
    return meter
  }

  @Test func aModelIsNoDistanceFromItself() throws {
    let kernels = try Backends.make("simd", pool: ThreadPool(threads: 1))
    let windows = try windows(Self.expected().text, context: 40, most: 3)
    let file = try Fixture.stories()
    let meter = try read(
      windows,
      QualityMeter(
        transformer(file, kernels, context: 40), reference: transformer(file, kernels, context: 64),
        windows: windows))
    let quality = try #require(meter.quality), divergence = try #require(quality.divergence)
    #expect(quality.tokens == 3 * 19 && divergence.referencePerplexity == quality.perplexity)
    #expect(divergence.ratio == Estimate(1, error: 0) && divergence.mean == Estimate(0, error: 0))
    #expect(divergence.sameTop == Estimate(1, error: 0) && divergence.maximum == 0)
    #expect(divergence.rmsProbability == Estimate(0, error: 0))
  }

  @Test func windowsBeginAnewAndPredictTheirSecondHalf() throws {
    let windows = try TextWindows(tokens: Array(10..<31), context: 7, bos: 1)
    #expect(windows.count == 3 && windows.scoredPerWindow == 3 && windows.firstScored == 3)
    #expect(windows.input(1) == [1, 18, 19, 20, 21, 22])
    #expect((3..<6).map { windows.target(1, after: $0) } == [21, 22, 23])
    #expect(try TextWindows(tokens: Array(0..<20), context: 7, bos: nil).input(1) == Array(7..<13))
    #expect(try TextWindows(tokens: Array(0..<20), context: 7, bos: nil, most: 1).count == 1)
    #expect(throws: ModelError.self) { try TextWindows(tokens: [1, 2, 3], context: 4, bos: nil) }
    #expect(throws: ModelError.self) { try TextWindows(tokens: [1, 2, 3], context: 2, bos: nil) }
  }

  @Test func modelsThatCannotBeComparedAreRefused() throws {
    let kernels = try Backends.make("scalar", pool: ThreadPool(threads: 1))
    let windows = try TextWindows(tokens: Array(0..<80), context: 80, bos: nil)
    let stories = try transformer(Fixture.stories(), kernels, context: 80)
    let tiny = try transformer(GGUFFile(path: Fixture.path("tiny-llama.gguf")), kernels, context: 80)
    let vocabulary = #expect(throws: ModelError.self) {
      try QualityMeter(stories, reference: tiny, windows: windows)
    }
    #expect(vocabulary?.description.contains("512 tokens, the reference 66") == true)
    let short = try transformer(Fixture.stories(), kernels, context: 2)
    let context = #expect(throws: ModelError.self) { try QualityMeter(short, windows: windows) }
    let capacity = short.cache.layout.capacity
    #expect(context?.description == "windows of 80 tokens do not fit into a context of \(capacity)")
  }

  @Test func logProbabilitiesAreNormalised() throws {
    func probabilities(_ logits: [Float]) throws -> [Double] {
      try logits.withUnsafeBufferPointer { row in
        let logs = try LogProbabilities(row)
        return logits.indices.map { exp(logs[$0]) }
      }
    }
    #expect(try probabilities([0, 0, 0, 0]) == [0.25, 0.25, 0.25, 0.25])
    for logits in [[1e4, -1e4, 9999], [-3, 2, 0.5], [-1e30, 0, 1]] as [[Float]] {
      #expect(abs(try probabilities(logits).reduce(0, +) - 1) < 1e-11)
    }
    for bad in [Float.nan, .infinity] {
      for place in 0..<3 {
        var logits: [Float] = [1, 2, 3]
        logits[place] = bad
        #expect(throws: ModelError.self) { try probabilities(logits) }
      }
    }
    #expect(throws: ModelError.self) { try probabilities([-.infinity, -.infinity]) }
  }
}
