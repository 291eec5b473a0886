import Kernels
import QuantFormats
import ReferenceKernels
import Statistics
import Testing

/// y = x · Wᵀ of which every float on the way is exact, so that the result is the integer reference's to the bit.
final class IntegerProblem {
  let blocks: QuantisedBlocks
  let tokens: Int
  private let x: [Float]
  private var expected: [Float] = []
  /// The largest partial sum that any order of additions can meet; the smallest unit of a term is 1.
  private(set) var magnitude = 0.0

  init(_ blocks: QuantisedBlocks, tokens: Int, x: [Float]) {
    (self.blocks, self.tokens, self.x) = (blocks, tokens, x)
    let rows = (0..<blocks.rows).map(blocks.row)
    for token in 0..<tokens {
      let values = x[token * blocks.columns..<(token + 1) * blocks.columns].withUnsafeBufferPointer {
        QuantisedActivations($0.baseAddress!, count: blocks.columns)
      }
      for row in rows {
        let sum = ReferenceKernels.linearInt8(values, row)
        expected.append(Float(sum.value))
        magnitude = max(magnitude, sum.magnitude)
      }
    }
  }

  /// The first `tokens` tokens and `rows` rows of it.
  func fault(_ set: any KernelSet, _ weights: Weights, tokens: Int) -> String? {
    let rows = weights.rows
    let input = GuardedFloats(Array(x.prefix(tokens * blocks.columns)))
    let out = Output(capacity: tokens * rows), y = out.clear(tokens * rows)
    set.linear(tokens: tokens, x: input.pointer, weights: weights, y: y)
    guard out.isIntact else { return "written outside of y" }
    for i in 0..<tokens * rows {
      let right = expected[i / rows * blocks.rows + i % rows]
      if y[i] != right { return "token \(i / rows), row \(i % rows) is \(y[i]), not \(right)" }
    }
    return nil
  }
}

extension KernelTests {
  @Suite struct IntegerTests {
    /// Sets that multiply whole numbers.
    private static func sets(threads: Int = 1) throws -> [any KernelSet] {
      let probe = QuantisedBlocks(extreme: .q8_0, rows: 1, columns: 32)
      let sets = try TestBackend.all.map { try $0.make(threads: threads) }
      return sets.filter { probe.prepare(for: $0, rows: 1).activations(tokens: 1) == .int8 }
    }

    @Test func everySIMDBuildMultipliesWholeNumbers() throws {
      #expect(try Set(Self.sets().map(\.name)).isSuperset(of: Backends.simdNames))
    }

    /// So many blocks of 32, and levels that large beside the largest of ±127, leave all sums below 2²⁴; a token's
    /// other blocks are zeros.
    private static func limits(_ format: TensorFormat) -> (blocks: Int, level: Int) {
      switch format {
      case .q6_k: (2, 63)
      case .q4_k: (12, 127)
      default: (40, 127)
      }
    }

    /// Whole numbers times 1 or 2 for each block, the largest ±127, so that they quantise to themselves.
    private static func activations(_ format: TensorFormat, tokens: Int, columns: Int, seed: Int) -> [Float] {
      var random = SeededGenerator(seed: UInt64(seed))
      let limits = limits(format)
      var x = [Float](repeating: 0, count: tokens * columns)
      for token in 0..<tokens {
        let busy = (0..<columns / 32).shuffled(using: &random).prefix(limits.blocks)
        for block in busy {
          let scale: Float = Bool.random(using: &random) ? 1 : 2
          let top = Int.random(in: 0..<32, using: &random)
          for i in 0..<32 {
            let q =
              i == top
              ? (Bool.random(using: &random) ? 127 : -127)
              : Int.random(in: -limits.level...limits.level, using: &random)
            x[token * columns + 32 * block + i] = scale * Float(q)
          }
        }
      }
      return x
    }

    private static func problem(_ blocks: QuantisedBlocks, tokens: Int, unit: Double = 1) -> IntegerProblem {
      let columns = blocks.columns
      let x = activations(blocks.format, tokens: tokens, columns: columns, seed: columns + blocks.rows)
      let problem = IntegerProblem(blocks, tokens: tokens, x: x)
      #expect(problem.magnitude < 0x1p24 * unit, "\(blocks.format) is not exact")
      return problem
    }

