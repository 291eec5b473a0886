import Foundation
import Judgement
import MadeUpNoise
import Statistics

/// Histories with known changes, the same on every machine.
struct MadeUpHistory {
  enum Kind: CaseIterable {
    /// Log-normal noise of 2 %.
    case noise
    /// The same, each point correlated with the one before it by 0.1.
    case correlated
    /// Every tenth point 5 to 50 % slower.
    case outliers
    /// Every point in one of two modes, 10 % apart.
    case bimodal
    /// Some points from a CPU that is 20 % faster, which the machine key tells.
    case swappedCPU
    /// Two or three runs in a row on a machine that was busy: 15 % slower, and nothing tells.
    case excursion
  }

  var random: SeededGenerator

  /// So many points around 1 ms; from point `at` on, `step` times as slow.
  mutating func points(_ kind: Kind, count: Int, at: Int = .max, step: Double = 1) -> [HistoryPoint] {
    let noise = self.noise(kind, count: count)
    let isFast = (0..<count).map { _ in kind == .swappedCPU && random.uniform() < 0.3 }
    return (0..<count).map { index in
      let value = 1e-3 * exp(noise[index]) * (index >= at ? step : 1) * (isFast[index] ? 0.8 : 1)
      return HistoryPoint(
        id: "\(index)", order: index, value: value, conditions: isFast[index] ? "new CPU" : "old CPU")
    }
  }

  /// The same points with runs of a faster CPU between them, three of ten.
  mutating func amongOthers(_ points: [HistoryPoint]) -> [HistoryPoint] {
    var all: [HistoryPoint] = []
    for point in points {
      while random.uniform() < 0.3 {
        all.append(
          HistoryPoint(id: "other", order: all.count, value: point.value * 0.8, conditions: "new CPU"))
      }
      all.append(point)
      all[all.count - 1].order = all.count - 1
    }
    return all
  }

  /// Logarithms.
  private mutating func noise(_ kind: Kind, count: Int) -> [Double] {
    var noise = random.correlated(count, by: kind == .noise ? 0 : 0.1).map { 0.02 * $0 }
    let start = random.index(below: count), length = 2 + random.index(below: 2)
    for index in noise.indices {
      switch kind {
      case .outliers where random.uniform() < 0.1: noise[index] += log(1.05 + 0.45 * random.uniform())
      case .bimodal where random.uniform() < 0.5: noise[index] += log(1.1)
      case .excursion where (start..<start + length).contains(index): noise[index] += log(1.15)
      default: break
      }
    }
    return noise
  }
}
