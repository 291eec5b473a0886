import Parallel

/// What `project` and `projectGated` multiply: x (tokens × columns), normalised first where there is a norm.
public struct ProjectionInput {
  public var x: UnsafePointer<Float>
  public var tokens: Int
  public var norm: RowNorm?

  public init(_ x: UnsafePointer<Float>, tokens: Int, norm: RowNorm? = nil) {
    (self.x, self.tokens, self.norm) = (x, tokens, norm)
  }

  func check(_ weights: Weights) {
    if let norm {
      require(
        norm.weight.count == weights.columns,
        "a norm over \(norm.weight.count) elements before weights of \(weights.columns) columns")
    }
  }
}

/// RMSNorm of each row: x[i] · weight[i] / √(mean(x²) + ε), with the limits of `RMSNormCall`.
public struct RowNorm {
  /// (columns)
  public var weight: [Float]
  public var epsilon: Float

  public init(weight: [Float], epsilon: Float) { (self.weight, self.epsilon) = (weight, epsilon) }
}

/// One product of `project`: y (tokens × rows) = input · Wᵀ + bias. y must not overlap the input.
public struct Projection {
  public var weights: Weights
  /// (rows), or empty.
  public var bias: [Float]
  public var y: UnsafeMutablePointer<Float>
  /// Adds to y rather than replacing it.
  public var accumulates: Bool

  public init(
    _ weights: Weights, bias: [Float] = [], into y: UnsafeMutablePointer<Float>, accumulates: Bool = false
  ) {
    require(
      bias.isEmpty || bias.count == weights.rows, "\(bias.count) biases for \(weights.rows) rows of weights")
    (self.weights, self.bias, self.y, self.accumulates) = (weights, bias, y, accumulates)
  }
}

extension Projection {
  fileprivate func check(_ other: Projection?) {
    let columns = other?.weights.columns ?? weights.columns
    require(
      columns == weights.columns, "weights of \(weights.columns) and of \(columns) columns for one input")
  }
}

/// Up to three products of one input. They lie in the struct, because an array would be an allocation in each call.
public struct Projections {
  private let all: InlineArray<3, Projection?>
  public let count: Int

  public init(_ first: Projection, _ second: Projection? = nil, _ third: Projection? = nil) {
    first.check(second)
    first.check(third)
    require(second != nil || third == nil, "a third product without a second")
    all = [first, second, third]
    count = third != nil ? 3 : second != nil ? 2 : 1
  }

  public subscript(index: Int) -> Projection { all[index]! }
}

/// Working memory of a backend for `project` and `projectGated`.
public final class ProjectionWorkspace: Sendable {
  /// Normalised rows.
  let normalised = Scratch()
  /// A product that is added to another, or multiplied with it.
  let product = Scratch()

  public init() {}
}

/// One operation after the other, for backends that do nothing better.
extension KernelSet {
  public func project(_ input: ProjectionInput, _ outputs: Projections) {
    let x = normalised(input, outputs[0].weights)
    for i in 0..<outputs.count {
      let output = outputs[i], rows = output.weights.rows, count = input.tokens * rows
      let y = output.accumulates ? workspace.product.floats(count) : output.y
      linear(tokens: input.tokens, x: x, weights: output.weights, y: y)
      if output.accumulates { add(y, to: output.y, count: count) }
      guard !output.bias.isEmpty else { continue }
      for token in 0..<input.tokens { add(output.bias, to: output.y + token * rows, count: rows) }
    }
  }

  public func projectGated(
    _ input: ProjectionInput, gate: Weights, up: Weights, into out: UnsafeMutablePointer<Float>
  ) {
    input.checkGated(gate, up)
    let x = normalised(input, gate), count = input.tokens * gate.rows
    let factors = workspace.product.floats(count)
    linear(tokens: input.tokens, x: x, weights: gate, y: out)
    linear(tokens: input.tokens, x: x, weights: up, y: factors)
    swiGLU(gate: out, up: factors, out: out, count: count)
  }

  private func normalised(_ input: ProjectionInput, _ weights: Weights) -> UnsafePointer<Float> {
    input.check(weights)
    guard let norm = input.norm else { return input.x }
    let y = workspace.normalised.floats(input.tokens * weights.columns)
    norm.weight.withUnsafeBufferPointer { weight in
      rmsNorm(
        RMSNormCall(
          x: input.x, weight: weight.baseAddress!, y: y, rows: input.tokens, width: weights.columns,
          epsilon: norm.epsilon))
    }
    return UnsafePointer(y)
  }
}

extension ProjectionInput {
  func checkGated(_ gate: Weights, _ up: Weights) {
    check(gate)
    require(
      gate.rows == up.rows && gate.columns == up.columns,
      "a gate of \(gate.rows) × \(gate.columns) and \(up.rows) × \(up.columns) to be gated")
  }
}
