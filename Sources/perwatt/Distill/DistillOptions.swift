import ArgumentParser
import Model
import Training

/// Who learns from whom, and from what.
struct DistillSourceOptions: ParsableArguments {
  @Option(help: "A GGUF file as the teacher, in place of one that is trained here.")
  var teacher: String?

  @Option(
    help: """
      A text in UTF-8 to learn from, in place of the formal language: byte by byte, or with the tokenizer of --teacher. \
      With --teacher alone, students learn from what the teacher writes.
      """)
  var data: String?

  @Option(help: "A GGUF file as the student; its vocabulary must be the teacher's.")
  var student: String?

  @Option(help: "The student's share of its teacher's width (default: 0.33, or 0.5 with --teacher).")
  var share: Double?

  @Option(help: "The student's layers (default: as many as its teacher).")
  var layers: Int?

  @Flag(help: "Students begin as slices of their teacher instead of afresh.")
  var pruned = false

  @Flag(help: "Five sizes of students, and which of them nobody beats at its cost.")
  var sweep = false

  func validate() throws {
    for (path, name) in [(teacher, "--teacher"), (data, "--data"), (student, "--student")]
    where path?.isEmpty == true {
      throw ValidationError("\(name) is empty: name a file")
    }
    if let share, !(share > 0 && share < 1) {
      throw ValidationError("--share \(share): give a share of the teacher's width between 0 and 1")
    }
    if let layers, layers < 1 { throw ValidationError("--layers \(layers): give at least 1") }
    guard student != nil else { return }
    let others = [
      (share != nil, "--share"), (layers != nil, "--layers"), (pruned, "--pruned"), (sweep, "--sweep"),
    ]
    if let (_, name) = others.first(where: { $0.0 }) {
      throw ValidationError("\(name) and --student exclude each other: the file has a shape already")
    }
  }
}

/// How students learn.
struct DistillLossOptions: ParsableArguments {
  /// A way of learning from a teacher.
  enum Kind: String, ExpressibleByArgument, CaseIterable {
    case logits, topK = "top-k", reverse, samples

    var teaching: Teaching? { Teaching(rawValue: rawValue) }
  }

  @Option(
    help: """
      What the distilled student learns from: the teacher's logits, their top-k, the reverse divergence, or samples, the \
      teacher's own texts as labels.
      """)
  var loss = Kind.logits

  @Option(help: "Temperature of both distributions; losses are multiplied by its square.")
  var temperature = 1.0

  @Option(help: "The teacher's share of the loss; the rest is the labels'.")
  var mix = 1.0

  @Option(help: "Tokens that --loss top-k keeps of each position.")
  var topK = 8

  var options: DistillationOptions {
    var options = DistillationOptions()
    options.teaching = loss.teaching ?? .logits
    (options.temperature, options.mix, options.perRow) = (Float(temperature), Float(mix), topK)
    return options
  }

  func validate() throws {
    if let problem = options.problem { throw ValidationError("--\(problem)") }
  }
}

/// How long the trainings are.
struct DistillLengthOptions: ParsableArguments {
  @Option(help: "Seeds of each pair of students; a verdict takes 3.")
  var seeds = 3

  @Option(help: "Tokens that a student learns from.")
  var tokens: Int?

  @Option(help: "Tokens that a teacher learns from.")
  var teacherTokens: Int?

  @Option(help: "Windows of a training step.")
  var batch = 8

  @Option(help: "Tokens of a window.")
  var window: Int?

  @Option(help: "The highest learning rate of a student.")
  var rate = 3e-3

  @Option(help: "The highest learning rate of a teacher.")
  var teacherRate = 2e-3

  @Option(help: "Seed of everything random.")
  var seed: UInt64 = 1

  func validate() throws {
    for (count, name, most) in [
      (seeds, "--seeds", 100), (batch, "--batch", 4096), (tokens ?? 1, "--tokens", 1 << 40),
      (teacherTokens ?? 1, "--teacher-tokens", 1 << 40),
    ] {
      guard (1...most).contains(count) else { throw ValidationError("\(name) \(count): give 1 to \(most)") }
    }
    if let window, !(4...65_536).contains(window) {
      throw ValidationError("--window \(window): give 4 to 65536 tokens")
    }
    for (rate, name) in [(rate, "--rate"), (teacherRate, "--teacher-rate")] where !(rate > 0 && rate < 1) {
      throw ValidationError("\(name) \(rate): give a learning rate between 0 and 1, such as 0.002")
    }
  }
}
