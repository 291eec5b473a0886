import Quantities
import Results

extension Page {
  /// Which run this is.
  mutating func origin(_ record: RunRecord) {
    let origin = record.origin
    let commit =
      switch origin.commit {
      case .measured(let commit): "commit \(commit.hash)\(commit.dirty ? " with local changes" : "")"
      case .missing(let reason): "commit \(NumberText.none) (\(reason))"
      }
    let parts = [
      "perwatt \(origin.toolVersion)", "suite \(origin.suite)", origin.started, commit,
      "\(origin.buildConfiguration) build",
    ]
    paragraph(parts.joined(separator: " · "))
    if record.validity.status != .valid {
      paragraph(record.validity.headline, label: "! ")
    }
  }

  /// How it was measured, what was noticed, and whether it counts.
  mutating func ending(_ record: RunRecord) {
    heading("Run")
    if let time = record.wallTime { fact("Duration", NumberText.duration(time)) }
    if let memory = record.peakMemory {
      fact(
        "Memory",
        memory.value.map { "\(Format.binary($0)) at most" } ?? "\(NumberText.none) (\(memory.reason ?? ""))")
    }
    method(record.protocolUsed)
    if !record.notes.isEmpty {
      blank()
      paragraph("Notes")
      for note in record.notes { paragraph(note, label: "· ", indent: 2) }
    }
    blank()
    paragraph(record.validity.headline)
    for reason in record.validity.reasons { paragraph(reason, label: "· ", indent: 2) }
    if record.validity.status == .interrupted { paragraph("kept: \(record.kept)", indent: 2) }
  }

  private mutating func method(_ used: RunProtocol) {
    let plan = used.plan
    let flags = used.flags.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
    let samples = "\(plan.minSamples) to \(plan.maxSamples) of \(Format.si(plan.minimumSample)) or longer"
    let budgets = "\(Format.si(plan.budget)) per case (\(Format.si(plan.forModels.budget)) for models)"
    let times = "\(budgets) after \(Format.si(plan.warmUp)) of warm-up each"
    let cpus = (used.cpus ?? []).map(String.init).joined(separator: ", ")
    let pinned = cpus.isEmpty ? [] : [("Pinned", "threads to CPUs \(cpus), in this order")]
    let lines =
      pinned + [
        ("Flags", flags.isEmpty ? "none" : flags.joined(separator: " ")),
        ("Samples", plan.repetitions.map { "\($0) of one call each, after one" } ?? "\(samples), \(times)"),
        ("Order", used.order), ("Seed", "\(used.seed)"), ("Protocol", used.hash),
      ]
    for (name, value) in lines { fact(name, value) }
  }

  private mutating func fact(_ name: String, _ value: String) {
    paragraph(value, label: name + String(repeating: " ", count: 14 - name.count))
  }
}

extension Validity {
  var headline: Inked {
    switch status {
    case .valid: Inked("This run is valid.", .good)
    case .invalid: Inked("This run is INVALID: its figures must not be compared.", .bad)
    case .interrupted: Inked("This run was interrupted: what it had measured was kept.", .warning)
    }
  }
}

extension RunRecord {
  fileprivate var kept: String {
    [
      NumberText.count(cases.count, "case"), NumberText.count(peaks.count, "peak"),
      NumberText.count(models.count, "model"), NumberText.count(energy.count, "energy row"),
      NumberText.count(claims.count, "claim"),
    ].joined(separator: " · ")
  }
}

extension Page {
  /// Where the rows of llama-bench are to be had, if there are any: they are too wide for these tables.
  mutating func benches(_ record: RunRecord) {
    guard let rows = record.benches, !rows.isEmpty else { return }
    blank()
    heading("Rows of llama-bench")
    paragraph(
      "\(NumberText.count(rows.count, "row")): perwatt show FILE --section model prints them, also with -o json, jsonl, "
        + "csv or sql.")
  }
}
