import Corpora
import Energy
import Foundation
import Kernels
import Machine
import Measurement
import Model
import Parallel
import Quantities
import Results
import Training
import TrainingCases

/// Trains, examines and measures the models of a plan, and stores the record after each. Judges and draws nothing.
final class DistillSession {
  let plan: DistillPlan
  let source: DistillSource
  let loss: DistillLossOptions
  let choice: DistillChoice
  let pool: ThreadPool
  let kernels: any KernelSet
  let meter: MeterChoice
  var examination: Examination
  var store: DistillStore
  let progress: DistillProgress
  /// What students learn from, once it is written.
  private var corpus: any Corpus
  /// What the distilled ones learn from, where that is something else.
  private var samples: SampledCorpus?
  /// Models that are still needed, by id.
  var models: [String: TrainableModel] = [:]

  /// What is not about models.
  struct DistillChoice {
    var threads: Int
    var pruned: Bool
    var student: String?
    var quick: Bool
    var meter: MeterRequest
  }

  init(
    _ plan: DistillPlan, _ source: DistillSource, _ loss: DistillLossOptions, _ choice: DistillChoice,
    store: DistillStore
  ) throws {
    (self.plan, self.source, self.loss) = (plan, source, loss)
    (self.choice, self.store, corpus) = (choice, store, source.corpus)
    pool = ThreadPool(threads: choice.threads)
    kernels = Backends.bestSIMD(pool: pool)
    meter = try MeterChoice(choice.meter, facts: store.record.machine, threads: choice.threads)
    progress = DistillProgress(plan)
    for task in plan.tasks where store.has(task.id) { progress.skip(task) }
    examination = Self.examination(source.corpus, plan, quick: choice.quick)
  }

  private static func examination(_ corpus: any Corpus, _ plan: DistillPlan, quick: Bool) -> Examination {
    let windows = max(1, (quick ? 2048 : 8192) / plan.window)
    return Examination(
      corpus, windows: windows, length: plan.window, tasks: quick ? 90 : 300, seed: plan.lengths.seed)
  }

  /// - Throws: what makes the session impossible; an interrupted one says so in its record.
  func run() throws {
    Interrupt.watch()
    let (clock, start) = (Clock.monotonic, Clock.monotonic.now())
    let before = store.record.wallTime ?? .zero
    defer {
      store.record.wallTime = before + (clock.now() - start)
      progress.end()
      store.save()
    }
    do {
      try prepareTeacher()
      for task in plan.tasks where task.role != .teacher && !store.has(task.id) { try train(task) }
      try measureUse()
      try measureSpeculation()
      store.record.validity = Validity(.valid)
    } catch is Interrupted {
      store.record.validity = Validity(
        .interrupted, reasons: ["interrupted by the user; finished models are complete, --resume goes on"])
    }
  }

  // MARK: teacher

  private func prepareTeacher() throws {
    if let given = source.teacher {
      models["teacher"] = given.model
      if !source.isWritten { try writeTexts() }
    } else if let task = plan.tasks.first(where: { $0.role == .teacher }) {
      if store.has(task.id) { models["teacher"] = try store.load(task.id) } else { try train(task) }
    }
    let teacher = try transformer("teacher")
    if source.teacher != nil, !store.has("teacher") { try addGivenTeacher(teacher) }
    try examination.setTeacher(teacher)
    if loss.loss == .samples, source.isWritten {
      samples = try write(plan.studentTokens, "samples of the teacher")
    }
  }

  /// Texts that a given teacher writes take the place of a corpus.
  private func writeTexts() throws {
    let texts = try write(plan.studentTokens, "texts of the teacher")
    corpus = texts
    examination = Self.examination(texts, plan, quick: choice.quick)
  }