    private func check(_ problem: IntegerProblem, _ sets: [any KernelSet], rows: Int, tokens: [Int]) {
      let b = problem.blocks
      for set in sets {
        let weights = b.prepare(for: set, rows: rows, at: rows % 16)
        // Tiles of bfloat16 are no whole numbers: `LinearTests`.
        for count in tokens where weights.activations(tokens: count) == .int8 {
          guard let fault = problem.fault(set, weights, tokens: count) else { continue }
          Issue.record("\(set.name) \(b.format) \(count) tokens, \(rows) × \(b.columns): \(fault)")
          return
        }
      }
    }

    /// Rows 1 to 70, tokens 1 to 70 and 1 to 70 blocks (K formats: 1 to 5 of 256), all remainders of each; the weights lie
    /// at all addresses.
    @Test(arguments: QuantisedBlocks.formats, [1, 3])
    func equalTheReferenceToTheBit(format: TensorFormat, threads: Int) throws {
      let sets = try Self.sets(threads: threads), all = Array(1...70)
      for rows in 1...70 where threads == 1 || rows % 5 == 0 {
        let count = format.blockElements == 32 ? 1 + rows * 27 % 70 : 1 + rows % 5
        let blocks = QuantisedBlocks(
          random: format, rows: rows, columns: count * format.blockElements, seed: rows)
        let problem = Self.problem(blocks, tokens: 70)
        let few = all.filter { $0 <= 13 || $0 % 17 == rows % 17 }
        check(problem, sets, rows: rows, tokens: rows % 24 == 9 ? all : few)
      }
    }

    /// More tokens than a chunk has, which depends on the columns.
    @Test(arguments: QuantisedBlocks.formats, [(97, 512), (193, 512), (70, 4096), (30, 20_480)])
    func chunksOfTokens(format: TensorFormat, shape: (tokens: Int, columns: Int)) throws {
      let blocks = QuantisedBlocks(random: format, rows: 37, columns: shape.columns, seed: 5)
      let problem = Self.problem(blocks, tokens: shape.tokens)
      for threads in [1, 3] {
        check(problem, try Self.sets(threads: threads), rows: 37, tokens: [shape.tokens])
      }
    }

    /// Scales that halves hold without leading bit.
    @Test(arguments: QuantisedBlocks.formats) func subnormalScales(format: TensorFormat) throws {
      let blocks = QuantisedBlocks(
        random: format, rows: 35, columns: 512, halves: QuantisedBlocks.subnormals, seed: 8)
      check(Self.problem(blocks, tokens: 14, unit: 0x1p-24), try Self.sets(), rows: 35, tokens: [1, 14])
    }

    /// Signs of activations of ±127: all alike, and so that each of the sums that a register keeps (of every second
    /// element, pair or half block) becomes as large as it can.
    private static let signs: [@Sendable (Int) -> Bool] = [
      { _ in true }, { _ in false }, { $0 % 2 == 0 }, { $0 / 2 % 2 == 0 }, { $0 / 4 % 2 == 0 },
      { $0 / 16 % 2 == 0 },
    ]

    /// Every sum as far from zero as it goes: nothing overflows, saturates or loses a bit.
    @Test(arguments: QuantisedBlocks.formats) func extremesEqualTheReference(format: TensorFormat) throws {
      let sets = try Self.sets(), columns = 768, tokens = Self.signs.count
      let x = Self.signs.flatMap { isPositive in (0..<columns).map { isPositive($0) ? Float(127) : -127 } }
      let problem = IntegerProblem(
        QuantisedBlocks(extreme: format, rows: 68, columns: columns), tokens: tokens, x: x)
      check(problem, sets, rows: 68, tokens: Array(1...tokens))
      // Enough tokens for the kernels that take weights apart before they multiply.
      let many = IntegerProblem(problem.blocks, tokens: 5 * tokens, x: Array((0..<5).map { _ in x }.joined()))
      check(many, sets, rows: 68, tokens: [5 * tokens])
    }
  }
}
