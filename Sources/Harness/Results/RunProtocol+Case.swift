import Measurement

extension RunRecord {
  /// How the times of one of the run's cases were taken: the version of the harness, the kind of plan, the case's work and
  /// the seed of its inputs. Equal texts mean comparable times, whatever other cases the runs had and however many samples
  /// were taken.
  public func caseProtocol(_ measured: CaseRecord) -> String {
    caseProtocols()(measured)
  }

  /// `caseProtocol` for all of the run's cases: what they share is found once.
  public func caseProtocols() -> (CaseRecord) -> String {
    let harness = protocolUsed.harnessVersion(caseIDs: cases.map(\.id))
    return { protocolUsed.text(harness: harness, work: $0.work) }
  }
}

extension RunProtocol {
  /// `RunRecord.caseProtocol` in parts.
  func text(harness: Int?, work: Work) -> String {
    let work = [("FLOP", work.flops?.value), ("bytes", work.bytes?.value), ("tokens", work.tokens?.value)]
    let parts =
      [
        method ?? "harness \(harness.map(String.init) ?? "unknown")",
        plan.repetitions == nil ? "samples of \(plan.minimumSample.value) s" : "single calls",
        "warm-up \(plan.warmUp.value) s", "seed \(seed)",
      ] + work.compactMap { name, value in value.map { "\($0) \(name)" } }
    return parts.joined(separator: ", ")
  }

  /// The version of the harness that took the times, found by the hash over these cases; nil where none of the known ones
  /// fits.
  func harnessVersion(caseIDs: [String]) -> Int? {
    (1...Self.harnessVersion).reversed().first {
      Self.hash(version: $0, plan: plan, caseIDs: caseIDs) == hash
    }
  }
}
