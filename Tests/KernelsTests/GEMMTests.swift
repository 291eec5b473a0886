import ReferenceKernels
import Testing

@testable import Kernels

/// A product with its result by the oracle. The first m rows and n columns of it are a smaller product.
final class GEMMProblem {
  let m: Int, n: Int, k: Int
  private let a: [Float], b: [Float], exactly: Bool
  private var expected: [Float], magnitude: [Float]
  private let left: GuardedFloats, right: GuardedFloats, out: Output

  /// - Parameter exactly: the result is a float, and to be that one.
  init(_ m: Int, _ n: Int, _ k: Int, a: [Float], b: [Float], exactly: Bool = false) {
    (self.m, self.n, self.k, self.a, self.b, self.exactly) = (m, n, k, a, b, exactly)
    expected = Self.product(m, n, k, a, b)
    magnitude = Self.product(m, n, k, a.map { abs($0) }, b.map { abs($0) })
    (left, right) = (GuardedFloats(capacity: m * k), GuardedFloats(capacity: k * n))
    out = Output(capacity: m * n)
  }

  convenience init(_ m: Int, _ n: Int, _ k: Int, seed: Int = 1) {
    self.init(
      m, n, k, a: Values.random(m * k, seed: seed), b: Values.random(k * n, seed: seed + 1_000_000))
  }

  static func product(_ m: Int, _ n: Int, _ k: Int, _ a: [Float], _ b: [Float]) -> [Float] {
    var c = [Float](repeating: 0, count: m * n)
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        ReferenceKernels.gemm(
          rows: 0..<m, n: n, k: k, .init(a.baseAddress!, width: k), .init(b.baseAddress!, width: n), into: &c)
      }
    }
    return c
  }

  /// What is wrong with the product of the first `m` rows and `n` columns; nil where nothing is.
  func fault(_ set: any KernelSet, m: Int, n: Int, transposeA: Bool, transposeB: Bool) -> String? {
    let shape = GEMMShape(m: m, n: n, k: k, transposeA: transposeA, transposeB: transposeB)
    let (k, fullN, a, b) = (k, self.n, a, b)
    let left = left.place(m * k) { transposeA ? a[$0 % m * k + $0 / m] : a[$0] }
    let right = right.place(k * n) {
      transposeB ? b[$0 % k * fullN + $0 / k] : b[$0 / n * fullN + $0 % n]
    }
    let c = out.clear(m * n)
    set.gemm(shape, a: left, b: right, c: c)
    let splits = (set as? SIMDKernelSet)?.splitsFactors(shape) ?? false
    var comparison = Comparison()
    for i in 0..<m {
      for j in 0..<n {
        let tolerance = Tolerance.sum(terms: k, magnitude: Double(magnitude[i * fullN + j]))
        comparison.add(
          Double(c[i * n + j]), expected: Double(expected[i * fullN + j]),
          tolerance: exactly ? 0 : tolerance + (splits ? flushed(i, j) : 0), at: i * n + j)
      }
    }
    if comparison.passed && out.isIntact { return nil }
    return "\(shape): \(out.isIntact ? comparison.summary : "written outside of C")"
  }

  /// Where factors are taken for sums of bfloat16.
  private func flushed(_ i: Int, _ j: Int) -> Double {
    let operands = (0..<k).reduce(0) { $0 + Double(abs(a[i * k + $1])) + Double(abs(b[$1 * n + j])) }
    return Tolerance.flushed(splitting: k, operands: operands)
  }

  /// All of it, in all four forms.
  func fault(_ set: any KernelSet) -> String? {
    for (transposeA, transposeB) in [(false, false), (false, true), (true, false), (true, true)] {
      if let fault = fault(set, m: m, n: n, transposeA: transposeA, transposeB: transposeB) { return fault }
    }
    return nil
  }
}

