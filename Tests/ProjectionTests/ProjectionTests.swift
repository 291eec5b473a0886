import Costs
import Foundation
import Hardware
import Measurement
import Quantities
import Results
import Testing

@testable import Projection

@Suite struct ProjectionTests {
  private let citation = Citation(.primary, "made up for a test")
  private let none = KernelEfficiency.none("not measured")
  private var task: ProjectedTask {
    ProjectedTask(ModelShape.named("llama-2-7b")!, .uniform(.q8_0), context: 0, prompt: 500)
  }

  /// 10 GB/s of copy, 50 GFLOP/s of Linpack, 5 to 10 W.
  private func board(bytes: Bool?, _ change: (inout HardwareEntry) -> Void = { _ in }) -> HardwareEntry {
    HardwareEntry("test", "Test board", .board) {
      $0.bandwidth = [.init(.copy, 10e9, citation)]
      $0.peaks = [.init(.linpack, 50e9, citation)]
      $0.memory = [.init(.installed, Bytes(4e9)...Bytes(16e9), citation)]
      $0.power = [.init(.languageModel, Watts(5)...Watts(10), citation, at: .wall)]
      $0.byteDotProduct = bytes.map { ByteDotProduct($0, "made up") }
      change(&$0)
    }
  }
  private func near(_ a: Double?, _ b: Double) -> Bool { abs((a ?? 0) / b - 1) < 1e-6 }

  /// 6,607,077,376 weights are multiplied (6,738,149,376 in matrices less an embedding of 131,072,000): at 8.5 bits
  /// 7.02 GB, 0.3510 s at 20 GB/s; 13.21 GFLOP, 0.1321 s at 100 GFLOP/s.
  @Test func memoryAndArithmeticOneAfterTheOther() throws {
    let found = try Projection(task, on: board(bytes: false), none)
    let weights = 6_607_077_376.0
    let time = weights * 8.5 / 8 / 20e9 + 2 * weights / 100e9
    #expect(near(found.decode.value?.central.value, 1 / time))
    let prompt = weights * 8.5 / 8 / 500 / 20e9 + (2 * weights + 4 * 32 * 32 * 128 * 250) / 100e9
    #expect(near(found.prefill.value?.central.value, 1 / prompt))
    #expect(found.memory.answer == .largerOnly)
  }

  @Test func formatsAreFasterOnlyWhereBytesAreMultiplied() throws {
    let fast = KernelEfficiency(
      decode: .missing(reason: "-"), prefill: .missing(reason: "-"), formats: ["q8_0": 2], source: "test")
    func time(_ bytes: Bool?) throws -> Double {
      let found = try Projection(task, on: board(bytes: bytes), fast)
      return 1 / (try #require(found.decode.value).central.value)
    }
    let weights = 6_607_077_376.0
    let memory = weights * 8.5 / 8 / 20e9, f32 = 2 * weights / 100e9
    #expect(near(try time(false), memory + f32))
    #expect(near(try time(true), memory + f32 / 2))
    #expect(near(try time(nil), memory + f32 / 2.0.squareRoot()))
  }

  @Test func efficiencyCorrectsOnlyWhatItExcludes() throws {
    func speed(_ low: Double, _ high: Double) throws -> Spread<TokensPerSecond> {
      let here = KernelEfficiency(
        decode: .measured(.init(low, high)), prefill: .missing(reason: "-"), formats: [:], source: "test")
      return try #require(try Projection(task, on: board(bytes: false), here).decode.value)
    }
    let law = try speed(1, 1).central.value
    let wide = try speed(0.6, 1.2)
    #expect(
      near(wide.low.value, 0.6 * law) && near(wide.central.value, law) && near(wide.high.value, 1.2 * law))
    #expect(near(try speed(0.4, 0.5).central.value, 0.5 * law))
    #expect(near(try speed(1.1, 1.3).central.value, 1.1 * law))
  }

  @Test func joulesPerTokenArePowerOverSpeedAtItsBoundary() throws {
    let found = try Projection(task, on: board(bytes: false), none)
    let speed = try #require(found.decode.value).central.value
    let energy = try #require(found.energy.value)
    #expect(near(energy.perToken.low.value, 5 / speed) && near(energy.perToken.high.value, 10 / speed))
    #expect(energy.boundary == .wall)
    let mute = try Projection(task, on: board(bytes: false) { $0.power = [] }, none)
    #expect(mute.energy.reason == "no power under load of Test board is known")
  }

