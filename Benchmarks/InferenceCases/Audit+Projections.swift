import Glibc
import Kernels
import Parallel
import ReferenceKernels

/// Products of one input, which backends do by other ways than single ones. The norm is done first and apart: its last bit
/// may decide to which level an activation is rounded.
extension Audit {
  func project(_ input: ProjectionInput, _ outputs: Projections) {
    let x = normalised(input, columns: outputs[0].weights.columns)
    let before = (0..<outputs.count).map { i in
      let count = input.tokens * outputs[i].weights.rows
      return outputs[i].accumulates
        ? Array(UnsafeBufferPointer(start: outputs[i].y, count: count)) : [Float](repeating: 0, count: count)
    }
    audited.project(ProjectionInput(x, tokens: input.tokens), outputs)
    for i in 0..<outputs.count {
      if let right = products(outputs[i].weights, tokens: input.tokens, x: x) {
        check(outputs[i], right, before[i])
      }
    }
  }

  /// Bias and what was there round once each.
  private func check(_ output: Projection, _ right: [Product], _ before: [Float]) {
    for (i, product) in right.enumerated() {
      let bias = output.bias.isEmpty ? 0 : Double(output.bias[i % output.weights.rows])
      let more = bias + Double(before[i])
      let size = abs(product.expected) + abs(bias) + abs(Double(before[i]))
      note(
        output.y[i], expected: product.expected + more,
        bound: product.bound + Tolerance.chain(roundings: 2, magnitude: size), at: i)
      output.y[i] = Float(Double(product.plain) + more)
    }
  }

  func projectGated(
    _ input: ProjectionInput, gate: Weights, up: Weights, into out: UnsafeMutablePointer<Float>
  ) {
    let x = normalised(input, columns: gate.columns)
    audited.projectGated(ProjectionInput(x, tokens: input.tokens), gate: gate, up: up, into: out)
    guard let gates = products(gate, tokens: input.tokens, x: x),
      let ups = products(up, tokens: input.tokens, x: x)
    else { return checkOne(input.tokens, x, gate, up, out) }
    for i in gates.indices {
      let (g, u) = (gates[i], ups[i])
      let silu = g.expected / (1 + exp(-g.expected))
      // The slope of silu is at most 1.1.
      let spread = 1.1 * g.bound * (abs(u.expected) + u.bound) + abs(silu) * u.bound
      let rounding = Tolerance.swiGLU(y: silu * u.expected, gate: g.expected, up: u.expected)
      note(out[i], expected: silu * u.expected, bound: spread + rounding, at: i)
      out[i] = Float(Double(g.plain) / (1 + exp(-Double(g.plain))) * Double(u.plain))
    }
  }

  /// Where gate and up differ in kind: each product by itself.
  private func checkOne(
    _ tokens: Int, _ x: UnsafePointer<Float>, _ gate: Weights, _ up: Weights,
    _ out: UnsafeMutablePointer<Float>
  ) {
    var factors = [Float](repeating: 0, count: tokens * up.rows)
    linear(tokens: tokens, x: x, weights: gate, y: out)
    linear(tokens: tokens, x: x, weights: up, y: &factors)
    swiGLU(gate: out, up: factors, out: out, count: factors.count)
  }

  /// The rows of the input, which stay where they are until the next call.
  private func normalised(_ input: ProjectionInput, columns: Int) -> UnsafePointer<Float> {
    guard let norm = input.norm else { return input.x }
    let y = normalisedRows.floats(input.tokens * columns)
    norm.weight.withUnsafeBufferPointer {
      rmsNorm(
        RMSNormCall(
          x: input.x, weight: $0.baseAddress!, y: y, rows: input.tokens, width: columns,
          epsilon: norm.epsilon))
    }
    return UnsafePointer(y)
  }
}
