import QuantFormats
import Statistics
import Testing

/// What every quantiser keeps, and how near the K formats come.
@Suite struct EncodeTests {
  static let blockFormats = TensorFormat.encodable.filter { $0.blockElements > 1 }
    .sorted { $0.rawValue < $1.rawValue }
  static let kFormats: [TensorFormat] = [.q4_k, .q5_k, .q6_k]

  /// Seeded values by name; the seed differs from block to block.
  static let distributions: [(name: String, value: @Sendable (inout SeededGenerator) -> Float)] = [
    ("uniform", { $0.symmetric() }),
    ("bell", { random in (0..<6).reduce(0) { sum, _ in sum + random.symmetric() } / 50 }),
    (
      "long tails",
      { random in
        let x = random.symmetric()
        return x * x * x * x * x
      }
    ),
    ("positive", { 2 + $0.symmetric() }),
    ("negative", { -0.01 + $0.symmetric() / 200 }),
  ]

  static func values(_ distribution: Int, count: Int = 256, seed: UInt64) -> [Float] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { _ in distributions[distribution].value(&random) }
  }

  @Test func encodableFormats() {
    #expect(Self.blockFormats == [.q4_0, .q4_1, .q5_0, .q5_1, .q8_0, .q4_k, .q5_k, .q6_k])
    #expect(TensorFormat.encodable.isSubset(of: TensorFormat.decodable))
  }

  @Test(arguments: kFormats, 0..<5) func beatsMinAndMax(format: TensorFormat, distribution: Int) {
    let x = (0..<40).flatMap { Self.values(distribution, seed: $0) }
    let error = rootMeanSquare(format.roundTrip(x), x), naive = rootMeanSquare(Naive.roundTrip(x, format), x)
    #expect(
      error < 0.985 * naive, "\(Self.distributions[distribution].name): \(error / naive) of the naive error")
    #expect(error > 0)
  }

  /// Blocks whose first part has the largest scale and minimum, and whose parts all use their outer levels.
  @Test(arguments: kFormats) func representableBlocksAreExact(format: TensorFormat) {
    for seed in 0..<50 as Range<UInt64> {
      let values = Representable.block(format, seed: seed)
      let seen = format.roundTrip(values)
      #expect(seen == values, "seed \(seed)")
      if seen != values { return }
    }
  }

  @Test(arguments: blockFormats) func zerosStayZero(format: TensorFormat) {
    for zero in [Float(0), -0.0] {
      #expect(format.roundTrip(Array(repeating: zero, count: 512)).allSatisfy { $0 == 0 })
    }
  }

  @Test(arguments: blockFormats, [Float(1), -1, 0.37, -12.3, 777])
  func constantsStayNear(format: TensorFormat, constant: Float) {
    // Scale and minimum are halves: 2⁻¹¹ each.
    let seen = format.roundTrip(Array(repeating: constant, count: 256))
    #expect(seen.allSatisfy { abs($0 - constant) <= abs(constant) * 0x1p-10 }, "\(seen[0])")
  }

  @Test(arguments: blockFormats, [Float(1e4), -1e4]) func anOutlierCostsOneStep(
    format: TensorFormat, outlier: Float
  ) {
    var x = Self.values(0, seed: 5)
    x[77] = outlier
    let seen = format.roundTrip(x)
    let step: Float = format == .q8_0 ? 1 / 127 : format == .q6_k ? 1 / 31 : format == .q5_0 ? 1 / 16 : 1 / 8
    #expect(zip(seen, x).allSatisfy { abs($0 - $1) <= abs(outlier) * step })
    // Parts without the outlier have scales of their own, coarse beside the block's.
    if format.blockElements == 32 { #expect(rootMeanSquare(Array(seen[..<64]), Array(x[..<64])) < 0.06) }
  }

  @Test(arguments: blockFormats) func tinyValuesBecomeZeroOrStayTiny(format: TensorFormat) {
    for exponent in [-149, -147, -130, -100, -33] {
      let tiny = Float(sign: .plus, exponent: exponent, significand: 1)
      let x = (0..<256).map { Float($0 % 5 - 2) * tiny }
      #expect(format.roundTrip(x).allSatisfy { abs($0) <= 4 * tiny }, "\(tiny)")
    }
  }

  @Test(arguments: blockFormats, [Float.nan, .infinity, -.infinity])
  func oneBadValueMakesItsBlockNaN(format: TensorFormat, bad: Float) {
    var x = Self.values(0, count: 3 * 256, seed: 9)
    let block = format.blockElements
    x[block + 3] = bad
    let seen = format.roundTrip(x)
    for i in seen.indices { #expect(seen[i].isNaN == (block..<2 * block).contains(i), "element \(i)") }
  }

  @Test(arguments: blockFormats) func hugeValuesAreNotMistakenForNumbers(format: TensorFormat) {
    for huge in [Float(1e30), .greatestFiniteMagnitude] {
      let x = (0..<256).map { Float($0 % 3 - 1) * huge }
      #expect(format.roundTrip(x).allSatisfy { !$0.isFinite }, "\(huge)")
    }
  }
}
