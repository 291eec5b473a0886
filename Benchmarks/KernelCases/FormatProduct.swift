import Kernels
import Measurement
import Quantities
import ReferenceKernels
import Statistics

/// y (tokens × rows) = x (tokens × columns) · Wᵀ by one backend with weights in one format, and its check. Operands
/// are made when they are first used.
final class FormatProduct {
  let set: any KernelSet
  private let source: DrawnWeights
  /// The largest number of tokens of a call.
  private let most: Int
  private lazy var weights = source.prepare(for: set)
  private lazy var x = activations()
  private lazy var y = Operand(most * source.rows)
  private var oracles: [ActivationForm: [(expected: Double, bound: Double)]] = [:]

  init(set: any KernelSet, source: DrawnWeights, tokens: Int) {
    (self.set, self.source, most) = (set, source, tokens)
  }

  func alternative(_ label: String, tokens: Int) -> Alternative {
    Alternative(
      label, cooldown: Seconds(set.lingering), check: { CheckResult(self.compare(tokens: tokens)) },
      body: { for _ in 0..<$0 { self.run(tokens: tokens, from: 0) } })
  }

  private func run(tokens: Int, from first: Int) {
    set.linear(tokens: tokens, x: x.data + first * source.columns, weights: weights, y: y.data)
  }

  /// So many activations are checked at least, in several calls where one takes fewer.
  private static let checked = 16
  private var count: Int { max(most, Self.checked) }

  /// Uniform in [−0.4, 1), and in each token one block in 16 is 64 times as large, another one in the next: a fault in
  /// a single weight block is large beside the rounding of some token.
  private func activations() -> Operand {
    let x = Operand(count * source.columns)
    var random = SeededGenerator(seed: 6)
    for i in 0..<x.count {
      let (token, k) = i.quotientAndRemainder(dividingBy: source.columns)
      let isLarge = (k / ActivationForm.blockElements + token).isMultiple(of: Self.checked)
      x.data[i] = (0.7 * random.symmetric() + 0.3) * (isLarge ? 64 : 1)
    }
    return x
  }

  /// Compares every element of every call.
  private func compare(tokens: Int) -> Comparison {
    var found = Comparison()
    let rows = source.rows, oracle = oracle(weights.activations(tokens: tokens))
    for start in stride(from: 0, to: count, by: tokens) {
      let first = min(start, count - tokens)
      y.spoil()
      run(tokens: tokens, from: first)
      for token in 0..<tokens {
        for row in 0..<rows {
          let (expected, bound) = oracle[(first + token) * DrawnWeights.distinct + source.choice[row]]
          found.add(y[token * rows + row], expected: expected, tolerance: bound, at: token * rows + row)
        }
      }
    }
    return found
  }

  /// What each token gives with each distinct row, from what the activations and the weights stand for after all
  /// quantising, and how far off a result may be.
  private func oracle(_ form: ActivationForm) -> [(expected: Double, bound: Double)] {
    if let known = oracles[form] { return known }
    let columns = source.columns
    let rows = (0..<DrawnWeights.distinct).map(source.decoded)
    let oracle = (0..<count).flatMap { token in
      let values = form.values(x.data + token * columns, count: columns)
      return rows.map { row in
        var sum = 0.0, magnitude = 0.0
        for k in 0..<columns {
          sum += values[k] * form.weight(Float(row.values[k]))
          magnitude += abs(values[k]) * row.magnitudes[k]
        }
        return (sum, Tolerance.linear(columns: columns, activations: form, magnitude: magnitude))
      }
    }
    oracles[form] = oracle
    return oracle
  }
}

extension CheckResult {
  /// From a comparison in units of its tolerances.
  init(_ found: Comparison) {
    self.init(
      metric: "error in units of the tolerance", error: found.count > 0 ? found.worst : .nan, tolerance: 1,
      detail: found.summary)
  }
}
