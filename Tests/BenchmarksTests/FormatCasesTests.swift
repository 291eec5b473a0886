import Kernels
import MachineCases
import Measurement
import Parallel
import QuantFormats
import Testing

@testable import KernelCases

@Suite struct FormatCasesTests {
  private static let formats = KernelCases.formats.map { "\($0)" }

  private static func plain(_ fault: PlainQuantised.Fault? = nil) throws -> any KernelSet {
    let right = try Backends.make("simd", pool: ThreadPool(threads: 1))
    return FaultyKernelSet(right, fault: nil, products: PlainQuantised(fault: fault))
  }

  /// Small shapes of every kind of case.
  private static func cases(_ sets: [any KernelSet]) throws -> [Case] {
    try KernelCases.formatProducts(sets: sets, tokens: 20, rows: 64, columns: 512)
      + KernelCases.streams(sets: sets, bytes: 1) + KernelCases.columns(sets: sets, bytes: 1)
      + KernelCases.formats.dropFirst().compactMap {
        try KernelCases.formatProduct($0, sets: sets, tokens: 3, width: 256)
      }
  }

  private static func checks(_ measured: Case) throws -> [AlternativeResult] {
    try Sampler().run(measured, plan: KernelCasesTests.checkOnly)
  }

  @Test func productsOfEveryFormatPass() throws {
    for measured in try Self.cases([Self.plain()]) {
      for result in try Self.checks(measured) {
        #expect(result.check?.passed == true, "\(measured.id) \(result.label): \(result.check?.detail ?? "")")
      }
    }
  }

  /// Whatever SIMD build has kernels for a format; the others say that they have none.
  @Test func everyBuildPassesOrIsLeftOut() throws {
    let pool = ThreadPool(threads: 2)
    let sets = try Backends.simdNames.map { try Backends.make($0, pool: pool) }
    for measured in try Self.cases(sets) {
      for (alternative, result) in zip(measured.alternatives, try Self.checks(measured)) {
        let isFine = alternative.skipReason?.contains("no kernels") ?? (result.check?.passed == true)
        #expect(isFine, "\(measured.id) \(result.label): \(result.check?.detail ?? "")")
      }
    }
  }

  @Test(arguments: PlainQuantised.Fault.allCases) func aSmallFaultFailsEveryProductThatHasIt(
    _ fault: PlainQuantised.Fault
  ) throws {
    let floats: Set = ["f32", "f16", "bf16"]
    for measured in try Self.cases([Self.plain(fault)]) {
      for result in try Self.checks(measured) where result.label != "read" {
        let format = measured.id.split(separator: ".").first { Self.formats.contains(String($0)) }
        let isFloat = floats.contains(format.map(String.init) ?? result.label)
        let isBlockFault = fault == .scaleUlp || fault == .neighbourScale
        #expect(
          result.check?.passed == (isFloat && isBlockFault), "\(measured.id) \(result.label) with \(fault)")
      }
    }
  }

  @Test func formatsThatWouldBecomeF32AreLeftOut() throws {
    let right = try Backends.make("simd", pool: ThreadPool(threads: 1))
    let widening = FaultyKernelSet(right, fault: nil, widens: true)
    for measured in try Self.cases([widening]) {
      let reasons = measured.alternatives.filter { $0.label != "f32" && $0.label != "read" }.map(\.skipReason)
      #expect(reasons.allSatisfy { $0?.contains("no kernels for") == true }, "\(measured.id)")
      // A read beside nothing would be no share of anything.
      #expect(
        measured.alternatives.contains { $0.label == "read" } == (measured.id.hasPrefix("kernel.linear.f32."))
      )
    }
  }

  @Test func idsAndLabelsStay() throws {
    let one = try Self.cases([Self.plain()])
    #expect(
      one.map(\.id) == ["formats.linear.20x64x512"]
        + Self.formats.map { "kernel.linear.\($0).1x64x4096" }
        + ["columns.linear.q8_0.64x4096", "columns.linear.q4_k.64x4096"]
        + Self.formats.dropFirst().map { "kernel.linear.\($0).3x256x256" })
    #expect(one[0].alternatives.map(\.label) == Self.formats)
    #expect(one[4].alternatives.map(\.label) == ["q8_0", "read"])
    #expect(one[8].alternatives.map(\.label) == [1, 2, 4, 6, 8].map { "\($0) column\($0 == 1 ? "" : "s")" })
    let other = FaultyKernelSet(try Self.plain(), fault: nil, name: "other", products: PlainQuantised())
    let two = try Self.cases([Self.plain(), other])
    #expect(two.map(\.id) == one.map(\.id))
    #expect(two[4].alternatives.map(\.label) == ["faulty q8_0", "other q8_0", "read"])
    #expect(two[10].alternatives.map(\.label) == ["faulty", "other"])
  }

  /// Whoever changes a kernel finds a case that runs it, without a shape that depends on the machine.
  @Test func aChangeIsJudgedByEveryFormatOnce() throws {
    let scalar = try Backends.make("scalar", pool: ThreadPool(threads: 1))
    for (isFull, tokens) in [(false, [128, 1]), (true, [512, 1, 4])] {
      let judged = try KernelCases.judged(sets: [scalar, Self.plain()], isFull: isFull)
      #expect(Set(judged.map(\.id)).count == judged.count)
      for format in Self.formats.dropFirst() {
        let found = judged.filter { $0.id.hasPrefix("kernel.linear.\(format).") }
        #expect(found.compactMap { Int($0.id.split(separator: ".")[3].prefix { $0 != "x" }) } == tokens)
        #expect(found.allSatisfy { $0.alternatives.map(\.label) == ["faulty"] })
      }
    }
  }

  @Test func streamsAreAsLargeAsWanted() throws {
    for measured in try KernelCases.streams(sets: [Self.plain()], bytes: 3 << 20) {
      let bytes = try #require(measured.work.bytes).value
      #expect((0x3p20...0x1p23).contains(bytes), "\(measured.id)")
    }
    #expect(try KernelCases.streams(sets: [], bytes: 1).isEmpty)
    #expect(try KernelCases.formatProducts(sets: [Self.plain()], extent: .quick).isEmpty)
  }
}
