import Results
import Statistics

/// Whether a teacher's help made students better: pairs of students that share seed, start and tokens.
public struct DistillGain: Hashable, Sendable {
  public enum Verdict: String, Hashable, Sendable {
    case better, worse, undecided
  }

  public var size: String
  /// Whom the distilled students are held against: `labels` or `equalFLOPs`.
  public var rival: TrainedModelRecord.Role
  /// The rival's loss minus the distilled student's in nats per token, by seed; above zero, the teacher helped.
  public var differences: [Double]
  public var mean: Double
  /// Student's t over seeds, at 95 %; nil for a single seed.
  public var interval: ClosedRange<Double>?

  /// Seeds that an interval needs for a verdict.
  public static let fewestSeeds = 3

  public var wins: Int { differences.count { $0 > 0 } }

  /// Better or worse only where the whole interval lies on one side of zero.
  public var verdict: Verdict {
    guard let interval, differences.count >= Self.fewestSeeds else { return .undecided }
    return interval.lowerBound > 0 ? .better : interval.upperBound < 0 ? .worse : .undecided
  }

  /// Nil without a pair.
  init?(_ record: DistillRecord, size: String, rival: TrainedModelRecord.Role) {
    (self.size, self.rival) = (size, rival)
    let distilled = record.students(size, .distilled)
    differences = record.students(size, rival).compactMap { other in
      distilled.first { $0.seed == other.seed }.map { other.quality.loss - $0.quality.loss }
    }
    guard !differences.isEmpty else { return nil }
    mean = differences.reduce(0, +) / Double(differences.count)
    guard let whole = TrimmedMean(differences, share: 0) else { return }
    let reach = StudentT.quantile(above: 0.025, degrees: whole.degrees) * whole.standardError
    interval = whole.mean - reach...whole.mean + reach
  }
}

extension QualityRecord {
  /// What models are compared by: the divergence from the corpus' own probabilities where those are known, which does
  /// not scatter with the tokens that happened to come, else the cross-entropy.
  public var loss: Double { aboveFloor.value ?? crossEntropy }
}

extension DistillRecord {
  public var teacher: TrainedModelRecord? { models.first { $0.role == .teacher } }

  /// Students of one size and kind, by seed.
  public func students(_ size: String, _ role: TrainedModelRecord.Role) -> [TrainedModelRecord] {
    models.filter { $0.size == size && $0.role == role }
  }

  /// Every comparison for which there are pairs: equal tokens, then equal operations, by size.
  public var gains: [DistillGain] {
    settings.sizes.flatMap { size in
      [TrainedModelRecord.Role.labels, .equalFLOPs].compactMap { DistillGain(self, size: size, rival: $0) }
    }
  }
}
