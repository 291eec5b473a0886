import Measurement

extension RunRecord {
  /// How the times of one of the run's cases were taken: the version of the harness, the kind of plan, the case's work and
  /// the seed of its inputs. Equal texts mean comparable times, whatever other cases the runs had and however many samples
  /// were taken.
  public func caseProtocol(_ measured: CaseRecord) -> String {
    let plan = protocolUsed.plan
    let work = [
      ("FLOP", measured.work.flops?.value), ("bytes", measured.work.bytes?.value),
      ("tokens", measured.work.tokens?.value),
    ]
    let parts =
      [
        "harness \(harnessVersion.map(String.init) ?? "unknown")",
        plan.repetitions == nil
          ? "samples of \(plan.minimumSample.value) s" : "single calls",
        "warm-up \(plan.warmUp.value) s", "seed \(protocolUsed.seed)",
      ] + work.compactMap { name, value in value.map { "\($0) \(name)" } }
    return parts.joined(separator: ", ")
  }

  /// The version of the harness that took the times, found by its hash; nil where none of the known ones fits.
  var harnessVersion: Int? {
    let ids = cases.map(\.id)
    return (1...RunProtocol.harnessVersion).reversed().first {
      RunProtocol.hash(version: $0, plan: protocolUsed.plan, caseIDs: ids) == protocolUsed.hash
    }
  }
}
