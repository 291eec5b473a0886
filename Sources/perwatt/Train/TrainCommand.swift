import ArgumentParser
import Foundation
import Kernels
import Model
import Training

/// `perwatt train`: trains a model on a text.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a small model on a text, on this machine's CPU.",
    discussion: """
      Text is read byte by byte, or with the tokenizer of --from. Without --data the tokens are random: that shows the \
      speed. With --checkpoint a run that was interrupted, even killed, goes on where the last checkpoint was, with the \
      same results to the bit.

      Example: perwatt train --data book.txt --steps 500 --checkpoint book.ckpt -o book.gguf
      """)

  @OptionGroup var shape: TrainShapeOptions
  @OptionGroup var recipe: RecipeOptions

  @Option(help: "The text to learn, UTF-8.")
  var data: String?
  @Option(name: [.customShort("o"), .long], help: "The GGUF file to write at the end, in f32.")
  var output: String?
  @Option(help: "Where the run's state is kept; a run that finds it there goes on from it.")
  var checkpoint: String?
  @Option(help: "Steps from one checkpoint to the next.")
  var every = 100
  @Option(help: "The kernels to use: simd, scalar, openblas, or one ISA such as simd:avx2.")
  var backend = "simd"
  @Flag(help: "Print losses and times of the steps as JSON.")
  var json = false
  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    if every < 1 { throw ValidationError("--every \(every): give a number of steps from 1 on") }
    for (name, path) in [("--data", data), ("-o", output), ("--checkpoint", checkpoint)] where path == "" {
      throw ValidationError("\(name) is empty: name a file")
    }
  }

  func run() throws {
    Interrupt.watch()
    // A write beyond the user's file size limit then fails with one line instead of ending the program.
    signal(SIGXFSZ, SIG_IGN)
    let setup = try TrainingSetup(self)
    let trainer = Trainer(
      setup.model, kernels: try Backends.make(backend, pool: threads.makePool()), options: recipe.training)
    if let checkpoint, FileManager.default.fileExists(atPath: checkpoint) {
      try trainer.restore(from: checkpoint)
      Console.note("\(checkpoint): going on after step \(trainer.steps)")
    }
    var report = TrainingReport(trainer, recipe)
    try train(trainer, setup.text, &report)
    if let output { try setup.write(to: output) }
    if json { try Console.print(report.json()) } else { try Console.print(report.line()) }
  }

  private func train(_ trainer: Trainer, _ text: TrainingText, _ report: inout TrainingReport) throws {
    let first = trainer.steps
    while trainer.steps < recipe.steps {
      if Interrupt.isRequested {
        if let checkpoint { try trainer.save(to: checkpoint) }
        throw ExitCode(130)
      }
      let batch = text.batch(step: trainer.steps, sequences: recipe.batch, length: recipe.length)
      let start = DispatchTime.now().uptimeNanoseconds
      let step = try trainer.step(batch, loss: CrossEntropy(batch))
      report.add(step, seconds: Double(DispatchTime.now().uptimeNanoseconds - start) / 1e9)
      if let checkpoint, trainer.steps.isMultiple(of: every) || trainer.steps == recipe.steps {
        try trainer.save(to: checkpoint)
      }
      if step.step == first || trainer.steps.isMultiple(of: max(1, recipe.steps / 10)) {
        Console.note(report.progress(step))
      }
    }
  }
}

/// What a run begins with.
struct TrainingSetup {
  let model: TrainableModel
  let text: TrainingText
  private let tokenizer: GGUFLayout?

  init(_ command: TrainCommand) throws {
    if let path = command.shape.from {
      try self.init(command, from: path)
    } else if let data = command.data {
      try self.init(command, bytesOf: data)
    } else {
      try self.init(randomTokensFor: command)
    }
  }

  private init(randomTokensFor command: TrainCommand) throws {
    let config = try command.shape.config(vocabulary: nil, context: command.recipe.length)
    model = try TrainableModel(config: config, seed: command.recipe.seed)
    tokenizer = nil
    text = TrainingText(seededTokensOf: config.vocabulary, seed: command.recipe.seed)
  }

  /// A model that is there already, and its tokenizer.
  private init(_ command: TrainCommand, from path: String) throws {
    let (recipe, file) = (command.recipe, try GGUFFile(path: path))
    model = try TrainableModel(GGUFWeights(file: file))
    tokenizer = try GGUFLayout(of: file)
    guard let data = command.data else {
      text = TrainingText(seededTokensOf: model.config.vocabulary, seed: recipe.seed)
      return
    }
    let tokens = try Tokenizer(gguf: file).encode(Self.read(data))
    text = try TrainingText(
      tokens, vocabulary: model.config.vocabulary, length: recipe.length, seed: recipe.seed, path: data)
  }

  /// A new model, whose tokens are a text's bytes.
  private init(_ command: TrainCommand, bytesOf data: String) throws {
    let recipe = command.recipe
    let config = try command.shape.config(vocabulary: GGUFLayout.byteVocabulary, context: recipe.length)
    model = try TrainableModel(config: config, seed: recipe.seed)
    var bytes = GGUFLayout()
    bytes.setByteTokenizer()
    tokenizer = bytes
    text = try TrainingText(
      Array(Self.read(data).utf8).map { Int($0) }, vocabulary: config.vocabulary,
      length: recipe.length, seed: recipe.seed, path: data)
  }

  private static func read(_ path: String) throws -> String {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw Failure("\(path): cannot be read; name a text file")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Failure("\(path): is not UTF-8; convert it")
    }
    return text
  }

  func write(to path: String) throws {
    let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    try model.write(to: path, name: String(path[slash...]), tokenizer: tokenizer)
  }
}