  @Test func whatIsUnknownStaysUnknown() throws {
    #expect(throws: NotProjectable.self) { try Projection(task, on: .galaxyS24Ultra, none) }
    let mute = try Projection(task, on: board(bytes: nil) { ($0.peaks, $0.memory) = ([], []) }, none)
    #expect(mute.decode.reason == "no arithmetic peak of Test board is known")
    #expect(mute.memory.answer == .unknown)
  }

  /// The least share of a data sheet that boards with both figures reach: 2 × 2.738 of 12.8, 2 × 11.8 of 57.6.
  @Test func dataSheetsAreUpperEnds() throws {
    #expect(near(DataSheetShare.stream.low, 2 * 2.738 / 12.8))
    #expect(near(DataSheetShare.arithmetic.low, 2 * 11.8 / 57.6))
    let rates = try MachineRates(.h100PCIe)
    #expect(rates.stream.high == BytesPerSecond(2e12))
    #expect(near(rates.stream.low.value, 2e12 * 2 * 2.738 / 12.8))
  }

  @Test func memoryDecidesWhetherItFits() throws {
    func answer(_ name: String, _ type: String) throws -> MemoryFit.Answer {
      let task = ProjectedTask(ModelShape.named(name)!, WeightType(type)!)
      return try Projection(task, on: board(bytes: true), none).memory.answer
    }
    #expect(try answer("llama-3.2-1b", "q4_k") == .always)
    #expect(try answer("llama-3.1-8b", "q4_k_m") == .largerOnly)
    #expect(try answer("llama-3.1-70b", "q4_k") == .never)
  }
}

@Suite struct KernelEfficiencyTests {
  /// Worked out by hand from the file: decode of 541.8 MB and 274.5 MFLOP took 12.54 ms, while memory was read at 42.6
  /// and 80.2 GB/s and the fastest product ran at 162 GFLOP/s.
  @Test func aStoredRunIsRead() throws {
    let found = KernelEfficiency(try ResultsStore.load(ValidationTests.run))
    let decode = try #require(found.decode.value), prefill = try #require(found.prefill.value)
    #expect(abs(decode.low - 0.655) < 0.01 && abs(decode.high - 1.175) < 0.01 && decode.central == 1)
    #expect(abs(prefill.low - 0.715) < 0.01 && abs(prefill.high - 0.726) < 0.01)
    #expect(prefill.central == prefill.high)
    #expect(abs(try #require(found.formats["q4_k"]) - 2.247) < 0.01)
    #expect(found.source == "amd-epyc-2c, run of 2026-11-21")
  }

  @Test func aRunWithoutCasesSaysWhatItLacks() throws {
    var record = try ResultsStore.load(ValidationTests.run)
    record.cases = []
    let found = KernelEfficiency(record)
    #expect(found.decode.reason == "the run has no decode of a model")
    #expect(found.prefill.reason == "the run has no prefill of a model")
    #expect(found.formats.isEmpty)
  }

  @Test func aQuantisedModelIsNotHeldAgainstF32() throws {
    let record = try changed { $0.reading($0.bytesPerToken / 4) }
    let reason = "the run's model is quantised; the law is held against f32"
    #expect(
      KernelEfficiency(record).decode.reason == reason && KernelEfficiency(record).prefill.reason == reason)
  }

  @Test func aModelInACacheSaysNothing() throws {
    var record = try changed { $0.reading(Bytes(100e6), FLOPs(50e6)) }
    #expect(KernelEfficiency(record).decode.reason == "the measured model stays partly in a cache")
    record.models = []
    #expect(KernelEfficiency(record).decode.reason == "the run has no decode of a model")
  }

  private func changed(_ change: (RooflineRecord) -> RooflineRecord) throws -> RunRecord {
    var record = try ResultsStore.load(ValidationTests.run)
    for model in record.models.indices {
      for backend in record.models[model].backends.indices {
        for phase in record.models[model].backends[backend].phases.indices {
          let roofline = record.models[model].backends[backend].phases[phase].roofline
          record.models[model].backends[backend].phases[phase].roofline = roofline.map(change)
        }
      }
    }
    return record
  }
}

extension RooflineRecord {
  fileprivate func reading(_ bytes: Bytes, _ flops: FLOPs? = nil) -> Self {
    RooflineRecord(
      flopsPerToken: flops ?? flopsPerToken, bytesPerToken: bytes, ceiling: ceiling, boundBy: boundBy,
      share: share)
  }
}
