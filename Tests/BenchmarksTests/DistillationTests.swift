import Corpora
import Energy
import Kernels
import Measurement
import Model
import Parallel
import Quantities
import Testing
import Training

@testable import TrainingCases

/// Examinations, trainings and drafts of distillation, on models of a few thousand parameters.
@Suite struct DistillationCaseTests {
  private static let config = ModelConfig(
    architecture: "llama", width: 16, layers: 1, heads: 2, kvHeads: 2, headDim: 8, ffn: 24,
    vocabulary: FormalLanguage.alphabet.count, context: 128, rmsEpsilon: 1e-5, ropeBase: 10_000,
    ropeDimensions: 8, ropePairing: .adjacent, tiedHead: false, qkvBias: false)
  private let corpus = LanguageCorpus()
  private let kernels = Backends.bestSIMD(pool: ThreadPool(threads: 1))

  private func transformer(_ model: TrainableModel) throws -> Transformer {
    Transformer(weights: try ModelWeights(model, kernels: kernels), kernels: kernels, context: 128)
  }

  private func examination() -> Examination {
    Examination(corpus, windows: 8, length: 32, tasks: 9, seed: 1)
  }

  /// A model without any weights holds all tokens equally likely.
  @Test func uniformModelIsAsFarFromTheFloorAsItMustBe() throws {
    let model = try TrainableModel(config: Self.config, seed: 1)
    for i in model.parameters.indices { model.parameters[i] = 0 }
    let found = try examination().examine(try transformer(model))
    #expect(abs(found.crossEntropy - 4.1588830833596715) < 1e-6)  // ln 64
    let (floor, above) = (try #require(found.floor), try #require(found.aboveFloor))
    // Σ p (log p − log 1/64) of a position is log 64 less its entropy, whose mean the floor estimates.
    #expect(abs(above - (found.crossEntropy - floor)) < 0.3 && above > 0)
    #expect(found.tokens == 256 && found.teacherDivergence == nil && found.sameTop == nil)
    #expect(found.scores.map(\.name) == ["arithmetic", "copying", "agreement"])
    #expect(found.scores.allSatisfy { $0.asked == 3 && $0.right == 0 })
  }

  @Test func teacherAgreesWithItself() throws {
    let teacher = try transformer(try TrainableModel(config: Self.config, seed: 3))
    var exam = examination()
    try exam.setTeacher(teacher)
    let found = try exam.examine(teacher)
    #expect(found.teacherDivergence == 0 && found.sameTop == 1)
    let other = try exam.examine(try transformer(try TrainableModel(config: Self.config, seed: 4)))
    #expect(try #require(other.teacherDivergence) > 0)
  }

  private struct CountingMeter: EnergyMeter {
    let source = "counting", boundary = Boundary.wall, tier = Tier.measured
    var fails = false
    func energy(from start: EnergyMark, to end: EnergyMark) throws(EnergyError) -> EnergyRange {
      if fails { throw EnergyError("the meter stood still") }
      return EnergyRange(
        low: Joules(1), central: Joules(2), high: Joules(3), memory: .missing(reason: "none"))
    }
  }

  private func figures(_ meter: CountingMeter, help: Bool, isInterrupted: Bool = false) throws
    -> TrainingFigures
  {
    let model = try TrainableModel(config: Self.config, seed: 5)
    var plan = Apprenticeship.Plan(tokens: 1280, batch: 4, window: 32, peakRate: 3e-3, seed: 1)
    plan.looks = 5
    let teacher = help ? try transformer(try TrainableModel(config: Self.config, seed: 6)) : nil
    return try Apprenticeship(
      corpus, plan: plan,
      help: teacher.map { Apprenticeship.Help(teacher: $0, options: DistillationOptions()) }
    ).run(
      model, heldOut: examination().batch,
      in: .init(kernels: kernels, meter: meter, isInterrupted: { isInterrupted }, progress: { _ in }))
  }

  @Test func trainingIsCountedTimedAndMetered() throws {
    let found = try figures(CountingMeter(), help: false)
    #expect(found.tokens == 1280 && found.curve.map(\.tokens) == [256, 512, 768, 1024, 1280])
    #expect(found.curve[4].loss < found.curve[0].loss && found.curve[4].time == found.time)
    #expect(found.energy.value?.central == Joules(10) && found.teacherFLOPs == .zero)
    // 2 × (1 × (4·16² + 3·16·24) + 64·16) + 4 · 16 context · 16, three times for each token.
    #expect(found.flops == FLOPs(Double(3 * 1280 * (2 * (1024 + 1152 + 1024) + 1024))))
    let helped = try figures(CountingMeter(), help: true)
    #expect(helped.teacherFLOPs * 3 == helped.flops)
  }

  @Test func failingMeterLeavesItsReason() throws {
    let found = try figures(CountingMeter(fails: true), help: false)
    #expect(found.energy.reason == "the meter stood still" && found.tokens == 1280)
  }

  @Test func trainingStopsWhenAsked() throws {
    #expect(throws: Interrupted.self) { try figures(CountingMeter(), help: false, isInterrupted: true) }
  }

  @Test func draftsLeaveTheTextAsItIs() throws {
    let target = try transformer(try TrainableModel(config: Self.config, seed: 7))
    let drafts = try ([7, 8] as [UInt64]).map { seed in
      let model = try transformer(try TrainableModel(config: Self.config, seed: seed))
      return SpeculationCase.Draft(name: "s\(seed)", model: model)
    }
    let speculation = SpeculationCase(
      target: target, drafts: drafts, guesses: 3, length: 20, prompts: [[13], [13, 14]], temperature: 0)
    let timed = try speculation.timed()
    #expect(timed.alternatives.map(\.label) == ["teacher alone", "s7", "s8"])
    for alternative in timed.alternatives {
      let check = try #require(alternative.check)
      #expect(try check().passed)
    }
    #expect(try speculation.statistics(drafts[0]).acceptance == 1)
    #expect(try speculation.statistics(drafts[1]).produced == 40)
  }
}
