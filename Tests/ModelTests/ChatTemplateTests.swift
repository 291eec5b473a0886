import Foundation
import Testing

@testable import Model

/// Conversations against what Jinja2 makes of the models' own templates.
@Suite struct ChatTemplateTests {
  struct Known: Decodable {
    let name: String, template: String, bos: String
    let rendered: [String]
  }
  struct Unknown: Decodable { let name: String, template: String }
  struct Turn: Decodable { let role: String, content: String }
  struct Oracle: Decodable {
    let conversations: [[Turn]]
    let known: [Known]
    let unknown: [Unknown]
  }

  @Test func areRenderedAsByJinja() throws {
    let oracle: Oracle = try Fixture.json("chat-templates.json")
    #expect(oracle.known.count >= 8 && oracle.conversations.count >= 4)
    for known in oracle.known {
      let template = try #require(ChatTemplate(jinja: known.template, bos: known.bos), "\(known.name)")
      for (turns, rendered) in zip(oracle.conversations, known.rendered) {
        let messages = try turns.map {
          ChatMessage(try #require(ChatMessage.Role(rawValue: $0.role)), $0.content)
        }
        let text = template.render(messages)
        #expect(Array(text.utf8) == Array(rendered.utf8), "\(known.name): \(text.debugDescription)")
      }
    }
  }

  @Test func othersAreNotTakenForThem() throws {
    for unknown in try (Fixture.json("chat-templates.json") as Oracle).unknown {
      #expect(ChatTemplate(jinja: unknown.template, bos: "") == nil, "\(unknown.name)")
    }
  }

  @Test func filesWithoutAKnownTemplateAreRefusedInOneLine() throws {
    func failure(_ template: String?) throws -> String {
      var file = HandMade()
      file.add("tokenizer.ggml.model", "gpt2")
      file.add("tokenizer.ggml.pre", "gpt-2")
      file.addTexts("tokenizer.ggml.tokens", ["a"])
      file.addTexts("tokenizer.ggml.merges", [])
      if let template { file.add("tokenizer.chat_template", template) }
      let opened = try file.opened()
      do { return "\(try ChatTemplate(gguf: opened, tokenizer: Tokenizer(gguf: opened)).format)" } catch {
        return error.description
      }
    }
    #expect(
      try failure(nil).contains("lacks tokenizer.chat_template, so it is no chat model; write the turns"))
    #expect(
      try failure("{{ messages }}").contains("its tokenizer.chat_template is not known here, only those of"))
    #expect(try failure("'<|im_start|>' + message['role']") == "chatML(system: nil)")
  }
}
