#if canImport(Glibc)
  import Glibc
#endif
import Kernels

extension RoPETable {
  /// Rotations by position / s · base^(−2i / width) / fᵢ for `positions` positions, s the divisor of linear scaling, f
  /// `factors`, if there are any (Su et al. 2021, arXiv 2104.09864, §3.2.2), computed in double.
  public init(config: ModelConfig, factors: [Float], positions: Int) {
    let width = config.ropeDimensions
    var cosines = [Float](repeating: 0, count: positions * width), sines = cosines
    for i in 0..<width / 2 {
      let divisor = Double(config.ropeDivisor) * (factors.isEmpty ? 1 : Double(factors[i]))
      let frequency = pow(Double(config.ropeBase), -2 * Double(i) / Double(width)) / divisor
      let (first, second) =
        switch config.ropePairing {
        case .adjacent: (2 * i, 2 * i + 1)
        case .halves: (i, i + width / 2)
        }
      for position in 0..<positions {
        let angle = Double(position) * frequency
        let row = position * width, cosine = Float(Glibc.cos(angle)), sine = Float(Glibc.sin(angle))
        (cosines[row + first], cosines[row + second]) = (cosine, cosine)
        (sines[row + first], sines[row + second]) = (-sine, sine)
      }
    }
    self.init(width: width, pairing: config.ropePairing, cos: cosines, sin: sines)
  }
}