extension KernelTests {
  @Suite struct GEMMTests {
    /// Every remainder of every tile, up to 12 × 32, once with and once without a full tile before it.
    @Test(arguments: TestBackend.all, [1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 64, 70])
    func allRemainders(backend: TestBackend, k: Int) throws {
      let set = try backend.make(), problem = GEMMProblem(25, 65, k)
      for m in 1...25 {
        for n in 1...65 {
          for (a, b) in [(false, false), (false, true), (true, false), (true, true)] {
            guard let fault = problem.fault(set, m: m, n: n, transposeA: a, transposeB: b) else { continue }
            Issue.record("\(set.name) \(fault)")
            return
          }
        }
      }
    }

    static let sizes = Values.random(3 * 16, seed: 77, scale: 149.9).map { 150 + Int($0) }

    @Test(arguments: TestBackend.all) func anySize(backend: TestBackend) throws {
      let set = try backend.make(threads: 3), s = Self.sizes
      for i in stride(from: 0, to: s.count, by: 3) {
        if let fault = GEMMProblem(s[i], s[i + 1], s[i + 2], seed: i).fault(set) {
          Issue.record("\(set.name) \(fault)")
        }
      }
    }

    /// Beyond a block of rows, of columns, and of k, for the blocking of every ISA, with remainders.
    @Test(arguments: TestBackend.all, [(1043, 7, 256), (5, 8227, 128), (13, 70, 1025)])
    func crossesBlocks(backend: TestBackend, shape: (m: Int, n: Int, k: Int)) throws {
      for threads in [1, 3] {
        let set = try backend.make(threads: threads)
        if let fault = GEMMProblem(shape.m, shape.n, shape.k).fault(set) {
          Issue.record("\(set.name) \(fault)")
        }
      }
    }

    /// Beyond the smallest product whose factors are split, with remainders of tiles, panels and steps of k.
    @Test(
      arguments: TestBackend.all,
      [(64, 64, 64), (65, 97, 70), (97, 65, 95), (80, 130, 300), (129, 64, 257), (70, 1030, 65)])
    func manyOfAll(backend: TestBackend, shape: (m: Int, n: Int, k: Int)) throws {
      for threads in [1, 3] {
        let set = try backend.make(threads: threads)
        if let fault = GEMMProblem(shape.m, shape.n, shape.k).fault(set) {
          Issue.record("\(set.name) \(fault)")
        }
      }
    }

    static let ones: [Float] = [1, 1 + 0x1p-9, 1 + 0x1p-11]

    /// Products that a float holds are exact, also where factors are split: no part of one is left out.
    @Test(arguments: TestBackend.all, ones)
    func permutationsKeepEveryBit(backend: TestBackend, one: Float) throws {
      let set = try backend.make(), count = 96
      let x = Values.random(count * count, seed: 5).map { one == 1 ? $0 : ($0 * 4095).rounded() }
      let permutation = (0..<count * count).map { $0 % count == $0 / count * 37 % count ? one : 0 }
      for (a, b) in [(x, permutation), (permutation, x)] {
        let problem = GEMMProblem(count, count, count, a: a, b: b, exactly: true)
        if let fault = problem.fault(set) { Issue.record("\(set.name) \(fault)") }
      }
    }

    static let pairs: [(Values.Pattern, Values.Pattern)] = [
      (Values.zeros, Values.mixed), (Values.minusZeros, Values.mixed), (Values.signedZeros, Values.large),
      (Values.denormals, Values.mixed), (Values.denormals, Values.denormals), (Values.large, Values.mixed),
      (Values.large, Values.tiny), (Values.denormals, Values.large), (Values.outlier, Values.mixed),
      (Values.outlier, Values.tiny), (Values.tiny, Values.tiny),
    ]

    @Test(arguments: TestBackend.all) func extremeValues(backend: TestBackend) throws {
      let set = try backend.make()
      for (a, b) in Self.pairs + Self.pairs.map({ ($1, $0) }) {
        for (m, n, k) in [(1, 1, 70), (7, 33, 70), (25, 17, 31), (65, 66, 70)] {
          let problem = GEMMProblem(m, n, k, a: a.values(m * k), b: b.values(k * n))
          if let fault = problem.fault(set) { Issue.record("\(set.name) \(a.name) · \(b.name) \(fault)") }
        }
      }
    }
  }
}
