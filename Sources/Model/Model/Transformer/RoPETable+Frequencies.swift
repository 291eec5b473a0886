#if canImport(Glibc)
  import Glibc
#endif
import Kernels

extension RoPETable {
  /// Rotations by position · base^(−2i / width) for `positions` positions (Su et al. 2021, arXiv 2104.09864, §3.2.2),
  /// computed in double.
  init(config: ModelConfig, positions: Int) {
    let width = config.ropeDimensions
    var cosines = [Float](repeating: 0, count: positions * width), sines = cosines
    for i in 0..<width / 2 {
      let frequency = pow(Double(config.ropeBase), -2 * Double(i) / Double(width))
      let (first, second) =
        switch config.ropePairing {
        case .adjacent: (2 * i, 2 * i + 1)
        case .halves: (i, i + width / 2)
        }
      for position in 0..<positions {
        let angle = Double(position) * frequency
        let row = position * width
        (cosines[row + first], cosines[row + second]) = (Float(Glibc.cos(angle)), Float(Glibc.cos(angle)))
        (sines[row + first], sines[row + second]) = (Float(-Glibc.sin(angle)), Float(Glibc.sin(angle)))
      }
    }
    self.init(width: width, pairing: config.ropePairing, cos: cosines, sin: sines)
  }
}
