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

  /// Every backend, and one with a fault in each operation: all in one run, because it is the oracle that takes time.
  private static let checked = Result {
    let pool = ThreadPool(threads: 2)
    let right = try Backends.simdNames.map { try Backends.make($0, pool: pool) }
    let faulty = Operation.allCases.map { FaultyKernelSet(right.last!, fault: $0, name: $0.rawValue) }
    return try KernelCases.all(sets: right + faulty, extent: .quick).map {
      (id: $0.id, results: try Sampler().run($0, plan: checkOnly))
    }
  }

  @Test func everyBackendPassesItsChecks() throws {
    for (id, results) in try Self.checked.get() {
      #expect(results.count >= Backends.simdNames.count)
      for name in Backends.simdNames {
        let result = try #require(results.first { $0.label == name })
        #expect(result.check?.passed == true, "\(id) \(name)")
      }
    }
  }

  /// A check that cannot fail would pass this backend.
  @Test(arguments: Operation.allCases) func aFaultInOneElementFailsItsCasesAndNoOthers(_ fault: Operation)
    throws
  {
    let found = try Self.checked.get()
    let prefix = "kernel.\(fault.rawValue)."
    #expect(found.contains { $0.id.hasPrefix(prefix) })
    for (id, results) in found {
      let passed = try #require(results.first { $0.label == fault.rawValue }?.check).passed
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
    for extent in [KernelCases.Extent.quick, .brief, .full] {
      let ids = try KernelCases.all(sets: [right], extent: extent).map(\.id)
      #expect(Set(ids).count == ids.count)
      #expect(ids.allSatisfy { $0.hasPrefix("kernel.") })
      #expect(ids.contains("kernel.gemm.f32.512x512x512"))
    }
  }

  @Test func productsCoverTheShapesAndFormsThatClaimsRestOn() throws {
    let right = try Backends.make("simd", pool: ThreadPool(threads: 1))
    let ids = try KernelCases.all(sets: [right], extent: .full).map(\.id).filter {
      $0.hasPrefix("kernel.gemm.")
    }
    let shapes = [
      "512x512x512", "512x2048x512", "512x512x2048", "2048x2048x2048", "128x4096x4096", "17x2048x2048",
      "nn.512x512x512", "tn.512x512x512",
    ]
    #expect(ids == shapes.map { "kernel.gemm.f32.\($0)" })
  }

  /// Transposed operands have a check of their own.
  @Test(arguments: ["nn", "tn"]) func aFaultFailsTransposedProducts(_ form: String) throws {
    let right = try Backends.make("simd", pool: ThreadPool(threads: 1))
    for set in [right, FaultyKernelSet(right, fault: .gemm)] {
      let cases = try KernelCases.all(sets: [set], extent: .full)
      let measured = try #require(cases.first { $0.id == "kernel.gemm.f32.\(form).512x512x512" })
      let result = try Sampler().run(measured, plan: Self.checkOnly)[0]
      #expect(result.check?.passed == (set === right))
    }
  }

  @Test func theReferenceIsLeftOutOfLargeProducts() throws {
    let scalar = try Backends.make("scalar", pool: ThreadPool(threads: 1))
    let cases = try KernelCases.all(sets: [scalar], extent: .full)
    func skipReason(_ id: String) throws -> String? {
      try #require(cases.first { $0.id == id }).alternatives[0].skipReason
    }
    #expect(try skipReason("kernel.gemm.f32.512x512x512") == nil)
    #expect(try skipReason("kernel.gemm.f32.2048x2048x2048") != nil)
  }

  @Test func theScalingCurveRunsFromOneThreadToAll() throws {
    #expect(KernelCases.threadCounts(upTo: 1) == [1])
    #expect(KernelCases.threadCounts(upTo: 2) == [1, 2])
    #expect(KernelCases.threadCounts(upTo: 12) == [1, 2, 4, 8, 12])
    let curve = try KernelCases.scaling(pool: ThreadPool(threads: 3))
    let labels = [1, 2, 3].flatMap { count in
      [true, false].map { KernelCases.scalingLabel(naive: $0, threads: count) }
    }
    #expect(curve.alternatives.map(\.label) == labels && Set(labels).count == 6)
    for result in try Sampler().run(curve, plan: Self.checkOnly) { #expect(result.check?.passed == true) }
  }
}
