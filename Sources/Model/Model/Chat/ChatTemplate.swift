/// One turn of a conversation.
public struct ChatMessage: Hashable, Sendable {
  public enum Role: String, Sendable {
    case system, user, assistant
  }
  public var role: Role
  public var content: String

  public init(_ role: Role, _ content: String) { (self.role, self.content) = (role, content) }
}

/// The text that an instruction-tuned model wants to see for a conversation. Files hold a Jinja template for it; the
/// turns of llama-3, ChatML (qwen2, qwen3 and many others) and deepseek-r1 are recognised in it by their marks and written
/// as it would write them. Tools are left out.
public struct ChatTemplate: Sendable {
  enum Format: Hashable, Sendable {
    /// `header`: begins every system turn, even where there is no system message (llama-3.1 and later).
    case llama3(header: String?)
    /// `system`: the system message where the conversation has none.
    case chatML(system: String?)
    case deepSeekR1
  }

  let format: Format
  /// The text of the token in front, empty where there is none.
  private let bos: String
  /// An answer begins with a thought that the template opens.
  private let opensThought: Bool
  /// Earlier answers are shown without their thoughts.
  private let hidesThoughts: Bool

  /// Recognises the template under `tokenizer.chat_template`.
  ///
  /// - Throws: one line, where there is none or it is not known.
  public init(gguf file: GGUFFile, tokenizer: Tokenizer) throws(ModelError) {
    let key = "tokenizer.chat_template"
    let jinja = try ModelError.wrapping { () throws(GGUFError) in try file.optional(key, as: String.self) }
    guard let jinja else {
      throw ModelError("\(printable(file.path)): lacks \(key), so it is no chat model; \(Self.remedy)")
    }
    guard let template = Self(jinja: jinja, bos: tokenizer.name(of: tokenizer.bos)) else {
      let known = "only those of llama-3, ChatML (qwen) and deepseek-r1"
      throw ModelError("\(printable(file.path)): its \(key) is not known here, \(known); \(Self.remedy)")
    }
    self = template
  }

  private static let remedy = "write the turns into a plain prompt, control tokens included"

  /// Recognises `jinja`, or nil where it is none of the known ones. `bos` is the text of the token in front.
  init?(jinja: String, bos: String) {
    // Templates write a line break as `\n` or as itself.
    let text = jinja.replacing("\\n", with: "\n")
    guard let format = Self.format(of: text) else { return nil }
    self.format = format
    opensThought = Self.openings.contains { text.contains($0) }
    hidesThoughts = text.contains("split('</think>')")
    self.bos = if case .chatML = format { "" } else { bos }
  }

  /// The conversation as text, up to where the answer begins. `Tokenizer.encode` wants `parseSpecial` for it, and no
  /// `addSpecial`: the token in front is written out.
  public func render(_ messages: [ChatMessage]) -> String {
    switch format {
    case .llama3(let header): llama3(messages, header)
    case .chatML(let system): chatML(messages, system)
    case .deepSeekR1: deepSeek(messages)
    }
  }

  private func llama3(_ messages: [ChatMessage], _ header: String?) -> String {
    func turn(_ role: String) -> String { "<|start_header_id|>\(role)<|end_header_id|>\n\n" }
    var (text, rest) = (bos, messages[...])
    if let header {
      let system = rest.first?.role == .system ? trimmed(rest.removeFirst().content) : ""
      text += turn("system") + header + system + "<|eot_id|>"
    }
    for message in rest { text += turn(message.role.rawValue) + trimmed(message.content) + "<|eot_id|>" }
    return text + turn("assistant")
  }

  private func chatML(_ messages: [ChatMessage], _ system: String?) -> String {
    var messages = messages
    if let system, messages.first?.role != .system { messages.insert(ChatMessage(.system, system), at: 0) }
    let turns = messages.map { message in
      let content = message.role == .assistant ? answer(message.content, dropping: "\n") : message.content
      return "<|im_start|>\(message.role.rawValue)\n\(content)<|im_end|>\n"
    }
    return turns.joined() + "<|im_start|>assistant\n" + (opensThought ? "<think>\n" : "")
  }

  private func deepSeek(_ messages: [ChatMessage]) -> String {
    var text = bos + (messages.last { $0.role == .system }?.content ?? "")
    for message in messages {
      switch message.role {
      case .system: break
      case .user: text += "<｜User｜>" + message.content
      case .assistant: text += "<｜Assistant｜>" + answer(message.content) + "<｜end▁of▁sentence｜>"
      }
    }
    return text + "<｜Assistant｜>" + (opensThought ? "<think>\n" : "")
  }

  /// An earlier answer without its thought, and without the line breaks that followed it.
  private func answer(_ content: String, dropping separator: Unicode.Scalar? = nil) -> String {
    guard hidesThoughts, let end = content.ranges(of: "</think>").last?.upperBound else { return content }
    return String(content.unicodeScalars[end...].drop { $0 == separator })
  }

  private func trimmed(_ text: String) -> String {
    func isSpace(_ scalar: Unicode.Scalar) -> Bool {
      scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)  // as Python's strip()
    }
    let start = text.unicodeScalars.drop(while: isSpace)
    guard let last = start.lastIndex(where: { !isSpace($0) }) else { return "" }
    return String(start[...last])
  }
}

extension ChatTemplate {
  /// How templates write that an answer begins with a thought.
  private static let openings = ["<|im_start|>assistant\n<think>\n'", "<｜Assistant｜><think>\n'"]

  /// Marks of templates that look like ChatML and write more than that, or something else.
  private static let notChatML = [
    "<|im_sep|>", "<end_of_utterance>", "## Metadata", "function calling AI model", "bos_token",
    "render_content(", "<think></think>",
  ]

  private static func format(of text: String) -> Format? {
    let hasTurns = ["'<|im_start|>' + message", "'<|im_start|>'+message", "\"<|im_start|>\" + message"]
    if hasTurns.contains(where: { text.contains($0) }) {
      return notChatML.contains { text.contains($0) } ? nil : .chatML(system: standardSystem(in: text))
    }
    if text.contains("'<|start_header_id|>' + message['role']"), !text.contains("function(s)") {
      guard text.contains("Cutting Knowledge Date: December 2023") else { return .llama3(header: nil) }
      // The template's own date where it is not told today's: the same question gives the same text on every day.
      let date = "Cutting Knowledge Date: December 2023\nToday Date: 26 Jul 2024\n\n"
      return text.contains("26 Jul 2024") ? .llama3(header: date) : nil
    }
    // Later models of DeepSeek have the same marks, but no list of several tool outputs.
    if text.contains("'<｜User｜>' + message['content']}}"), text.contains("<｜tool▁outputs▁begin｜>") {
      return .deepSeekR1
    }
    return nil
  }

  /// The system message that a ChatML template writes where there is none: the one that it quotes as a whole.
  private static func standardSystem(in text: String) -> String? {
    let opening = "<|im_start|>system\n"
    for range in text.ranges(of: opening) {
      let rest = text[range.upperBound...]
      guard let end = rest.firstRange(of: "<|im_end|>")?.lowerBound else { continue }
      let system = rest[..<end]
      if !system.contains("'"), !system.contains("\""), !system.contains("{") { return String(system) }
    }
    return nil
  }
}
