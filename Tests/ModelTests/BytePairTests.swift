import Foundation
import Statistics
import Testing

@testable import Model

/// Byte-level BPE, against the tokens that llama.cpp gives.
@Suite struct BytePairTests {
  static let names = ["llama-bpe", "qwen2", "qwen35", "gpt-2", "refact", "falcon", "deepseek-coder"]

  private func tokenizer(_ name: String) throws -> Tokenizer {
    try Tokenizer(gguf: GGUFFile(path: Fixture.path("vocabulary-\(name).gguf")))
  }
  private func cases(_ name: String) throws -> [Fixture.Oracle.Case] {
    let url = Fixture.folder.appending(path: "tiny-vocabularies.json")
    let all = try JSONDecoder().decode([String: [Fixture.Oracle.Case]].self, from: Data(contentsOf: url))
    return try #require(all[name])
  }

  @Test(arguments: names) func givesTheTokensOfLlamaCpp(name: String) throws {
    let tokenizer = try tokenizer(name)
    let cases = try cases(name)
    #expect(cases.count > 40)
    for known in cases {
      let tokens = tokenizer.encode(known.text, addSpecial: false)
      #expect(tokens == known.tokens, "\(known.text.debugDescription)")
      // Falcon has no tokens for some control characters.
      if name != "falcon" { #expect(tokenizer.decode(tokens) == known.text) }
    }
  }

  /// Words are cut alike under all names of a kind.
  @Test(arguments: [
    ("llama-bpe", ["llama3", "llama-v3"]), ("qwen2", ["deepseek-r1-qwen"]), ("gpt-2", ["phi-2", "exaone4"]),
    ("refact", ["smollm", "starcoder", "command-r"]),
  ]) func otherNamesMeanTheSame(name: String, others: [String]) throws {
    let pattern = try #require(PreTokenizer(name: name))
    for other in others {
      let same = try #require(PreTokenizer(name: other))
      #expect(same.takesWholeWords == pattern.takesWholeWords && same.addsBOS == pattern.addsBOS)
      for known in try cases(name) {
        let text = ScalarText(Array(known.text.utf8)[...])
        #expect(same.split(text) == pattern.split(text))
      }
    }
  }

  private func words(_ name: String, _ text: String) throws -> [String] {
    let bytes = Array(text.utf8)
    let scalars = ScalarText(bytes[...])
    return try #require(PreTokenizer(name: name)).split(scalars).map {
      String(decoding: bytes[scalars.offsets[$0.lowerBound]..<scalars.offsets[$0.upperBound]], as: UTF8.self)
    }
  }

  @Test func theDefaultCutsPunctuationWordsAndDigits() throws {
    #expect(try words("default", "don't, 12345  x") == ["don", "'", "t", ",", " ", "123", "45", " ", " x"])
    #expect(try words("gpt-2", "don't, 12345  x") == ["don", "'t", ",", " 12345", " ", " x"])
    #expect(try words("smollm", "a 12") == ["a", " ", "1", "2"])
    #expect(try words("llama-bpe", "I'LL 12345\r\n \n x") == ["I", "'LL", " ", "123", "45", "\r\n \n", " x"])
  }

  @Test(arguments: PreTokenizer.names) func wordsAreTheWholeText(name: String) throws {
    var generator = SeededGenerator(seed: 11)
    let scalars = "aZ'sreLL09Ⅷ .,$<=\n\r\t\u{A0}\u{3000}é\u{301}一ㅎ가🎉\u{0}\u{FFFD}".unicodeScalars
    for _ in 0..<300 {
      let text = String(
        String.UnicodeScalarView(
          (0..<Int.random(in: 0...20, using: &generator)).map { _ in
            scalars.randomElement(using: &generator)!
          }))
      #expect(try words(name, text).map { Array($0.utf8) }.joined().elementsEqual(text.utf8))
    }
  }

  @Test func controlTokensAreTextUnlessAskedFor() throws {
    let tokenizer = try tokenizer("qwen2")
    let start = try #require(tokenizer.vocabulary.id(of: "<|im_start|>"))
    let end = try #require(tokenizer.vocabulary.id(of: "<|im_end|>"))
    func plain(_ text: String) -> [Int] { tokenizer.encode(text) }
    let chat = "<|im_start|>user\n!<|im_end|>\n"
    #expect(tokenizer.encode(chat, parseSpecial: true) == [start] + plain("user\n!") + [end] + plain("\n"))
    #expect(!plain(chat).contains(start) && tokenizer.decode(plain(chat)) == chat)
    #expect(tokenizer.ends.contains(end) && !tokenizer.ends.contains(start))
    #expect(tokenizer.decode([start, end]) == "")
  }

