import ArgumentParser
import Foundation
import Model

/// What a model continues or answers.
struct PromptOptions: ParsableArguments {
  @Option(name: [.customShort("p"), .long], help: "The text to continue; - reads it from standard input.")
  var prompt: String?

  @Option(name: [.customShort("f"), .long], help: "A file with the text to continue.")
  var file: String?

  @Option(help: "A question to answer, in the turns of the model's chat template.")
  var chat: String?

  @Option(help: "With --chat: what the model is told before the question.")
  var system: String?

  @Flag(help: "Control tokens written in the text, such as <|im_end|>, count as such.")
  var special = false

  func validate() throws {
    let given = [("-p", prompt), ("-f", file), ("--chat", chat)].filter { $0.1 != nil }
    guard given.count == 1 else {
      let names = given.map(\.0).joined(separator: " and ")
      let problem = given.isEmpty ? "there is nothing to continue" : "\(names) exclude each other"
      throw ValidationError("\(problem): give one of -p TEXT, -f FILE, --chat QUESTION")
    }
    if given[0].1 == "" {
      let wanted = ["-p": "a text to continue", "-f": "the name of a file", "--chat": "a question"]
      throw ValidationError("\(given[0].0) is empty: give \(wanted[given[0].0]!)")
    }
    if system != nil, chat == nil { throw ValidationError("--system is for --chat QUESTION: give both") }
  }

  /// The tokens of the prompt.
  func tokens(_ model: GGUFFile, _ tokenizer: Tokenizer) throws -> [Int] {
    guard let chat else { return tokenizer.encode(try text(), parseSpecial: special) }
    let template = try ChatTemplate(gguf: model, tokenizer: tokenizer)
    let messages = [system.map { ChatMessage(.system, $0) }, ChatMessage(.user, chat)].compactMap(\.self)
    return tokenizer.encode(template.render(messages), addSpecial: false, parseSpecial: true)
  }

  private func text() throws -> String {
    if let file {
      guard let data = FileManager.default.contents(atPath: file) else {
        throw Failure("-f \(file): cannot be read; name a text file that you may read")
      }
      return try Self.text(data, of: "-f \(file)")
    }
    guard prompt == "-" else { return prompt ?? "" }
    guard let data = try? FileHandle.standardInput.readToEnd() else {
      throw Failure("-p -: nothing came from standard input; pipe a text into it")
    }
    return try Self.text(data, of: "-p -")
  }

  /// Editors and `echo` end a text with a line break that is no part of it.
  private static func text(_ data: Data, of source: String) throws(Failure) -> String {
    guard let text = String(validating: data, as: UTF8.self) else {
      throw Failure("\(source): the text is not UTF-8; convert it (iconv -t UTF-8)")
    }
    let scalars = text.unicodeScalars
    let content = String(scalars.last == "\n" ? scalars.dropLast() : scalars[...])
    if content.isEmpty { throw Failure("\(source): the text is empty; give a text to continue") }
    return content
  }
}
