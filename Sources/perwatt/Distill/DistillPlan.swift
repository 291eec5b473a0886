import Corpora
import InferenceCases
import Model
import Results
import TrainingCases

/// Every training of a session, in order: plain values that are decided before the first one.
struct DistillPlan {
  /// One model's training.
  struct Task {
    var id: String
    var role: TrainedModelRecord.Role
    var size: String
    var config: ModelConfig
    var plan: Apprenticeship.Plan
    var seed: UInt64
  }

  var tasks: [Task] = []
  /// Shapes of students by name; the first is the one that verdicts are about.
  var sizes: [(name: String, config: ModelConfig)] = []
  let teacher: ModelConfig
  let lengths: DistillLengthOptions
  let window: Int, studentTokens: Int, teacherTokens: Int

  static let quickShare = 8

  /// The teacher that is trained where there is no file, for a corpus of that vocabulary.
  static func teacherShape(vocabulary: Int, window: Int) -> ModelConfig {
    ModelConfig(
      architecture: "llama", width: 96, layers: 3, heads: 6, kvHeads: 6, headDim: 16, ffn: 264,
      vocabulary: vocabulary, context: max(256, window + 1), rmsEpsilon: 1e-5, ropeBase: 10_000,
      ropeDimensions: 16, ropePairing: .adjacent, tiedHead: false, qkvBias: false)
  }

  /// - Throws: `ModelError` for a student that its teacher's shape does not allow.
  init(_ source: DistillSource, _ options: DistillSourceOptions, _ lengths: DistillLengthOptions, quick: Bool)
    throws
  {
    self.lengths = lengths
    let isLanguage = source.corpus is LanguageCorpus && source.isWritten
    window = lengths.window ?? (isLanguage ? DistillSource.languageWindow : DistillSource.textWindow)
    let less = quick ? Self.quickShare : 1
    studentTokens = lengths.tokens ?? 250_000 / less
    teacherTokens = lengths.teacherTokens ?? 1_000_000 / less
    teacher =
      source.teacher?.model.config
      ?? Self.teacherShape(vocabulary: source.corpus.vocabulary, window: window)
    sizes = try Self.sizes(of: teacher, options, hasFile: source.teacher != nil)
    if source.teacher == nil {
      let plan = Apprenticeship.Plan(
        tokens: teacherTokens, batch: lengths.batch, window: window, peakRate: lengths.teacherRate,
        seed: lengths.seed &+ 1000)
      tasks = [
        Task(id: "teacher", role: .teacher, size: "teacher", config: teacher, plan: plan, seed: lengths.seed)
      ]
    }
    for index in sizes.indices { addStudents(index) }
  }

  private static func sizes(of teacher: ModelConfig, _ options: DistillSourceOptions, hasFile: Bool) throws
    -> [(
      name: String, config: ModelConfig
    )]
  {
    if let path = options.student {
      let config = try GGUFWeights(file: GGUFFile(path: path)).config
      guard config.vocabulary == teacher.vocabulary else {
        let counts = "\(config.vocabulary) tokens, its teacher \(teacher.vocabulary)"
        throw Failure("\(path): a student with \(counts); use two models of one vocabulary")
      }
      return [(DistillSource.name(path), config)]
    }
    let share = options.share ?? (hasFile ? 0.5 : 0.33)
    let others = options.sweep ? [1.0 / 6, 1.0 / 3, 0.5, 2.0 / 3, 5.0 / 6] : []
    var sizes: [(name: String, config: ModelConfig)] = []
    for share in [share] + others {
      let config = try teacher.student(share: share, layers: options.layers)
      let name = "w\(config.width)"
      if !sizes.contains(where: { $0.name == name }) { sizes.append((name, config)) }
    }
    return sizes
  }

  /// Students of the first size in every seed and kind; the others, which only show how quality falls with size, once.
  private mutating func addStudents(_ index: Int) {
    let (name, config) = sizes[index]
    let seeds = index == 0 ? lengths.seeds : 1
    let roles: [TrainedModelRecord.Role] =
      index == 0 ? [.labels, .distilled, .equalFLOPs] : [.labels, .distilled]
    for number in 0..<seeds {
      let seed = lengths.seed &+ UInt64(number)
      for role in roles {
        let tokens = role == .equalFLOPs ? Int(Double(studentTokens) * helpFactor(config)) : studentTokens
        let plan = Apprenticeship.Plan(
          tokens: tokens, batch: lengths.batch, window: window, peakRate: lengths.rate, seed: seed)
        tasks.append(
          Task(
            id: "\(name).\(role.rawValue).s\(seed)", role: role, size: name, config: config, plan: plan,
            seed: seed))
      }
    }
  }

  /// How many times the operations of a student's own training it takes with the teacher beside it.
  private func helpFactor(_ student: ModelConfig) -> Double {
    func flops(_ config: ModelConfig) -> Double {
      Apprenticeship.flopsPerToken(config, window: window).value
    }
    return 1 + flops(teacher) / (3 * flops(student))
  }

  /// Operations of a task, for the time that is left.
  func work(_ task: Task) -> Double {
    let own = Apprenticeship.flopsPerToken(task.config, window: window).value * 3
    let help = task.role == .distilled ? Apprenticeship.flopsPerToken(teacher, window: window).value : 0
    return (own + help) * Double(task.plan.tokens)
  }
}
