import Statistics
import Testing

@testable import Model

@Suite struct TokenizerTests {
  let tokenizer: Tokenizer
  init() throws { tokenizer = try Tokenizer(gguf: Fixture.stories()) }

  @Test func givesTheTokensAndTextOfLlamaCpp() throws {
    for golden in try Fixture.json("stories260K.golden.json", as: Fixture.Golden.self).cases {
      #expect(tokenizer.encode(golden.prompt) == golden.promptTokens)
      #expect(tokenizer.decode(golden.promptTokens) == golden.prompt)
      #expect(tokenizer.decode(golden.greedyTokens, atStart: false) == golden.text)
    }
  }

  @Test func givesTheTokensOfSentencePiece() throws {
    let cases = try Fixture.json("stories260K.sentencepiece.json", as: Fixture.Oracle.self).cases
    #expect(cases.count > 50)
    for oracle in cases {
      #expect(tokenizer.encode(oracle.text, addSpecial: false) == oracle.tokens, "\(oracle.text)")
    }
  }

  @Test func emptyTextIsOnlyTheStart() {
    #expect(tokenizer.encode("") == [1])
    #expect(tokenizer.encode("", addSpecial: false) == [])
    #expect(tokenizer.decode([]) == "")
  }

  @Test func anyTextComesBack() {
    var generator = SeededGenerator(seed: 7)
    let ranges: [ClosedRange<UInt32>] = [
      0...127, 0x20...0x7E, 0x300...0x36F, 0x4E00...0x9FFF, 0x1F300...0x1FAFF,
    ]
    for _ in 0..<300 {
      var text = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 0...60, using: &generator) {
        let range = ranges.randomElement(using: &generator)!
        text.append(Unicode.Scalar(UInt32.random(in: range, using: &generator))!)
      }
      expectRoundTrip(String(text))
    }
    for text in ["\0", " ", "  a  ", "\n\n", "👩‍👩‍👧", "e\u{301}", "\u{FFFD}", "\u{10FFFF}"] {
      expectRoundTrip(text)
    }
  }

  /// Compared as bytes: equal strings may differ in their code points.
  private func expectRoundTrip(_ text: String) {
    #expect(Array(tokenizer.decode(tokenizer.encode(text)).utf8) == Array(text.utf8))
  }

  @Test func longTextsComeBack() {
    expectRoundTrip(String(repeating: "Once upon a time there was a girl. ", count: 3000))
    expectRoundTrip(String(repeating: "a", count: 100_000))
  }

  @Test func aStreamEmitsWholeCharacters() {
    let text = "Zoë 🎉 日本"
    var stream = StreamDecoder(tokenizer, atStart: true)
    let parts = tokenizer.encode(text).map { stream.push($0) }
    #expect(parts.joined() == text && stream.finish() == "")
    #expect(parts.allSatisfy { !$0.contains("\u{FFFD}") } && parts.contains(""))
  }

  @Test func brokenBytesAreReplacedAlikeInStreamAndWhole() {
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<500 {
      let bytes = (0..<12).map { _ in UInt8.random(in: 0x70...0xFF, using: &generator) }
      let tokens = bytes.map { Int($0) + 3 }  // token 3 is <0x00>
      #expect(tokenizer.decode(tokens, atStart: false) == String(decoding: bytes, as: UTF8.self))
    }
    var stream = StreamDecoder(tokenizer, atStart: false)
    #expect(stream.push(0xF0 + 3) == "" && stream.finish() == "\u{FFFD}")
  }

  @Test func controlTokensHaveNoText() {
    #expect(tokenizer.bos == 1 && tokenizer.decode(1) == [] && tokenizer.decode(0) == [])
    #expect(tokenizer.decode(-1) == [] && tokenizer.decode(512) == [])
    #expect(tokenizer.decode(13) == [10])
  }

  @Test func oneSpaceIsRemovedOnlyAtTheStart() {
    let tokens = tokenizer.encode("  a", addSpecial: false)
    #expect(tokenizer.decode(tokens) == "  a" && tokenizer.decode(tokens, atStart: false) == "   a")
  }
}

@Suite struct VocabularyTests {
  /// A file with three tokens that differ in code points, though not as strings.
  private func file(model: String = "llama", scores: UInt64 = 3, bos: UInt32 = 1) throws -> GGUFFile {
    var file = HandMade()
    file.add("tokenizer.ggml.model", model)
    let tokens = ["<unk>", "\u{E9}", "e\u{301}"].flatMap { HandMade.text($0) }
    file.add("tokenizer.ggml.tokens", type: 9, HandMade.le(UInt32(8)) + HandMade.le(UInt64(3)) + tokens)
    let numbers = (0..<scores).flatMap { HandMade.le((-Float($0)).bitPattern) }
    file.add("tokenizer.ggml.scores", type: 9, HandMade.le(UInt32(6)) + HandMade.le(scores) + numbers)
    file.add("tokenizer.ggml.bos_token_id", bos)
    file.add("tokenizer.ggml.add_space_prefix", type: 7, [0])
    return try file.opened()
  }

  @Test func tokensAreBytesNotCharacters() throws {
    let tokenizer = try Tokenizer(gguf: file())
    #expect(tokenizer.encode("\u{E9}", addSpecial: false) == [1])
    #expect(tokenizer.encode("e\u{301}", addSpecial: false) == [2])
    #expect(tokenizer.encode("e", addSpecial: false) == [0])  // no such token, no byte tokens
    #expect(Array(tokenizer.decode([2]).utf8) == Array("e\u{301}".utf8))
  }

  @Test func faultsAreNamed() throws {
    func problem(_ file: GGUFFile) -> String {
      do { return "\(try Tokenizer(gguf: file).count)" } catch { return error.description }
    }
    #expect(try problem(file()) == "3")
    #expect(try problem(file(model: "bert")).contains("its tokenizer 'bert' is not supported"))
    #expect(try problem(file(scores: 2)).contains("tokenizer.ggml.scores are not 3 numbers"))
    #expect(try problem(file(bos: 3)).contains("tokenizer.ggml.bos_token_id is 3, not one of the 3 tokens"))
    #expect(try problem(HandMade().opened()).contains("lacks the metadata 'tokenizer.ggml.model'"))
  }
}
