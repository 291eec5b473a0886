import ArgumentParser
import Foundation
import Model

/// `perwatt logits`: raw logits as JSON, for comparison with other implementations.
struct LogitsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logits", abstract: "Print a model's logits after given tokens, as JSON.",
    discussion: "Example: perwatt logits -m model.gguf --tokens 1,403,407 --all")

  @OptionGroup var source: FileModelOptions

  @Option(help: "Token ids, separated by commas.")
  var tokens: String

  @Flag(help: "Logits after every token, not only the last.")
  var all = false

  private struct Answer: Encodable {
    struct Position: Encodable { var pos: Int, argmax: Int, logits: [Float] }
    var model: String
    var tokens: [Int]
    var positions: [Position]
  }

  func validate() throws { _ = try parsedTokens() }

  func run() throws {
    let ids = try parsedTokens()
    let (_, weights, kernels) = try source.open()
    guard ids.count <= weights.config.context else {
      throw ModelError("--tokens: \(ids.count) tokens, but the model's context is \(weights.config.context)")
    }
    let transformer = Transformer(weights: weights, kernels: kernels, context: ids.count)
    let logits = try transformer.forward(ids, logits: all ? .all : .last)
    let vocabulary = weights.config.vocabulary
    let first = all ? 0 : ids.count - 1
    let positions = try (first..<ids.count).map { position in
      let row = Array(logits[(position - first) * vocabulary..<(position - first + 1) * vocabulary])
      return Answer.Position(pos: position, argmax: try Sampler.greedy(row.span), logits: row)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let name = (source.model as NSString).lastPathComponent
    let answer = Answer(model: name, tokens: ids, positions: positions)
    try Console.print(try encoder.encode(answer) + Data("\n".utf8))
  }

  private func parsedTokens() throws -> [Int] {
    try tokens.split(separator: ",", omittingEmptySubsequences: false).map { text in
      guard let id = Int(text) else {
        throw ValidationError("--tokens: '\(text)' is not a token id; give whole numbers separated by commas")
      }
      return id
    }
  }
}
