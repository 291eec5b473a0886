import KernelTypes
import QuantFormats
import ReferenceKernels
import Testing

@testable import Kernels

extension KernelTests {
  /// Each build's quantiser against `ActivationForm.quantise`, bit for bit.
  @Suite struct QuantiseTests {
    private static func tables() throws -> [(name: String, table: SIMDTable)] {
      try TestBackend.all.compactMap { try $0.make() as? SIMDKernelSet }.map { ($0.name, $0.table) }
    }

    /// Blocks in which rounding is decided by the last bit, or nothing is left of the numbers.
    private static let adverse: [[Float]] = ties + fractions + alone + patterns.map { $0.values(32) }

    private static let patterns = [
      Values.zeros, Values.signedZeros, Values.denormals, Values.tiny, Values.large, Values.outlier,
    ]

    /// Halfway between all levels at a scale of 1.
    private static let ties: [[Float]] = (0..<8).map { part in
      [127] + (1..<32).map { i in Float(part * 32 + i) - 127.5 }
    }

    /// 31 numbers evenly over half of a block's range, at many scales.
    private static let fractions: [[Float]] = stride(from: Float(0.3), to: 200, by: 7.7).map { scale in
      (0..<32).map { i -> Float in i == 5 ? scale : scale * (Float(i) - 15.5) / 127 }
    }

    /// Around ±127.5 and where 127 / max overflows: the largest one's product may round to either side of 127.
    private static let alone: [[Float]] = {
      let least = 127 / Float.greatestFiniteMagnitude
      let tops: [Float] = [
        127.5, 1, 3, 0.1, 1e30, .greatestFiniteMagnitude, least, least.nextUp, least.nextDown,
      ]
      return tops.flatMap { [$0, -$0] }.map { top in
        (0..<32).map { i -> Float in i == 31 ? top : i.isMultiple(of: 2) ? -top : top / Float(i) }
      }
    }()

    /// Numbers of all sizes, a size for each block.
    private static let random: [[Float]] = (0..<3000).map { seed in
      Values.random(32, seed: seed, scale: Float(sign: .plus, exponent: seed % 252 - 126, significand: 1))
    }

    @Test func equalsTheDefinition() throws {
      for (name, table) in try Self.tables() {
        for withWords in [false, true] {
          for x in Self.adverse + Self.random {
            guard let fault = Self.fault(table, x, withWords) else { continue }
            Issue.record("\(name): \(fault) in \(x)")
            return
          }
        }
      }
    }

    /// Whether bytes, words, scale and scaled sum are those that the definition gives.
    private static func fault(_ table: SIMDTable, _ x: [Float], _ withWords: Bool) -> String? {
      let block = UnsafeMutableRawPointer.allocate(byteCount: 128, alignment: 64)
      defer { block.deallocate() }
      table.integer.quantise(x, 1, 0, 1, withWords, block)
      var q = [Int8](repeating: 0, count: 32)
      let scale = ActivationForm.quantise(x, into: &q)
      for i in 0..<32 {
        let seen = block.load(fromByteOffset: i, as: Int8.self)
        if seen != q[i] { return "element \(i) is \(seen), not \(q[i])," }
        // Of every four: 0, 2, 1, 3.
        let place = i / 4 * 4 + i % 2 * 2 + i % 4 / 2
        let word = block.load(fromByteOffset: 64 + 2 * place, as: Int16.self)
        if withWords, word != Int16(q[i]) { return "word \(i) is \(word), not \(q[i])," }
      }
      let seen = block.load(fromByteOffset: ActivationBlock.scale, as: Float.self)
      if seen.bitPattern != scale.bitPattern { return "scale \(seen), not \(scale)," }
      let sum = block.load(fromByteOffset: ActivationBlock.scaledSum, as: Float.self)
      let right = Float(q.reduce(0) { $0 + Int($1) }) * scale
      return sum.bitPattern == right.bitPattern ? nil : "scaled sum \(sum), not \(right),"
    }

    /// The bytes beside a NaN mean nothing, but its scale makes every product NaN.
    @Test(arguments: [Float.nan, canary, .infinity, -.infinity]) func noNumberGivesNaN(bad: Float) throws {
      for (name, table) in try Self.tables() {
        for at in 0..<32 {
          var x = Values.random(32, seed: at)
          x[at] = bad
          var q = [Int8](repeating: 1, count: 32)
          #expect(ActivationForm.quantise(x, into: &q).isNaN && q.allSatisfy { $0 == 0 })
          let block = UnsafeMutableRawPointer.allocate(byteCount: 128, alignment: 64)
          defer { block.deallocate() }
          table.integer.quantise(x, 1, 0, 1, false, block)
          #expect(block.load(fromByteOffset: ActivationBlock.scale, as: Float.self).isNaN, "\(name)")
          #expect(block.load(fromByteOffset: ActivationBlock.scaledSum, as: Float.self).isNaN, "\(name)")
        }
      }
    }
  }
}