  @Test func llamaBeginsWithItsFirstTokenByItself() throws {
    let (llama, qwen) = (try tokenizer("llama-bpe"), try tokenizer("qwen2"))
    #expect(llama.encode("!").first == llama.bos && llama.encode("!").dropFirst().count == 1)
    #expect(qwen.encode("!") == qwen.encode("!", addSpecial: false))
    #expect(llama.hasSameVocabulary(as: llama) && !llama.hasSameVocabulary(as: qwen))
  }

  @Test func longTextsComeBack() throws {
    let tokenizer = try tokenizer("gpt-2")
    for text in [String(repeating: "a", count: 30_000), String(repeating: "Hello, y'all! ", count: 2000)] {
      #expect(tokenizer.decode(tokenizer.encode(text)) == text)
    }
  }

  @Test func halfACharacterWaitsForItsEnd() throws {
    let tokenizer = try tokenizer("gpt-2")
    var stream = StreamDecoder(tokenizer, atStart: false)
    let bytes = Array("🎉".utf8).map { tokenizer.vocabulary.id(of: ByteAlphabet.characters[Int($0)][...]) }
    let parts = try bytes.map { stream.push(try #require($0)) }
    #expect(parts == ["", "", "", "🎉"] && stream.finish() == "")
  }
}

/// Files whose BPE vocabulary has a fault.
@Suite struct BytePairFaultTests {
  private func outcome(
    pre: String? = "gpt-2", merges: [String]? = ["a b"], _ more: (inout HandMade) -> Void = { _ in }
  )
    throws -> String
  {
    var file = HandMade()
    file.add("tokenizer.ggml.model", "gpt2")
    if let pre { file.add("tokenizer.ggml.pre", pre) }
    file.addTexts("tokenizer.ggml.tokens", ["a", "b", "ab"])
    if let merges { file.addTexts("tokenizer.ggml.merges", merges) }
    more(&file)
    let opened = try file.opened()
    do { return "\(try Tokenizer(gguf: opened).encode("abc b"))" } catch { return error.description }
  }

  @Test func areNamed() throws {
    #expect(try outcome() == "[2, 1]")  // no token for c or a space
    #expect(try outcome(merges: ["a c", "b a", "x y"]) == "[0, 1, 1]")  // merges of no tokens
    let unknown = try outcome(pre: "a\nb")
    #expect(unknown.contains("its pre-tokenizer 'a\\nb' is not known; use a model with one of: llama-bpe, "))
    for name in ["qwen2", "deepseek-r1-qwen", "gpt-2", "smollm", "default"] {
      #expect(unknown.contains(name))
    }
    #expect(try outcome(pre: nil).contains("lacks the metadata 'tokenizer.ggml.pre'"))
    #expect(try outcome(merges: nil).contains("lacks the metadata 'tokenizer.ggml.merges'"))
    for merge in ["", " ", "ab", " a"] {
      #expect(try outcome(merges: ["a b", merge]).contains("merge 1 of tokenizer.ggml.merges, '\(merge)'"))
    }
    #expect(
      try outcome { $0.add("tokenizer.ggml.eos_token_id", 3) }.contains("eos_token_id is 3, not one of"))
    for key in ["bos", "eos"] {
      let text = try outcome { $0.add("tokenizer.ggml.add_\(key)_token", type: 7, [1]) }
      #expect(text.contains("lacks tokenizer.ggml.\(key)_token_id, which every text needs"))
    }
  }

  /// An error, or a tokenizer that works; never a crash.
  @Test(arguments: ["vocabulary-gpt-2.gguf", "vocabulary-llama-bpe.gguf", "stories260K-f32.gguf"])
  func anyByteMayBeWrong(name: String) throws {
    var bytes = try Fixture.bytes(name)
    let header = min(bytes.count, 11_000)
    var generator = SeededGenerator(seed: 6)
    var working = 0
    for _ in 0..<150 {
      let place = Int.random(in: 24..<header, using: &generator)
      let right = bytes[place]
      bytes[place] = UInt8.random(in: 0...255, using: &generator)
      bytes.withUnsafeBytes { raw in
        guard let file = try? GGUFFile(bytes: raw, path: "m.gguf"), let tokenizer = try? Tokenizer(gguf: file)
        else {
          return
        }
        let tokens = tokenizer.encode("Hello <|begin_of_text|>, Zoë's 123 \n\n 🎉", parseSpecial: true)
        if tokens.allSatisfy((0..<tokenizer.count).contains) {
          working += tokenizer.decode(tokens).isEmpty ? 0 : 1
        }
      }
      bytes[place] = right
    }
    #expect(working > 5)
  }

  @Test func theFileSaysWhatATextBeginsAndEndsWith() throws {
    let both = try outcome {
      for (id, key) in ["bos", "eos"].enumerated() {
        $0.add("tokenizer.ggml.\(key)_token_id", UInt32(id))
        $0.add("tokenizer.ggml.add_\(key)_token", type: 7, [1])
      }
    }
    #expect(both == "[0, 2, 1, 1]")
  }
}