  private func write(_ tokens: Int, _ title: String) throws -> SampledCorpus {
    progress.begin(title)
    var request = SampledCorpus.Request(
      training: max(1, tokens / plan.window), heldOut: max(1, (choice.quick ? 2048 : 8192) / plan.window),
      length: plan.window, start: try source.start())
    request.seed = plan.lengths.seed
    let weights = try ModelWeights(try model("teacher"), kernels: kernels)
    return try SampledCorpus(writtenBy: weights, threads: choice.threads, request) {
      Backends.bestSIMD(pool: ThreadPool(threads: 1))
    }
  }

  private func addGivenTeacher(_ teacher: Transformer) throws {
    let figures = try examination.examine(teacher)
    var record = TrainedModelRecord(
      id: "teacher", role: .teacher, size: "teacher", seed: plan.lengths.seed,
      start: source.teacher?.name ?? "fresh", quality: QualityRecord(figures))
    record.describe(teacher, window: plan.window)
    record.training = .missing(reason: "the file's training is not known")
    store.add(record)
  }

  // MARK: students

  private func train(_ task: DistillPlan.Task) throws {
    progress.begin(task)
    let model = try start(task)
    let help =
      task.role == .distilled && loss.loss != .samples
      ? Apprenticeship.Help(teacher: try transformer("teacher"), options: loss.options) : nil
    let texts: any Corpus = task.role == .distilled ? samples ?? corpus : corpus
    let figures = try Apprenticeship(texts, plan: task.plan, help: help)
      .run(model, heldOut: examination.batch, in: surroundings(task))
    models[task.id] = model
    store.keep(model, task.id, tokenizer: source.teacher?.file)
    store.add(try record(task, figures))
    progress.finish(task)
    if !isNeededLater(task) { models[task.id] = nil }
  }

  private func record(_ task: DistillPlan.Task, _ figures: TrainingFigures) throws -> TrainedModelRecord {
    let ready = try transformer(task.id)
    var record = TrainedModelRecord(
      id: task.id, role: task.role, size: task.size, seed: task.seed, start: startName(task),
      quality: QualityRecord(try examination.examine(ready)))
    record.describe(ready, window: plan.window)
    var training = TrainingRecord(figures, meter)
    if task.role == .distilled, samples != nil {
      // Writing a token takes the teacher one pass, as reading it does.
      training.teacherFLOPs =
        Apprenticeship.flopsPerToken(plan.teacher, window: plan.window) * Double(figures.tokens)
    }
    record.training = .measured(training)
    return record
  }

  /// Fresh, a slice of the teacher, or a file. Students of one seed and size begin alike.
  private func start(_ task: DistillPlan.Task) throws -> TrainableModel {
    guard task.role != .teacher else { return try TrainableModel(config: task.config, seed: task.seed) }
    if let path = choice.student { return try TrainableModel(GGUFWeights(file: GGUFFile(path: path))) }
    if choice.pruned { return try Pruning(try model("teacher"), to: task.config).student() }
    return try TrainableModel(config: task.config, seed: task.seed)
  }

  private func startName(_ task: DistillPlan.Task) -> String {
    guard task.role != .teacher else { return "fresh" }
    return choice.student.map(DistillSource.name) ?? (choice.pruned ? "pruned" : "fresh")
  }

  private func surroundings(_ task: DistillPlan.Task) -> Apprenticeship.Surroundings {
    Apprenticeship.Surroundings(
      kernels: kernels, meter: meter.meter, isInterrupted: { Interrupt.isRequested },
      progress: { [progress] in progress.show($0, task) })
  }

  /// The first seed's students are timed and guess for their teacher.
  private func isNeededLater(_ task: DistillPlan.Task) -> Bool {
    task.role == .teacher || task.seed == plan.lengths.seed
  }

  /// A model by its id, read again where an earlier part of the session trained it.
  func model(_ id: String) throws -> TrainableModel {
    if let found = models[id] { return found }
    let loaded = try store.load(id)
    models[id] = loaded
    return loaded
  }

  func transformer(_ id: String, context: Int = 0) throws -> Transformer {
    let weights = try ModelWeights(try model(id), kernels: kernels)
    return Transformer(weights: weights, kernels: kernels, context: max(plan.window + 1, context, 32))
  }
}
