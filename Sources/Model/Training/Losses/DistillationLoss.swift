import Kernels

/// What a student learns from its teacher at each position.
public enum Teaching: String, Sendable, Hashable, CaseIterable, Codable {
  /// The teacher's whole distribution: T² · KL(p ‖ q).
  case logits
  /// Its likeliest tokens, as they would be stored, and the rest as one class.
  case topK = "top-k"
  /// T² · KL(q ‖ p): what the teacher finds unlikely is dropped rather than everything covered.
  case reverse
}

/// How a student learns: `mix` of the loss is the teacher's, the rest the cross-entropy of the labels.
public struct DistillationOptions: Sendable, Hashable, Codable {
  public var teaching = Teaching.logits
  public var temperature: Float = 1
  /// The teacher's share, 0 to 1.
  public var mix: Float = 1
  /// Tokens that `topK` keeps of each position.
  public var perRow = 8

  public init() {}

  /// What cannot be used, and what to give instead; nil where all is well.
  public var problem: String? {
    if !(temperature > 0 && temperature.isFinite) {
      return "temperature \(temperature): give a number above 0, such as 2"
    }
    if !(0...1).contains(mix) {
      return "mix \(mix): give a share from 0, labels alone, to 1, the teacher alone"
    }
    if perRow < 1 { return "top-k \(perRow): give at least 1 token" }
    return nil
  }
}

/// Labels and a teacher's logits for the rows of one batch.
public struct DistillationLoss: Loss {
  private let targets: [Int32]
  /// (rows, vocabulary)
  private let teacher: [Float]
  private let options: DistillationOptions
  /// Of `teacher`, where the options ask for it.
  private let stored: TopProbabilities?

  /// - Parameter teacher: logits for every row of `batch`, (rows, vocabulary).
  /// - Precondition: `options` have no problem.
  public init(_ batch: TokenBatch, teacher: [Float], options: DistillationOptions, kernels: RowKernels) {
    precondition(options.problem == nil, options.problem ?? "")
    precondition(teacher.count.isMultiple(of: batch.rows), "\(teacher.count) logits for \(batch.rows) rows")
    (targets, self.teacher, self.options) = (batch.targets, teacher, options)
    let vocabulary = teacher.count / batch.rows
    guard options.teaching == .topK else {
      stored = nil
      return
    }
    var top = TopProbabilities(
      perRow: min(options.perRow, vocabulary), temperature: options.temperature)
    teacher.withUnsafeBufferPointer { all in
      for row in 0..<batch.rows {
        top.append(
          UnsafeBufferPointer(rebasing: all[row * vocabulary..<(row + 1) * vocabulary]), kernels: kernels)
      }
    }
    stored = top
  }

  public func counted(_ rows: Range<Int>) -> Int { rows.count { targets[$0] >= 0 } }

  public func evaluate(_ rows: LossRows) -> Double {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: rows.vocabulary) { logits in
      rows.rows.reduce(0.0) { sum, row in
        let out = rows[row]
        _ = logits.update(fromContentsOf: out)
        out.update(repeating: 0)
        guard targets[row] >= 0 else { return sum }
        let whole = LossRow(
          logits: logits.baseAddress!, gradient: out.baseAddress!, vocabulary: rows.vocabulary,
          weight: rows.scale, kernels: rows.kernels)
        return sum + Double(loss(whole, row))
      }
    }
  }

  private func loss(_ whole: LossRow, _ row: Int) -> Float {
    let mix = options.mix
    let labels = mix < 1 ? (1 - mix) * whole.weighted(1 - mix).labels(Int(targets[row])) : 0
    guard mix > 0 else { return labels }
    return labels + mix * teach(whole.weighted(mix), row)
  }

  private func teach(_ part: LossRow, _ row: Int) -> Float {
    let temperature = options.temperature
    if let stored { return part.divergence(fromTop: stored[row], temperature: temperature) }
    return teacher.withUnsafeBufferPointer { all in
      let logits = all.baseAddress! + row * part.vocabulary
      return options.teaching == .reverse
        ? part.reverseDivergence(fromTeacher: logits, temperature: temperature)
        : part.divergence(fromTeacher: logits, temperature: temperature)
    }
  }
}
