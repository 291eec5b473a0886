import Machine
import Measurement
import Quantities
import Results
import Testing

@testable import Reports

@Suite struct SectionTests {
  private let report = TextReport(style: Style(colour: false))

  /// `text` in one line, however it was wrapped.
  private func joined(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  // MARK: Kernels

  @Test func oneReasonIsToldOnceForAllCases() throws {
    let reason = "above 0.6 GFLOP one call takes too long"
    var record = emptyRecord()
    record.cases = try (1...5).map {
      try caseRecord(
        "kernel.\($0)", "GEMM \($0)", Work(flops: FLOPs(1e9)),
        [result("scalar", .skipped(reason: reason)), timed("simd:avx2", 0.01)])
    }
    let lines = report.kernels(record).split(separator: "\n")
    #expect(lines.filter { $0.contains(reason) } == ["–  scalar: \(reason)"])
    #expect(lines.count { $0.hasPrefix("GEMM") && $0.contains("–") && $0.contains("100") } == 5)
  }
  @Test func aSweepIsOneLineAlsoWithoutKernels() throws {
    var record = emptyRecord()
    record.cases = [
      try caseRecord(
        "sweep.a", "Core types", Work(flops: FLOPs(1e9)), group: "sweep",
        [
          timed("openblas", 0.01), timed("openblas:Zen", 0.005, count: 2),
          result("openblas:Prescott", .failedCheck(reason: "wrong"), error: 7),
          result("openblas:Haswell", .skipped(reason: "no such core type")),
        ])
    ]
    let text = report.kernels(record)
    let line =
      "Core types: openblas 100, openblas:Zen ~201, openblas:Prescott FAILED, openblas:Haswell – GFLOP/s"
    #expect(joined(text).contains(line))
    #expect(text.contains("–  openblas:Haswell: no such core type"))
    #expect(!text.contains("error\n────"))
  }

  @Test func theBestBuildIsHeldAgainstEachLibraryAndTheFastestOfEachShape() throws {
    var record = emptyRecord()
    func shape(_ id: String, _ times: KeyValuePairs<String, Double>) throws -> CaseRecord {
      try caseRecord(
        "kernel.gemm.f32.\(id)", id, Work(flops: FLOPs(1e9)), times.map { timed($0, $1, noise: 0) })
    }
    record.cases = [
      try shape("1x1x1", ["scalar": 9, "simd:avx2": 1, "simd:baseline": 2, "openblas": 2, "blas:blis": 4]),
      try shape("2x2x2", ["simd:avx2": 1, "openblas": 0.5, "blas:blis": 0.25]),
      // Another product than the one that is summed up.
      try shape("nn.2x2x2", ["simd:avx2": 1, "openblas": 100]),
    ]
    let text = joined(report.kernels(record))
    #expect(text.contains("Speed of simd:avx2 as a multiple"))
    #expect(text.contains("against openblas: 1.00× (0.50× … 2.00×)"))
    #expect(text.contains("against blas:blis: 1.00× (0.25× … 4.00×)"))
    #expect(text.contains("against the fastest of each shape: 0.71× (0.25× … 2.00×)"))
    record.cases.removeFirst()
    #expect(!report.kernels(record).contains("Speed of"))
  }

  // MARK: Weight formats

  @Test func formatsNeedNoOtherKernels() throws {
    var record = emptyRecord()
    record.cases = try formatCases()
    let text = report.kernels(record)
    #expect(text.hasPrefix("── Weight formats · 1 thread"))
    #expect(!text.contains("Kernels ·"))
  }

  /// Each build has its own f32 and its own single column to be compared with.
  @Test func ratiosStayWithinOneBackend() throws {
    var record = emptyRecord()
    let formats = ["a f32": 4.0, "a q8_0": 2, "b f32": 1, "b q8_0": 0.25].sorted { $0.key < $1.key }
    let columns = ["a 1 column": 1.0, "a 2 columns": 1.5, "b 1 column": 8, "b 2 columns": 24].sorted {
      $0.key < $1.key
    }
    record.cases = [
      try caseRecord(
        "formats.x", "linear x", Work(flops: FLOPs(1e9)), group: "formats",
        formats.map { timed($0.key, $0.value, noise: 0) }),
      try caseRecord(
        "columns.x", "linear q8_0 8×8", Work(), group: "columns",
        columns.map { timed($0.key, $0.value, noise: 0) }),
    ]
    let text = joined(report.kernels(record))
    #expect(
      text.contains("a q8_0 0.500 2.00× (2.00–2.00)") && text.contains("b q8_0 4.00 4.00× (4.00–4.00)"))
    #expect(text.contains("a 1.00 s 1.50×") && text.contains("b 8.00 s 3.00×"))
  }

