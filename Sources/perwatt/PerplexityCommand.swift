import ArgumentParser
import Foundation
import Kernels
import Model
import Quantities

/// `perwatt perplexity`: how well a model predicts a text, and how far it is from a reference.
struct PerplexityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "perplexity",
    abstract: "Measure how well a model predicts a text, and what a quantisation costs.",
    discussion: """
      The text is cut into windows of -c tokens; each is read from an empty context, and the tokens of its second half \
      are predicted. Perplexity is exp of their mean negative log-likelihood, as llama.cpp's llama-perplexity has it. \
      With --reference, both models read the same windows, and the KL divergence from the reference is reported.

      Example: perwatt perplexity -m model-q4_k.gguf --reference model-f16.gguf -f text.txt
      """)

  @OptionGroup var source: FileModelOptions

  @Option(name: [.customShort("f"), .long], help: "The text, a file in UTF-8.")
  var file: String

  @Option(help: "A model to compare with, such as the one before quantisation.")
  var reference: String?

  @Option(name: [.customShort("c"), .long], help: "Tokens per window.")
  var context = 512

  @Option(help: "Windows at most (default: all of the text).")
  var chunks: Int?

  @Flag(help: "Print JSON instead of text.")
  var json = false

  func validate() throws {
    if context < 3 { throw ValidationError("-c \(context): give at least 3 tokens per window") }
    if let chunks, chunks < 1 { throw ValidationError("--chunks \(chunks): give at least one window") }
    if file.isEmpty { throw ValidationError("-f is empty: name a text file") }
    if reference?.isEmpty == true { throw ValidationError("--reference is empty: name a GGUF file") }
  }

  func run() throws {
    let text = try Self.text(file)
    let (model, weights, kernels) = try source.open()
    let other = try openReference(beside: model, kernels)
    try refuseLong(weights, model)
    if let other { try refuseLong(other.weights, other.file) }
    let windows = try cut(text, for: model)
    func transformer(_ weights: ModelWeights) -> Transformer {
      Transformer(weights: weights, kernels: kernels, context: windows.context)
    }
    let meter = try QualityMeter(
      transformer(weights), reference: other.map { transformer($0.weights) }, windows: windows)
    let quality = try read(windows, meter)
    let report = QualityReport(
      model: .init(model), reference: other.map { .init($0.file) }, text: file, windows: windows,
      quality: quality)
    if json { try Console.print(report.json()) } else { try Console.print(report.lines()) }
  }

  private func openReference(beside model: GGUFFile, _ kernels: any KernelSet) throws
    -> (file: GGUFFile, weights: ModelWeights)?
  {
    guard let reference else { return nil }
    let file = try GGUFFile(path: reference)
    let tokens = "tokenizer.ggml.tokens"
    guard file.metadata[tokens] == model.metadata[tokens] else {
      throw Failure(
        "\(reference): its vocabulary is another than that of \(source.model); compare models with one")
    }
    return (file, try ModelWeights(GGUFWeights(file: file), kernels: kernels))
  }

  private func cut(_ text: String, for model: GGUFFile) throws -> TextWindows {
    let tokenizer = try Tokenizer(gguf: model)
    let bos = tokenizer.addsBOS ? tokenizer.bos : nil
    do {
      return try TextWindows(tokens: tokenizer.encode(text), context: context, bos: bos, most: chunks)
    } catch {
      throw Failure("\(file): \(error)")
    }
  }

  private func refuseLong(_ weights: ModelWeights, _ file: GGUFFile) throws {
    guard context <= weights.config.context else {
      throw ModelError(
        "-c \(context): \(file.path) has a context of \(weights.config.context); give a smaller -c")
    }
  }

  private func read(_ windows: TextWindows, _ start: QualityMeter) throws -> Quality {
    Interrupt.watch()
    var meter = start
    let progress = ProgressLine(total: windows.count)
    defer { progress.end() }
    for index in 0..<windows.count {
      if Interrupt.isRequested { throw ExitCode(130) }
      let soFar = meter.quality.map { ", perplexity so far \(Format.significant($0.perplexity.value, 5))" }
      progress.begin("window of \(windows.context) tokens\(soFar ?? "")")
      try meter.read(index)
    }
    return meter.quality!  // there is at least one window
  }

  /// The text, without a line break at its end, as llama.cpp reads files.
  static func text(_ path: String) throws -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw Failure("\(path): no such file; name a text file")
    }
    let type = try? FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    guard !isFolder.boolValue, type != .typeCharacterSpecial, type != .typeBlockSpecial, type != .typeSocket
    else {
      throw Failure("\(path): is no text file; name one")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw Failure("\(path): cannot be read; give yourself read permission (chmod u+r)")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw Failure("\(path): is not UTF-8; convert it (iconv -t utf-8)")
    }
    return text.last == "\n" ? String(text.dropLast()) : text
  }
}
