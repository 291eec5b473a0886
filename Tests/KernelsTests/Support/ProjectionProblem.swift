import QuantFormats
import ReferenceKernels

@testable import Kernels

/// Products of one input, normalised or not; fewer tokens are the first rows of it.
final class ProjectionProblem {
  static let tokens = 101, epsilon: Float = 1e-5
  let formats: [TensorFormat], rows: [Int]
  let columns: Int
  let x: [Float], norm: [Float]
  private let weights: [WeightBytes]
  private var known: [String: Product] = [:]

  /// A product (tokens × rows), and how far off its elements may be.
  struct Product {
    var expected: [Double] = [], tolerance: [Double] = []
  }

  init(_ formats: [TensorFormat], rows: [Int]) {
    (self.formats, self.rows) = (formats, rows)
    // Two groups of 8 blocks, or a group and a block.
    let columns = formats.contains { $0.blockElements == 256 } ? 512 : 288
    self.columns = columns
    x = Values.random(Self.tokens * columns, seed: 3)
    norm = Values.random(columns, seed: 4, scale: 2)
    weights = zip(formats, rows).enumerated().map { i, matrix in
      WeightBytes(Values.random(matrix.1 * columns, seed: i), as: matrix.0)
    }
  }

  func source(_ i: Int) -> WeightSource { weights[i].source(rows: rows[i], columns: columns) }

  /// Product `i` with activations in `form`.
  func product(_ i: Int, _ form: ActivationForm, normed: Bool) -> Product {
    let key = "\(i) \(form) \(normed)"
    if let product = known[key] { return product }
    var product = Product()
    let sizes = (0..<rows[i]).flatMap { row in
      source(i).magnitudes(row: row, of: Array(weights[i].floats[row * columns..<(row + 1) * columns]))
    }
    for token in 0..<Self.tokens {
      let (values, slack) = activations(token, form, normed: normed)
      for row in 0..<rows[i] {
        var sum = 0.0, size = 0.0, off = 0.0
        for k in 0..<columns {
          let at = row * columns + k
          sum += values[k] * form.weight(weights[i].floats[at])
          size += abs(values[k]) * sizes[at]
          off += slack[k] * abs(Double(weights[i].floats[at]))
        }
        product.expected.append(sum)
        product.tolerance.append(
          Tolerance.linear(columns: columns, activations: form, magnitude: size) + off)
      }
    }
    known[key] = product
    return product
  }

  /// What a row of activations becomes, and how far off each may be, because a normalised element has a relative error
  /// δ and so have the levels of a block, thrice at most (element, largest element, rounding of their quotient). An
  /// element within that of the middle between two levels may take the other one, which is off by the scale.
  private func activations(_ token: Int, _ form: ActivationForm, normed: Bool) -> ([Double], [Double]) {
    var row = Array(x[token * columns..<(token + 1) * columns])
    guard normed else { return (form.values(row, count: columns), row.map { _ in 0 }) }
    ReferenceKernels.rmsNorm(x: row, weight: norm, y: &row, count: columns, epsilon: Self.epsilon)
    let values = form.values(row, count: columns)
    let δ = Tolerance.rmsNorm(y: 1, count: columns)
    let slack = row.indices.map { k in
      if form == .bf16 {
        // The bits that rounding cuts off, and how far they may be off; a step of bfloat16 is at most 2⁻⁷ of a number.
        let fromMiddle = abs(Double(row[k].bitPattern & 0xFFFF) - 0x8000)
        return abs(values[k]) * (δ + (fromMiddle <= δ * 0x1p24 + 1 ? 0x1p-7 : 0))
      }
      guard form == .int8 else { return δ * abs(values[k]) }
      let block = k / ActivationForm.blockElements * ActivationForm.blockElements
      let top = row[block..<block + ActivationForm.blockElements].reduce(0) { max($0, abs($1)) }
      let scale = Double(top) / 127, level = abs(Double(row[k])) / scale
      let fromMiddle = abs(level - level.rounded(.down) - 0.5)
      return δ * abs(values[k]) + (fromMiddle <= 3 * δ * level ? scale : 0)
    }
    return (values, slack)
  }
}
