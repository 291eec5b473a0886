import Kernels
import Model
import Parallel

extension Pass {
  /// Gradients of all parameters, given those of the logits in the tape.
  ///
  /// - Parameter accumulates: they are added to those of earlier parts of the batch.
  func backward(_ tokens: ArraySlice<Int32>, _ tape: Tape, accumulates: Bool) {
    let c = config
    addProduct(tape.logits, tape.outputNormed, headName, (c.width, c.vocabulary), tape, accumulates)
    dropProduct(tape.logits, headName, (c.width, c.vocabulary), into: tape.delta, tape)
    tape.dResidual.update(repeating: 0, count: tape.rows * c.width)
    backNormalise(tape.output, "output_norm.weight", tape, accumulates)
    for layer in (0..<c.layers).reversed() {
      if recomputes { recompute(layer: layer, tape) }
      backFeedForward(layer, tape[layer], tape, accumulates)
      backAttend(layer, tape[layer], tape, accumulates)
    }
    backEmbed(tokens, tape, accumulates)
  }

  private func backFeedForward(_ layer: Int, _ own: LayerTape, _ tape: Tape, _ accumulates: Bool) {
    let c = config, block = "blk.\(layer)."
    dropProduct(tape.dResidual, block + "ffn_down.weight", (c.ffn, c.width), into: tape.gated, tape)
    forChunks(tape.rows) { [rowKernels] _, rows, _ in
      for r in rows {
        let gate = own.gateUp + 2 * r * c.ffn
        rowKernels.swiGLUBackward(gate, gate + c.ffn, tape.gated + r * c.ffn, c.ffn)
      }
    }
    addProduct(tape.dResidual, tape.gated, block + "ffn_down.weight", (c.ffn, c.width), tape, accumulates)
    let size = (inputs: c.width, outputs: 2 * c.ffn)
    addProduct(own.gateUp, own.feedForwardNormed, block + "ffn_gate.weight", size, tape, accumulates)
    dropProduct(own.gateUp, block + "ffn_gate.weight", size, into: tape.delta, tape)
    backNormalise(own.feedForwardInput, block + "ffn_norm.weight", tape, accumulates)
  }

  private func backAttend(_ layer: Int, _ own: LayerTape, _ tape: Tape, _ accumulates: Bool) {
    let c = config, block = "blk.\(layer)."
    let mixed = c.heads * c.headDim, qkv = mixed + 2 * c.kvHeads * c.headDim
    dropProduct(tape.dResidual, block + "attn_output.weight", (mixed, c.width), into: tape.dMixed, tape)
    addProduct(tape.dResidual, own.mixed, block + "attn_output.weight", (mixed, c.width), tape, accumulates)
    pool.forEach(count: tape.sequences * c.kvHeads, chunk: 1) { tasks, thread in
      for task in tasks {
        rowKernels.sequenceAttentionBackward(attentionCall(task, own, into: tape.dMixed, tape, thread))
      }
    }
    rotate(own.qkv, tape.minusSines, tape)
    if c.qkvBias { backBias(own.qkv, block + "attn_q.bias", qkv, tape, accumulates) }
    addProduct(own.qkv, own.attentionNormed, block + "attn_q.weight", (c.width, qkv), tape, accumulates)
    dropProduct(own.qkv, block + "attn_q.weight", (c.width, qkv), into: tape.delta, tape)
    backNormalise(own.attentionInput, block + "attn_norm.weight", tape, accumulates)
  }

  /// dW (outputs, inputs) ← dyᵀ · x, or added to it.
  private func addProduct(
    _ dy: UnsafePointer<Float>, _ x: UnsafePointer<Float>, _ name: String,
    _ size: (inputs: Int, outputs: Int),
    _ tape: Tape, _ accumulates: Bool
  ) {
    let shape = GEMMShape(
      m: size.outputs, n: size.inputs, k: tape.rows, transposeA: true, accumulates: accumulates)
    multiply(shape, dy, x, into: gradient(name), tape)
  }

  /// dx (n, inputs) ← dy (n, outputs) · W
  private func dropProduct(
    _ dy: UnsafePointer<Float>, _ name: String, _ size: (inputs: Int, outputs: Int),
    into dx: UnsafeMutablePointer<Float>, _ tape: Tape
  ) {
    multiply(GEMMShape(m: tape.rows, n: size.inputs, k: size.outputs), dy, weight(name), into: dx, tape)
  }

  /// dResidual += the gradient of x, given that of norm(x) in `delta`.
  private func backNormalise(_ x: UnsafePointer<Float>, _ name: String, _ tape: Tape, _ accumulates: Bool) {
    let d = config.width, weight = weight(name), epsilon = config.rmsEpsilon
    forChunks(tape.rows) { [rowKernels] chunk, rows, _ in
      let dWeight = tape.partials + chunk * d
      dWeight.update(repeating: 0, count: d)
      for r in rows {
        rowKernels.rmsNormBackward(
          RMSNormGradient(
            x: x + r * d, weight: weight, dy: tape.delta + r * d, dx: tape.dResidual + r * d,
            dWeight: dWeight, count: d, epsilon: epsilon))
      }
    }
    addPartials(into: gradient(name), width: d, tape, accumulates)
  }

  /// Sums of the columns of dy.
  private func backBias(
    _ dy: UnsafePointer<Float>, _ name: String, _ width: Int, _ tape: Tape, _ accumulates: Bool
  ) {
    forChunks(tape.rows) { [rowKernels] chunk, rows, _ in
      let sums = tape.partials + chunk * width
      sums.update(repeating: 0, count: width)
      for r in rows { rowKernels.add(dy + r * width, sums, width) }
    }
    addPartials(into: gradient(name), width: width, tape, accumulates)
  }

  /// The chunks' sums in their order.
  private func addPartials(
    into sum: UnsafeMutablePointer<Float>, width: Int, _ tape: Tape, _ accumulates: Bool
  ) {
    if !accumulates { sum.update(repeating: 0, count: width) }
    for chunk in 0..<(tape.rows + TapeSizes.chunk - 1) / TapeSizes.chunk {
      rowKernels.add(tape.partials + chunk * width, sum, width)
    }
  }

  /// Each token's row of the embedding gets the gradients of its places, one after the other.
  private func backEmbed(_ tokens: ArraySlice<Int32>, _ tape: Tape, _ accumulates: Bool) {
    let d = config.width, table = gradient("token_embd.weight")
    // A tied head has left its own there.
    if !accumulates && !config.tiedHead { table.update(repeating: 0, count: config.vocabulary * d) }
    for (r, token) in tokens.enumerated() {
      rowKernels.add(tape.dResidual + r * d, table + Int(token) * d, d)
    }
  }
}
