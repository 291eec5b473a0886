import Measurement
import Quantities
import Results

/// A row of llama-batched-bench: prompts of several sequences at once, then tokens of each.
struct BatchedBenchRow {
  static let program = "llama-batched-bench"

  let row: Row
  private let sequences: Int
  private let prompt: Int
  private let generated: Int

  static func fits(_ row: Row) -> Bool { row.has("pl") && row.has("pp") }

  /// - Throws: `ImportError` for what no row of llama-batched-bench can be.
  init(_ row: Row) throws(ImportError) {
    self.row = row
    guard let sequences = try row.count("pl", from: 1), let prompt = try row.count("pp") else {
      throw row.error("pl or pp is empty: no row of llama-batched-bench")
    }
    (self.sequences, self.prompt, generated) = (sequences, prompt, try row.count("tg") ?? 0)
  }

  static let needed = ["n_batch", "n_ubatch", "n_threads", "flash_attn", "t_pp", "t_tg"]
  var missing: [String] { Self.needed.filter { row.text($0) == nil } }

  /// The prompts, and the generated tokens, as a case each.
  /// - Throws: `ImportError` where a phase has no time.
  func records(model named: String?) throws(ImportError) -> [CaseRecord] {
    let isShared = try row.number("is_pp_shared") ?? 0 != 0
    var phases: [(name: String, tokens: Int, time: String)] = []
    if prompt > 0 {
      let tokens = isShared ? prompt : sequences * prompt
      phases.append(("pp\(prompt)\(isShared ? ".shared" : "").x\(sequences)", tokens, "pp"))
    }
    if generated > 0 {
      phases.append(
        ("tg\(generated).d\(prompt)\(isShared ? ".shared" : "").x\(sequences)", sequences * generated, "tg"))
    }
    guard !phases.isEmpty else { throw row.error("pp and tg are both 0: nothing was measured") }
    var records: [CaseRecord] = []
    for (name, tokens, phase) in phases {
      let time = try seconds(phase, tokens: tokens)
      records.append(
        CaseRecord(
          told: try caseID(name, model: named), title: name, group: "bench",
          work: Work(tokens: Tokens(tokens)),
          by: AlternativeRecord(
            told: Self.program, samples: [time], note: "one pass, as llama-batched-bench does")))
    }
    return records
  }

  private func seconds(_ phase: String, tokens: Int) throws(ImportError) -> Double {
    if let time = try row.positive("t_\(phase)") { return time }
    if let rate = try row.positive("speed_\(phase)") { return Double(tokens) / rate }
    throw row.error("no time of \(phase): t_\(phase) and speed_\(phase) are missing")
  }

  private func caseID(_ name: String, model named: String?) throws(ImportError) -> String {
    var parts = ["batched.\(name)", Slug.make(named ?? "unnamed")]
    if let attention = try row.count("flash_attn", from: -1), attention > 0 {
      parts.append("flash_attn-\(attention)")
    }
    if let batch = try row.count("n_batch", from: 1), batch != 2048 { parts.append("b\(batch)") }
    if let micro = try row.count("n_ubatch", from: 1), micro != 512 { parts.append("ub\(micro)") }
    let threads = try row.count("n_threads", from: 1)
    if let threads { parts.append("t\(threads)") }
    return parts.joined(separator: ".")
  }
}
