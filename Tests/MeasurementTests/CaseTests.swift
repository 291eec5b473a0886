import Quantities
import Testing

@testable import Measurement

@Suite struct CaseTests {
  private let time = FakeTime()

  @Test(arguments: ["kernel.gemm.f32.512x2048x512", "prefill.tinyllama-1.1b.q8_0.p512", "a", "0"])
  func acceptsIDs(id: String) throws {
    #expect(
      try Case(id: id, title: "", work: Work(), alternatives: [time.work("a", cost: 1)]).id == id)
  }
  @Test(arguments: ["", "Kernel", "a b", "a/b", "../x", ".", "-a", "é", "a\n"]) func refusesIDs(id: String) {
    #expect(throws: InvalidCase.id(id)) {
      try Case(id: id, title: "", work: Work(), alternatives: [time.work("a", cost: 1)])
    }
  }
  @Test func refusesWhatCannotBeCompared() {
    #expect(throws: InvalidCase.noAlternatives("kernel.test")) { try makeCase([]) }
    #expect(throws: InvalidCase.repeated(label: "a", id: "kernel.test")) {
      try makeCase([time.work("a", cost: 1), time.work("a", cost: 2)])
    }
  }
  @Test(arguments: [
    ("AMD EPYC 9R45", "amd-epyc-9r45"), ("../x", "x"), ("..", "unnamed"), ("", "unnamed"), ("é", "unnamed"),
    ("a/../../b", "a-..-..-b"), (".hidden", "hidden"), ("q8_0.gguf", "q8_0.gguf"), ("a--", "a"),
  ]) func slugs(text: String, slug: String) {
    #expect(Slug.make(text) == slug)
    #expect(Slug.isValid(Slug.make(text)))
  }
  @Test func slugsAreShort() {
    #expect(Slug.make(String(repeating: "x", count: 5000)).count == 100)
    #expect(!Slug.isValid(String(repeating: "x", count: 201)))
  }
  @Test func plansStayInRange() {
    let wild = SamplingPlan(
      minimumSample: Seconds(-1), budget: Seconds(.infinity), maxSamples: 1_000_000, minSamples: 0,
      warmUp: Seconds(.nan))
    #expect(wild.minimumSample.value == 1e-6 && wild.budget.value == 1e9 && wild.warmUp == .zero)
    #expect(wild.maxSamples == 1000 && wild.minSamples == 2)
    #expect(plan().minSamples == 6 && plan(max: 4).minSamples == 4)
    #expect(plan(max: 0).maxSamples == 1 && plan(max: 0).minSamples == 1)
  }
  @Test func theRealClockMoves() {
    let clock = Clock.monotonic
    #expect(clock.advances)
    let before = clock.now()
    clock.sleep(Seconds(0.001))
    clock.sleep(Seconds(-1))
    clock.sleep(Seconds(.nan))
    #expect(clock.now() > before)
  }
}
