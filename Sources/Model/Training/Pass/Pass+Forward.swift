import Kernels
import Model
import Parallel

extension Pass {
  /// The sequences' logits (n, v), in the tape.
  func forward(_ tokens: ArraySlice<Int32>, _ tape: Tape) {
    embed(tokens, tape)
    for layer in 0..<config.layers { forward(layer: layer, tape) }
    project(
      tape.outputNormed, weight(headName), (config.width, config.vocabulary), into: tape.logits, tape)
  }

  /// Each row ← its token's row of the embedding, normalised for the first layer.
  private func embed(_ tokens: ArraySlice<Int32>, _ tape: Tape) {
    let d = config.width, table = weight("token_embd.weight"), first = tape[0]
    let norm = weight("blk.0.attn_norm.weight"), epsilon = config.rmsEpsilon
    forChunks(tape.rows) { [rowKernels] _, rows, _ in
      for r in rows {
        let x = first.attentionInput + r * d
        x.update(from: table + Int(tokens[tokens.startIndex + r]) * d, count: d)
        rowKernels.rmsNorm(x, norm, first.attentionNormed + r * d, d, epsilon)
      }
    }
  }

  /// One layer, from its normalised input to the next one's.
  private func forward(layer: Int, _ tape: Tape) {
    let own = tape[layer], isLast = layer + 1 == config.layers
    computeLayer(layer, own, tape)
    gate(own, tape)
    // The next layer may share this one's tape but for its input.
    let next = isLast ? tape.output : tape[layer + 1].attentionInput
    let nextNormed = isLast ? tape.outputNormed : tape[layer + 1].attentionNormed
    project(tape.gated, weight("blk.\(layer).ffn_down.weight"), (config.ffn, config.width), into: next, tape)
    addAndNormalise(
      own.feedForwardInput, isLast ? "output_norm.weight" : "blk.\(layer + 1).attn_norm.weight", to: next,
      nextNormed, tape)
  }

  /// One layer up to its gates.
  private func computeLayer(_ layer: Int, _ own: LayerTape, _ tape: Tape) {
    let c = config, block = "blk.\(layer)."
    let mixed = c.heads * c.headDim, qkv = mixed + 2 * c.kvHeads * c.headDim
    project(own.attentionNormed, weight(block + "attn_q.weight"), (c.width, qkv), into: own.qkv, tape)
    attend(layer, own, tape)
    project(
      own.mixed, weight(block + "attn_output.weight"), (mixed, c.width), into: own.feedForwardInput, tape)
    addAndNormalise(
      own.attentionInput, block + "ffn_norm.weight", to: own.feedForwardInput, own.feedForwardNormed, tape)
    project(
      own.feedForwardNormed, weight(block + "ffn_gate.weight"), (c.width, 2 * c.ffn), into: own.gateUp, tape)
  }

  /// The layer once more, for its way back: its input is there, what it adds last is not asked for.
  func recompute(layer: Int, _ tape: Tape) {
    let own = tape[layer], d = config.width, epsilon = config.rmsEpsilon
    let norm = weight("blk.\(layer).attn_norm.weight")
    forChunks(tape.rows) { [rowKernels] _, rows, _ in
      for r in rows {
        rowKernels.rmsNorm(own.attentionInput + r * d, norm, own.attentionNormed + r * d, d, epsilon)
      }
    }
    computeLayer(layer, own, tape)
  }

  /// sum ← sum + x, normed ← norm(sum)
  private func addAndNormalise(
    _ x: UnsafePointer<Float>, _ norm: String, to sum: UnsafeMutablePointer<Float>,
    _ normed: UnsafeMutablePointer<Float>, _ tape: Tape
  ) {
    let d = config.width, weight = weight(norm), epsilon = config.rmsEpsilon
    forChunks(tape.rows) { [rowKernels] _, rows, _ in
      for r in rows {
        rowKernels.add(x + r * d, sum + r * d, d)
        rowKernels.rmsNorm(sum + r * d, weight, normed + r * d, d, epsilon)
      }
    }
  }

  /// gated ← silu(gate) ⊙ up
  private func gate(_ own: LayerTape, _ tape: Tape) {
    let f = config.ffn
    forChunks(tape.rows) { [rowKernels] _, rows, _ in
      for r in rows {
        let gate = own.gateUp + 2 * r * f
        rowKernels.swiGLU(gate, gate + f, tape.gated + r * f, f)
      }
    }
  }

  /// qkv rotated in place, mixed ← attention: each task is the heads of one sequence that share keys and values.
  private func attend(_ layer: Int, _ own: LayerTape, _ tape: Tape) {
    let bias = config.qkvBias ? weight("blk.\(layer).attn_q.bias") : nil
    rotate(own.qkv, tape.sines, after: bias, tape)
    pool.forEach(count: tape.sequences * config.kvHeads, chunk: 1) { tasks, thread in
      for task in tasks {
        rowKernels.sequenceAttention(attentionCall(task, own, into: own.mixed, tape, thread))
      }
    }
  }

  /// The operands of the attention of one sequence's heads that share the keys of one KV head.
  func attentionCall(
    _ task: Int, _ own: LayerTape, into mixed: UnsafeMutablePointer<Float>, _ tape: Tape, _ thread: Int
  ) -> SequenceAttention {
    let c = config, (sequence, kvHead) = (task / c.kvHeads, task % c.kvHeads)
    let heads = c.heads / c.kvHeads, width = c.heads * c.headDim, stride = width + 2 * c.kvHeads * c.headDim
    let first = sequence * tape.length
    let start = own.qkv + first * stride, offset = kvHead * heads * c.headDim
    return SequenceAttention(
      q: start + offset, k: start + (width + kvHead * c.headDim),
      v: start + (width + (c.kvHeads + kvHead) * c.headDim), stride: stride,
      out: mixed + (first * width + offset), outStride: width, tokens: tape.length, heads: heads,
      headDim: c.headDim, scratch: tape.attentionScratch[thread])
  }

  /// Rotates queries and keys, or with negated sines their gradients back.
  ///
  /// - Parameter bias: what is added to the rows first.
  func rotate(
    _ qkv: UnsafeMutablePointer<Float>, _ sines: UnsafePointer<Float>,
    after bias: UnsafePointer<Float>? = nil,
    _ tape: Tape
  ) {
    let c = config, stride = (c.heads + 2 * c.kvHeads) * c.headDim, width = c.ropeDimensions
    let turn = c.ropePairing == .halves ? rowKernels.ropeHalves : rowKernels.ropeAdjacent
    forChunks(tape.rows) { [rowKernels] _, rows, _ in
      for r in rows {
        let row = qkv + r * stride, turns = r % tape.length * width
        if let bias { rowKernels.add(bias, row, stride) }
        for head in 0..<c.heads + c.kvHeads {
          turn(row + head * c.headDim, tape.cosines + turns, sines + turns, width)
        }
      }
    }
  }
}
