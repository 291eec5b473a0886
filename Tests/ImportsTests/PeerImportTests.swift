import Foundation
import Imports
import Measurement
import Reports
import Results
import Testing

@Suite struct PeerImportTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures")

  private func fixture(_ name: String) throws -> String {
    try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
  }

  private func runs(_ text: String, model: String? = nil) throws -> [RunRecord] {
    try PeerImport(model: model, toolVersion: "1.0").runs(text, file: "peer.jsonl")
  }

  // MARK: What llama.cpp's own programs print

  @Test(arguments: ["jsonl", "json", "csv", "sql"]) func everyFormatHoldsTheSameRows(format: String) throws {
    let run = try #require(try runs(try fixture("llama-bench.\(format)")).first)
    #expect(
      run.cases.map(\.id) == ["pp8.d16.stories260k-f32.f32.f16.t1", "tg4.d16.stories260k-f32.f32.f16.t1"])
    #expect(run.origin.program == "llama-bench 0c1e570" && run.origin.commit.value == nil)
    #expect(run.machine.key == "amd-epyc" && run.machine.cpuModel.value == "AMD EPYC")
    #expect(run.validity.status == .invalid && run.validity.reasons.count == 1)
    let rows = try #require(run.benches)
    #expect(
      rows.map(\.test) == [
        BenchTest(prompt: 8, generated: 0, depth: 16), BenchTest(prompt: 0, generated: 4, depth: 16),
      ])
    #expect(rows[0].model.parameters == 292_800 && rows[0].configuration.batch == 2048)
    #expect(rows[0].peer?.settings == [] && rows[0].peer?.backends == "CPU")
    let alternatives = run.cases.map { $0.alternatives[0] }
    #expect(alternatives.allSatisfy { $0.label == "llama-bench" && $0.check.value == nil })
    // CSV and SQL hold means only, and the record says so.
    let count = format.hasPrefix("json") ? 2 : 1
    #expect(alternatives.allSatisfy { $0.samples.count == count && ($0.note == nil) == (count == 2) })
  }

  @Test func samplesAreKeptAndComeBackInLlamaBenchsOwnForm() throws {
    let text = try fixture("llama-bench.jsonl")
    let run = try #require(try runs(text).first)
    let export = Export([run], as: .llamaBench, invalid: true)
    func rows(_ text: String) throws -> [[String: Any]] {
      try text.split(separator: "\n").map {
        try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
      }
    }
    let (before, after) = (try rows(text), try rows(export.documents[0].text))
    #expect(before.count == 2 && after.count == 2)
    for (old, new) in zip(before, after) {
      for name in [
        "samples_ns", "n_prompt", "n_gen", "n_depth", "n_threads", "cpu_info", "build_commit", "model_type",
      ] {
        #expect("\(old[name] ?? "nothing")" == "\(new[name] ?? "nothing")", "\(name)")
      }
      let (a, b) = (try #require(old["avg_ts"] as? Double), try #require(new["avg_ts"] as? Double))
      #expect(abs(a / b - 1) < 1e-6)
    }
  }

  /// Without n_ubatch, type_k, backends and depth; with a GPU and names of then.
  @Test func theFirstVersionIsRead() throws {
    let run = try #require(try runs(try fixture("llama-bench-2023.json")).first)
    #expect(run.cases.map(\.id) == ["pp512.d0.ggml-model-q4_0.q4_0.t16.b512"])
    #expect(run.cases[0].alternatives[0].label == "llama-bench:CUDA,BLAS")
    #expect(run.cases[0].alternatives[0].samples.count == 5)
    #expect(run.benches?.isEmpty == true && run.origin.started == "2023-09-23T12:09:57Z")
    #expect(run.notes.contains("Fields that rows lack: n_ubatch, type_k, type_v."))
  }

  /// As `batched-bench.cpp` prints it.
  @Test func batchedBenchGivesACaseForEachPhase() throws {
    let line = """
      {"n_kv_max": 2048, "n_batch": 2048, "n_ubatch": 512, "flash_attn": -1, "is_pp_shared": 0, "n_gpu_layers": -1, \
      "n_threads": 8, "n_threads_batch": 8, "pp": 128, "tg": 32, "pl": 4, "n_kv": 640, "t_pp": 2.0, "speed_pp": 256.0, \
      "t_tg": 4.0, "speed_tg": 32.0, "t": 6.0, "speed": 106.67}
      """
    let shared = line.replacing("\"is_pp_shared\": 0", with: "\"is_pp_shared\": 1").replacing(
      "\"t_pp\": 2.0, ", with: ""
    )
    .replacing("256.0", with: "64.0")
    let run = try #require(try runs(line + "\n" + shared, model: "Tiny Llama").first)
    #expect(
      run.cases.map(\.id) == [
        "batched.pp128.x4.tiny-llama.t8", "batched.tg32.d128.x4.tiny-llama.t8",
        "batched.pp128.shared.x4.tiny-llama.t8", "batched.tg32.d128.shared.x4.tiny-llama.t8",
      ])
    #expect(run.cases.map { $0.work.tokens?.value } == [512, 128, 128, 128])
    #expect(run.cases.map { $0.alternatives[0].samples } == [[2], [4], [2], [4]])
    #expect(run.machine.key == "unknown-cpu" && run.machine.cpuModel.value == nil)
    #expect(ExportSeries.all(run).map(\.threads) == [8, 8, 8, 8])
  }

  // MARK: What belongs together

  private let row = """
    {"build_commit": "abc", "cpu_info": "A", "backends": "CPU", "n_threads": 2, "n_prompt": 8, "n_gen": 0, "samples_ns": [1000]}
    """

  @Test func commitsAndMachinesAreRunsOfTheirOwn() throws {
    let runs = try runs(
      [row, row.replacing("abc", with: "def"), row.replacing("\"A\"", with: "\"B\"")].joined(separator: "\n"))
    #expect(runs.map(\.origin.program) == ["llama-bench abc", "llama-bench def", "llama-bench abc"])
    #expect(runs.map(\.machine.key) == ["a", "a", "b"])
  }

  @Test func backendsStandSideBySideAndRepeatedRowsArePooled() throws {
    let text = [row, row.replacing("CPU", with: "BLAS"), row.replacing("1000", with: "3000, 5000")].joined()
    let run = try #require(try runs(text).first)
    #expect(run.cases.count == 1)
    #expect(run.cases[0].alternatives.map(\.label) == ["llama-bench", "llama-bench:BLAS"])
    #expect(run.cases[0].alternatives[0].samples == [1e-6, 3e-6, 5e-6])
    #expect(run.notes.contains("Rows of one configuration that came again: 1; their samples are pooled."))
  }

  @Test func settingsThatDifferAreOtherCases() throws {
    let other = row.replacing("\"n_threads\"", with: "\"flash_attn\": 1, \"repack\": false, \"n_threads\"")
    let run = try #require(try runs(row + other).first)
    #expect(run.cases.map(\.id) == ["pp8.d0.unnamed.t2", "pp8.d0.unnamed.flash_attn-1.repack-0.t2"])
  }

  /// A related program's setting that nothing here knows would else be averaged over.
  @Test func rowsThatDifferInSomethingUnknownAreRefused() throws {
    let other = row.replacing("\"n_threads\"", with: "\"mla_attn\": 3, \"n_threads\"")
    let error = #expect(throws: ImportError.self) { try runs(row + "\n\n" + other) }
    #expect(error?.line == 3 && error?.reason.hasPrefix("mla_attn differs from the row of line 1") == true)
  }

  @Test func aMachineCanBeNamed() throws {
    let run = try #require(try PeerImport(machine: "pi5", toolVersion: "1").runs(row, file: "f").first)
    #expect(run.machine.key == "pi5")
    #expect(try JSONDecoder().decode(RunRecord.self, from: try run.json()) == run)
  }

  // MARK: Faults

  @Test(
    arguments: [
      ("", nil, "begins no output"), ("hello\n", 1, "'hello' begins no output"),
      ("[]", nil, "it holds no rows"),
      ("| model | size |\n", 1, "use -o jsonl"), ("SQLite format 3\0", nil, "sqlite3 FILE .dump"),
      ("{\"n_prompt\": 8}\n", 1, "no time: samples_ns"), ("\n{\"a\": 1}", 2, "neither n_prompt nor n_gen"),
      ("{\"n_prompt\": 8, \"avg_ts\": 1}\n{\"n_prompt\": 8, ", 2, "is cut short"),
      ("{\"n_prompt\": 8, \"avg_ts\": 1}\nloading\n", 2, "'loading' stands outside"),
      ("{\"n_prompt\": 8, \"avg_ts\": 1,,}", 1, "damaged JSON"),
      ("{\"n_prompt\": 8, \"avg_ts\": 0}", 1, "avg_ts is 0.0: a time or rate is above zero"),
      ("{\"n_prompt\": 8, \"samples_ns\": [1, -1]}", 1, "samples_ns holds -1.0"),
      ("{\"n_prompt\": -8, \"avg_ts\": 1}", 1, "n_prompt is -8.0: not a whole number"),
      ("{\"n_prompt\": 0, \"n_gen\": 0, \"avg_ts\": 1}", 1, "both 0"),
      ("{\"n_prompt\": 1e99, \"avg_ts\": 1}", 1, "not a whole number"),
      ("{\"n_prompt\": 8, \"avg_ts\": 1, \"n_threads\": 0}", 1, "n_threads is 0.0"),
      ("{\"n_prompt\": 8, \"avg_ts\": 1, \"test_time\": \"today\"}", 1, "test_time 'today'"),
      ("{\"pp\": 8, \"pl\": 1, \"tg\": 0}", 1, "no time of pp"), ("{\"pp\": 8, \"pl\": 0}", 1, "pl is 0.0"),
      ("n_prompt,avg_ts\n\"8\"\n", 2, "1 fields where the header has 2"),
      ("n_prompt,avg_ts\n\n\"8\",\"x\"\n", 3, "avg_ts 'x' is not a number"),
      ("n_prompt,avg_ts\n\"8\",\"1\n", 2, "a quoted field that never ends"),
      ("n_prompt,avg_ts\n\"8\"7,\"1\"\n", 2, "text after the end of a quoted field"),
      ("INSERT INTO llama_bench (n_prompt) VALUES ('8', '1');", 1, "2 values for 1 columns"),
      ("INSERT INTO llama_bench (n_prompt) VALUES ('8", 1, "a quoted text that never ends"),
    ] as [(String, Int?, String)])
  func everyFaultIsOneLineWithItsPlace(text: String, line: Int?, reason: String) throws {
    let error = #expect(throws: ImportError.self) { try runs(text) }
    let told = try #require(error).description
    #expect(
      told.contains(reason) && !told.contains("\n") && told.hasSuffix("nothing was imported"), "\(told)")
    if let line { #expect(error?.line == line, "\(told)") }
  }

  /// Whatever is in a file, it is read or refused, and never crashes.
  @Test func damagedFilesAreReadOrRefused() throws {
    for format in ["jsonl", "json", "csv", "sql"] {
      let bytes = Array(try fixture("llama-bench.\(format)").utf8)
      for step in stride(from: 0, to: bytes.count, by: 97) {
        _ = try? runs(String(decoding: bytes[..<step], as: UTF8.self))
        var changed = bytes
        changed[step] = UInt8(truncatingIfNeeded: step &* 31)
        _ = try? runs(String(decoding: changed, as: UTF8.self))
      }
    }
  }

  /// `sqlite3 FILE .dump` names no columns and quotes no numbers.
  @Test func aDumpOfADatabaseIsRead() throws {
    let dump = """
      PRAGMA foreign_keys=OFF;
      BEGIN TRANSACTION;
      CREATE TABLE llama_bench (build_commit TEXT, n_prompt INTEGER, n_gen INTEGER, avg_ns INTEGER, cpu_info TEXT);
      INSERT INTO llama_bench VALUES('it''s',8,0,2000,NULL);
      COMMIT;
      """
    let run = try #require(try runs(dump).first)
    #expect(run.origin.program == "llama-bench it's" && run.cases[0].alternatives[0].samples == [2e-6])
    #expect(run.machine.cpuModel.value == nil)
  }
}
