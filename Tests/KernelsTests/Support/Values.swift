import ReferenceKernels
import Statistics

/// Inputs: seeded noise, and what goes wrong in practice.
enum Values {
  /// Uniform in [−scale, scale).
  static func random(_ count: Int, seed: Int, scale: Float = 1) -> [Float] {
    var generator = SeededGenerator(seed: UInt64(seed))
    return (0..<count).map { _ in generator.symmetric() * scale }
  }

  /// A way to fill a vector.
  struct Pattern: Sendable {
    let name: String
    let value: @Sendable (Int) -> Float
    func values(_ count: Int) -> [Float] { (0..<count).map(value) }
  }

  static let zeros = Pattern(name: "zeros") { _ in 0 }
  static let minusZeros = Pattern(name: "minus zeros") { _ in -0.0 }
  static let signedZeros = Pattern(name: "±0") { $0.isMultiple(of: 3) ? 0 : -0.0 }
  static let denormals = Pattern(name: "denormals") {
    Float(bitPattern: UInt32($0 % 97 + 1)) * ($0.isMultiple(of: 2) ? 1 : -1)
  }
  static let mixed = Pattern(name: "mixed") { Float(($0 * 37) % 101 - 50) / 32 }
  static let tiny = Pattern(name: "1e-30") { ($0.isMultiple(of: 3) ? -1e-30 : 1e-30) * Float($0 % 7 + 1) }
  static let large = Pattern(name: "±1e30") { ($0.isMultiple(of: 3) ? -1e30 : 1e30) * Float($0 % 7 + 1) / 7 }
  static let halfLarge = Pattern(name: "±65504") {
    ($0.isMultiple(of: 3) ? -65504 : 65504) / Float($0 % 7 + 1)
  }
  static let halfSubnormal = Pattern(name: "subnormal halves") { Float($0 % 41 - 20) * 0x1p-24 }
  static let halfOutlier = Pattern(name: "outlier") { $0 % 61 == 5 ? 6e4 : Float($0 % 11 - 5) / 8 }
  static let outlier = Pattern(name: "outlier") { $0 % 61 == 5 ? 1e30 : Float($0 % 11 - 5) / 8 }
}

/// The worst of `seen` against `expected`; nil where all is well.
func fault(
  _ seen: UnsafePointer<Float>, _ expected: [Float], tolerance: (_ i: Int) -> Double
) -> String? {
  var comparison = Comparison()
  for i in expected.indices {
    comparison.add(Double(seen[i]), expected: Double(expected[i]), tolerance: tolerance(i), at: i)
  }
  return comparison.passed ? nil : comparison.summary
}
