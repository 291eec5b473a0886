import Kernels
import Model
import QuantFormats

// A checkpoint is a GGUF file: the model's tensors, both moments of the optimiser, and where the run was. Its writer gives
// it its name only when it is whole and on the disk, so that a run killed at any time leaves the one before.

extension Trainer {
  private static let moments = ["training.first_moment", "training.second_moment"]

  /// Writes all that a run needs to go on as if it had not been interrupted, in place of the file at `path`.
  ///
  /// - Parameter state: what the caller needs of its own, such as the state of its random generators.
  /// - Throws: one line where it cannot be written; what was at `path` is still there.
  public func save(to path: String, state: [UInt64] = []) throws(TrainingError) {
    try TrainingError.wrapping { () throws(GGUFError) in
      var layout = GGUFLayout(model: model.config, name: "checkpoint")
      layout.set("training.step", GGUFField(UInt64(steps)))
      layout.set("training.options", GGUFField(options.summary))
      layout.set("training.state", GGUFField(state.map { Int64(bitPattern: $0) }))
      for name in Self.moments {
        layout.tensors.append(GGUFLayout.Tensor(name, .f32, shape: [model.parameters.count]))
      }
      let writer = try GGUFWriter(path: path, layout: layout)
      for tensor in model.tensors { try writer.append(model[tensor.spec.name]) }
      try writer.append(optimiser.first)
      try writer.append(optimiser.second)
      try writer.finish()
    }
  }

  /// Goes back to where a checkpoint was written: parameters, moments, step.
  ///
  /// - Returns: the caller's state.
  /// - Throws: where the file is damaged, or belongs to another model or to other options; nothing has changed then.
  @discardableResult public func restore(from path: String) throws(TrainingError) -> [UInt64] {
    let file = try TrainingError.wrapping { () throws(GGUFError) in try GGUFFile(path: path) }
    let (step, state) = try TrainingError.wrapping { () throws(GGUFError) in
      let written: String = try file.require("training.options")
      return (
        Place(step: try file.require("training.step"), options: written),
        try file.requireArray("training.state", of: Int.self)
      )
    }
    guard step.options == options.summary else {
      throw TrainingError("\(path): written with other options (\(step.options)); give the same ones")
    }
    let sources = try tensors(of: file)
    for (target, source) in sources { UnsafeMutableRawBufferPointer(target).copyMemory(from: source) }
    withExtendedLifetime(file) { steps = step.step }
    return state.map { UInt64(bitPattern: Int64($0)) }
  }

  private struct Place {
    var step: Int
    var options: String
  }

  /// What goes where; refuses another shape before anything is copied.
  private func tensors(of file: GGUFFile) throws(TrainingError) -> [(
    UnsafeMutableBufferPointer<Float>, UnsafeRawBufferPointer
  )] {
    let own = model.tensors.map { ($0.spec.name, $0.spec.shape, model[$0.spec.name]) }
    let moments = zip(Self.moments, [optimiser.first, optimiser.second]).map { ($0, [$1.count], $1) }
    var pairs: [(UnsafeMutableBufferPointer<Float>, UnsafeRawBufferPointer)] = []
    for (name, shape, target) in own + moments {
      guard let tensor = file.tensors[name], tensor.format == .f32, tensor.shape == shape else {
        throw TrainingError("\(file.path): tensor '\(name)' \(shape) is not in it; it is another model's")
      }
      pairs.append((target, tensor.bytes))
    }
    guard file.tensors.count == pairs.count else {
      throw TrainingError("\(file.path): has tensors that the model lacks; it is another model's")
    }
    return pairs
  }
}

extension TrainingOptions {
  /// All that decides about the bits of a run, in one line.
  var summary: String {
    let s = schedule
    return
      "rate \(s.peak) warm-up \(s.warmup) steps \(s.steps) floor \(s.floor) beta1 \(beta1) beta2 \(beta2) epsilon "
      + "\(epsilon) decay \(weightDecay) clip \(clip.map { "\($0)" } ?? "none") part "
      + "\(microBatch.map { "\($0)" } ?? "whole") matmuls \(matmuls.rawValue)"
  }
}
