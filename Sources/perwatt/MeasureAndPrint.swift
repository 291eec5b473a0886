import ArgumentParser
import Reports
import Results

/// Measures, stores, and then draws from the record: JSON, or the sections that `draw` picks.
///
/// - Throws: `ExitCode` 1 if a check failed or the run could not be stored, 3 if nothing was timed, 130 after
///   Ctrl-C; the tables have been printed by then.
func measureAndPrint(_ settings: RunSettings, json: Bool, draw: (TextReport, RunRecord) -> String) throws {
  let runner = Runner(settings)
  let record = try runner.run()
  if json {
    try Console.print(try record.json())
  } else {
    let report = TextReport(style: Style(colour: Console.usesColour), showsCounts: settings.showsCounts)
    try Console.print(draw(report, record))
  }
  if let path = runner.recorder.path { Console.note("stored in \(path)") }
  try exitAsFound(record, problem: runner.recorder.problem)
}

private func exitAsFound(_ record: RunRecord, problem: String?) throws {
  if record.validity.status == .interrupted { throw ExitCode(130) }
  let alternatives = record.cases.flatMap(\.alternatives)
  for found in alternatives where found.status == .failedCheck || found.status == .failed {
    Console.note("error: \(found.label): \(found.reason ?? "failed")")
  }
  let failed = alternatives.contains { $0.status == .failedCheck || $0.status == .failed }
  if failed || problem != nil { throw ExitCode(1) }
  if !alternatives.contains(where: \.isTimed) { throw ExitCode(3) }
}
