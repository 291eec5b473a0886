import KernelCases
import Kernels
import Measurement
import Parallel
import Quantities
import Testing

@Suite struct KernelCasesTests {
  static let aMoment = SamplingPlan(
    minimumSample: Seconds(0.001), budget: Seconds(0.02), maxSamples: 4, warmUp: .zero)
  static let checkOnly = SamplingPlan(
    minimumSample: Seconds(0.001), budget: .zero, maxSamples: 2, warmUp: .zero)

  private func checks(_ sets: [any KernelSet]) throws -> [(id: String, results: [AlternativeResult])] {
    try KernelCases.all(sets: sets, quick: true).map { ($0.id, try Sampler().run($0, plan: Self.checkOnly)) }
  }

  @Test func everyBackendPassesItsChecks() throws {
    let pool = ThreadPool(threads: 2)
    let sets = try Backends.simdNames.map { try Backends.make($0, pool: pool) }
    for (id, results) in try checks(sets) {
      #expect(results.count == sets.count)
      for result in results { #expect(result.check?.passed == true, "\(id) \(result.label)") }
    }
  }

  /// A check that cannot fail would pass this backend.
  @Test(arguments: Operation.allCases) func aFaultInOneElementFailsItsCasesAndNoOthers(_ fault: Operation)
    throws
  {
    let right = try Backends.make("simd", pool: ThreadPool(threads: 1))
    let found = try checks([FaultyKernelSet(right, fault: fault)])
    let prefix = "kernel.\(fault.rawValue)."
    #expect(found.contains { $0.id.hasPrefix(prefix) })
    for (id, results) in found {
      let passed = try #require(results[0].check).passed
      #expect(passed != id.hasPrefix(prefix), "\(id) with a fault in \(fault)")
    }
  }

  @Test func aForkIsCheckedAndTimed() throws {
    let measured = try #require(try KernelCases.forkJoin(pool: ThreadPool(threads: 3)))
    #expect(measured.id == "threads.forkjoin.3")
    let result = try #require(try Sampler().run(measured, plan: Self.aMoment).first)
    #expect(result.isTimed && result.check?.error == 0 && result.samples.allSatisfy { $0 > 0 })
    #expect(try KernelCases.forkJoin(pool: ThreadPool(threads: 1)) == nil)
  }

  @Test func idsAreUniqueAndSayWhatTheyAre() throws {
    let right = try Backends.make("simd", pool: ThreadPool(threads: 1))
    for quick in [true, false] {
      let ids = try KernelCases.all(sets: [right], quick: quick).map(\.id)
      #expect(Set(ids).count == ids.count)
      #expect(ids.allSatisfy { $0.hasPrefix("kernel.") })
      #expect(ids.contains("kernel.gemm.f32.512x512x512"))
    }
  }

  @Test func theReferenceIsLeftOutOfLargeProducts() throws {
    let scalar = try Backends.make("scalar", pool: ThreadPool(threads: 1))
    let cases = try KernelCases.all(sets: [scalar], quick: false)
    func skipReason(_ id: String) throws -> String? {
      try #require(cases.first { $0.id == id }).alternatives[0].skipReason
    }
    #expect(try skipReason("kernel.gemm.f32.512x512x512") == nil)
    #expect(try skipReason("kernel.gemm.f32.1024x1024x1024") != nil)
  }
}
