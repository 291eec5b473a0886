import Kernels

extension Pass {
  /// Where numbers stop being finite: the first parameter tensor, then the first activation of a forward pass, then the
  /// last gradient that was computed; nil where all are.
  func firstNonFinite(_ tape: Tape?) -> String? {
    let parameters = UnsafeBufferPointer(model.parameters)
    for tensor in model.tensors
    where holdsNonFinite(parameters.baseAddress! + tensor.range.lowerBound, tensor.range.count) {
      return "the parameters '\(tensor.spec.name)'"
    }
    if let tape, let place = firstNonFiniteActivation(tape) { return place }
    guard let gradients else { return nil }
    // The way back begins with the last tensors.
    let tensor = model.tensors.last { holdsNonFinite(gradients + $0.range.lowerBound, $0.range.count) }
    return tensor.map { "the gradient of '\($0.spec.name)'" }
  }

  private func firstNonFiniteActivation(_ tape: Tape) -> String? {
    let n = tape.rows
    for layer in 0..<config.layers where !recomputes {
      let own = tape[layer]
      let places: [(String, UnsafeMutablePointer<Float>, Int)] = [
        ("attn_norm.weight", own.attentionInput, config.width),
        ("attn_output.weight", own.mixed, config.heads * config.headDim),
        ("ffn_norm.weight", own.feedForwardInput, config.width),
        ("ffn_gate.weight' and 'ffn_up.weight", own.gateUp, 2 * config.ffn),
      ]
      for (name, start, width) in places where holdsNonFinite(start, n * width) {
        let what = name.hasPrefix("ffn_gate") ? "the output" : "the input"
        return "\(what) of 'blk.\(layer).\(name)'"
      }
    }
    if holdsNonFinite(tape.output, n * config.width) { return "the input of 'output_norm.weight'" }
    return nil
  }

  private func holdsNonFinite(_ x: UnsafePointer<Float>, _ count: Int) -> Bool {
    UnsafeBufferPointer(start: x, count: count).contains { !$0.isFinite }
  }
}
