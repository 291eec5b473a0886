import Measurement
import Quantities
import Results

/// Rows of llama-bench: all kinds of tests, a failed check, another program, and one that was not started.
func benchRecord() throws -> RunRecord {
  var record = emptyRecord()
  record.origin.commit = .measured(Commit(hash: "3aa7dc8", dirty: false))
  record.machine.cpuModel = .measured("A CPU with \"quotes\", an apostrophe' and a \\")
  let (prompt, decode, both) = (try promptRow(), try decodeRow(), try pairRow())
  record.cases = [prompt.0, decode.0, both.0]
  record.benches = [prompt.1, decode.1, both.1]
  return record
}

private func promptRow() throws -> (CaseRecord, BenchRecord) {
  let wrong = AlternativeResult.Status.failedCheck(
    reason: "relative l2 distance 0.5 is above the tolerance 0.1")
  var (measured, row) = try row(
    BenchTest(prompt: 512, generated: 0),
    [
      timed("simd:avx2", 1.25, count: 6), result("openblas", wrong, error: 5),
      timed("llama-bench", 2.5, count: 6),
    ])
  row.peer = BenchPeer(label: "llama-bench", settings: ["-fa", "1"])
  row.peer?.buildCommit = "0c1e570"
  row.backends.removeLast()
  measured.alternatives[2].check = .missing(reason: "there was no check")
  return (measured, row)
}

private func decodeRow() throws -> (CaseRecord, BenchRecord) {
  let missing = AlternativeResult.Status.skipped(reason: "not started again: still running after 600 s")
  let used = BenchConfiguration(batch: 256, microBatch: 256, threads: 1, keys: "q8_0", values: "f16")
  var (measured, row) = try row(
    BenchTest(prompt: 0, generated: 128, depth: 4096),
    [timed("simd:avx2", 4, count: 6), result("llama-bench", missing)], used)
  row.peer = BenchPeer(label: "llama-bench", settings: [])
  return (measured, row)
}

private func pairRow() throws -> (CaseRecord, BenchRecord) {
  try row(BenchTest(prompt: 64, generated: 4), [timed("simd:avx2", 0.3, count: 1)])
}

private func row(
  _ test: BenchTest, _ results: [AlternativeResult],
  _ used: BenchConfiguration = BenchConfiguration(
    batch: 2048, microBatch: 512, threads: 2, keys: "f16", values: "f16")
) throws -> (CaseRecord, BenchRecord) {
  let model = BenchedModel(
    file: "tiny|model.gguf", type: "llama 1.1B Q8_0", size: Bytes(1_169_000_000), parameters: 1_100_048_384)
  let id = "\(test.id).tiny.q8_0.\(used.keys).t\(used.threads)"
  var row = BenchRecord(
    caseID: id, started: "2026-11-22T01:02:03Z", model: model, test: test, configuration: used)
  row.backends = results.filter(\.isTimed).map { times($0, test) }
  let measured = try caseRecord(
    id, test.name, Work(tokens: Tokens(test.tokens)), group: "bench", results)
  return (measured, row)
}

/// A third of each sample for the prompt, if there is one; generated tokens take longer and longer.
private func times(_ result: AlternativeResult, _ test: BenchTest) -> BenchTimes {
  BenchTimes(
    backend: result.label, prompts: test.prompt > 0 ? result.samples.map { Seconds($0 / 3) } : [],
    tokens: test.generated == 0
      ? []
      : result.samples.map { sample in
        (1...test.generated).map {
          Seconds(sample * Double($0) * 2 / Double(test.generated * (test.generated + 1)))
        }
      })
}
