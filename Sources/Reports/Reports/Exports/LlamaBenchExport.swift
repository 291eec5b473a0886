import Results

/// llama-bench's JSON lines. A single row becomes an array, because `compare-llama-bench.py` takes a file of one line for
/// an object.
enum LlamaBenchExport {
  static func write(_ runs: [RunRecord], _ left: inout Omissions) -> ([Export.Document], Int) {
    var rows: [String] = []
    for run in runs {
      let written = BenchReport(run).text(.jsonl).split(separator: "\n").map(String.init)
      rows += written
      left.add("alternatives that are no timed rows of llama-bench", alternatives(run) - written.count)
    }
    let text = rows.count == 1 ? "[\(rows[0])]\n" : rows.map { $0 + "\n" }.joined()
    return ([.init(suffix: nil, text: text)], rows.count)
  }

  private static func alternatives(_ run: RunRecord) -> Int {
    run.cases.reduce(0) { $0 + $1.alternatives.count }
  }
}
