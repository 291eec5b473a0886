import Measurement

/// What makes figures comparable, as text; made once for all cases and runs that share it.
struct ProtocolTexts {
  /// `RunRecord.caseProtocol`, and the hash of all parts.
  typealias Found = (text: String, hash: String)

  private struct Run: Hashable {
    let used: RunProtocol
    let harness: Int?
  }

  private var run: Run?
  private var caseIDs: [String] = []
  /// Of cases in runs like `run`.
  private var texts: [Work: Found] = [:]
  private var ofOtherRuns: [Run: [Work: Found]] = [:]

  /// Turns to the cases of `record`.
  mutating func begin(_ record: SummaryRecord) {
    let (used, ids) = (record.used, record.cases.map(\.id))
    guard used != run?.used || ids != caseIDs else { return }
    caseIDs = ids
    let next = Run(used: used, harness: used.harnessVersion(caseIDs: ids))
    guard next != run else { return }
    if let run { ofOtherRuns[run] = texts }
    (run, texts) = (next, ofOtherRuns.removeValue(forKey: next) ?? [:])
  }

  mutating func find(_ measured: SummaryRecord.Case, _ bench: SummaryRecord.Bench?) -> Found {
    // Rows of a bench are few.
    if let bench { return make(measured.work, bench) }
    if let found = texts[measured.work] { return found }
    let found = make(measured.work, nil)
    texts[measured.work] = found
    return found
  }

  private func make(_ work: Work, _ bench: SummaryRecord.Bench?) -> Found {
    guard let run else { preconditionFailure("no run was begun") }
    let text = run.used.text(harness: run.harness, work: work)
    var parts = [text, run.used.cpus.map { $0.map(String.init).joined(separator: ",") } ?? "unpinned"]
    if let bench {
      let (model, used) = (bench.model, bench.configuration)
      parts += ["\(model.parameters)", "\(model.size.value)", "\(used.batch)", "\(used.microBatch)"]
    }
    return (text, RunProtocol.fingerprint(parts))
  }
}