  @Test func aFormatThatFailedHasNoRatio() throws {
    var record = emptyRecord()
    record.cases = try formatCases()
    let lines = report.kernels(record).split(separator: "\n")
    let failed = try #require(lines.first { $0.hasPrefix("q4_0") })
    #expect(failed.contains("FAILED") && !failed.contains("×") && failed.contains("3.10"))
    #expect(lines.contains { $0.hasPrefix("FAILED  q4_0, linear 512×2048×2048") })
    // Five samples make no interval.
    let few = try #require(lines.first { $0.hasPrefix("q6_k") })
    #expect(few.contains("×  (–)"))
  }

  // MARK: Transformer

  @Test(arguments: [2, 5, 6, 12]) func fewerThanSixSamplesMakeNoInterval(count: Int) throws {
    let time = try #require(AlternativeRecord(timed("a", 1, count: count)).time)
    let isFew = count < 6
    #expect(time.isRough == isFew && time.hasInterval != isFew)
    #expect(time.rough("7") == (isFew ? "~7" : "7"))
    #expect(NumberText.spread(time).hasPrefix(isFew ? "–" : "±"))
  }
  @Test func aBackendOfOtherLibrariesIsExplained() throws {
    let remark = "openblas and other BLAS libraries do the matrix products"
    var record = try sampleRecord()
    #expect(report.transformer(record).contains(remark))
    record.models[0].backends.removeAll { $0.backend == "openblas" }
    #expect(!report.transformer(record).contains(remark))
    record.models[0].backends[0].backend = "libblis.so.4"
    #expect(report.transformer(record).contains(remark))
  }

  // MARK: Energy

  private func energy(_ figures: [EnergyFigure]) -> String {
    var record = emptyRecord()
    record.energy = figures.map {
      EnergyRecord(model: "tiny", backend: "simd", phase: .decode, energy: .measured($0))
    }
    return report.energy(record)
  }

  @Test func memoryIsPrintedWhereItWasMeasured() {
    let text = energy([
      raplFigure(memory: .measured(JoulesPerToken(0.0314))),
      raplFigure(memory: .missing(reason: "no dram zone")),
    ])
    #expect(text.contains("memory") && text.contains("0.0314"))
    #expect(text.contains("–  tiny, simd, decode: no memory: no dram zone"))
    #expect(!energy([raplFigure(memory: .missing(reason: "no dram zone"))]).contains("memory"))
  }
  @Test func onlyOnePowerForAllIsWarnedAbout() {
    let warning = "do not measure the backends' energy"
    var figure = raplFigure(memory: .missing(reason: "no dram zone"))
    #expect(!joined(energy([figure])).contains(warning))
    for tier in ["proxy", "estimated"] {
      figure.origin.tier = tier
      #expect(joined(energy([figure])).contains(warning))
    }
  }
  @Test func notesAreNotAssumptions() {
    var figure = raplFigure(memory: .missing(reason: "no dram zone"))
    #expect(energy([figure]).contains("     note:    RAPL covers whole packages.\n"))
    #expect(!energy([figure]).contains("assumed"))
    figure.assumptions = ["It rains."]
    #expect(energy([figure, figure]).contains("packages.\n     assumed: It rains.\nJ/token"))
  }

  // MARK: Machine and run

  @Test func whatNoPCTellsIsLeftOut() {
    var record = emptyRecord()
    #expect(!report.machine(record).contains("Board"))
    #expect(
      report.machine(record).contains(
        "\nClock         maximum – · turbo – · temperature – (not readable here)\n"))
    record.machine.architecture = "aarch64"
    #expect(report.machine(record).contains("\nBoard         – (/proc/device-tree/model"))
    record.machine.architecture = "x86_64"
    (record.machine.board, record.machine.turbo) = (.measured("UP Squared"), .measured(false))
    let text = report.machine(record)
    #expect(text.contains("Board         UP Squared") && text.contains("turbo off"))
    #expect(joined(text).contains("temperature – (/sys/class/hwmon"))
  }
  @Test func durationsAreInSecondsAndMinutes() {
    let times = [0.04, 83.46, 119.4, 120, 1265.4, 7200, .nan]
    #expect(
      times.map { NumberText.duration(Seconds($0)) } == [
        "0.0 s", "83.5 s", "119.4 s", "2 min 0 s", "21 min 5 s", "120 min 0 s", "– s",
      ])
  }
}
