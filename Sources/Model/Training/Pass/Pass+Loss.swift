import Kernels
import Parallel

extension Pass {
  /// The sum of the losses of rows `first` and after, whose logits the tape holds and which become gradients.
  func evaluate(_ loss: some Loss, first: Int, counted: Int, _ tape: Tape) -> Double {
    let scale = 1 / Float(max(counted, 1)), v = config.vocabulary
    tape.losses.withUnsafeMutableBufferPointer { losses in
      let losses = SharedDoubles(start: losses.baseAddress!)
      forChunks(tape.rows) { [rowKernels] chunk, rows, _ in
        let part = LossRows(
          logits: tape.logits + rows.lowerBound * v, rows: first + rows.lowerBound..<first + rows.upperBound,
          vocabulary: v, scale: scale, kernels: rowKernels)
        losses.start[chunk] = loss.evaluate(part)
      }
    }
    return tape.losses[..<((tape.rows + TapeSizes.chunk - 1) / TapeSizes.chunk)].reduce(0, +)
  }
}

/// Places of which each thread writes others.
private struct SharedDoubles: @unchecked Sendable { let start: UnsafeMutablePointer<Double> }
