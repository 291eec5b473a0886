import ArgumentParser
import Kernels
import Model

/// A small model that guesses what a large one would say.
struct DraftOptions: ParsableArguments {
  @Option(help: "A smaller model with the same vocabulary that guesses tokens; the text stays that of -m.")
  var draft: String?

  @Option(name: .customShort("k"), help: "How many tokens --draft guesses at once (default: 4).")
  var guesses: Int?

  var length: Int { guesses ?? 4 }

  func validate() throws {
    if let draft, draft.isEmpty { throw ValidationError("--draft is empty: name a GGUF file") }
    guard let guesses else { return }
    if draft == nil { throw ValidationError("-k is for --draft FILE: give both") }
    if !(1...64).contains(guesses) {
      throw ValidationError("-k \(guesses): give a number of guesses from 1 to 64")
    }
  }

  /// The draft model, if there is one.
  ///
  /// - Throws: where its vocabulary is not that of `tokenizer`.
  func weights(for tokenizer: Tokenizer, of model: String, _ kernels: any KernelSet) throws -> ModelWeights? {
    guard let draft else { return nil }
    let file = try GGUFFile(path: draft)
    let provider = try GGUFWeights(file: file)
    guard try Tokenizer(gguf: file).hasSameVocabulary(as: tokenizer) else {
      throw Failure(
        "--draft \(draft): its vocabulary is not that of \(model); use a smaller model of that family")
    }
    return try ModelWeights(provider, kernels: kernels)
  }
}
