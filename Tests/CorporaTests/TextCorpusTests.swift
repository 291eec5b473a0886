import Testing

@testable import Corpora

@Suite struct TextCorpusTests {
  @Test func windowsArePassagesOfTheirPart() throws {
    let corpus = try TextCorpus(
      name: "numbers", tokens: Array(0..<1000), vocabulary: 1000, windowLength: 20)
    var seen: [Split: Set<Int>] = [:]
    for split in Split.allCases {
      for index in 0..<10_000 {
        let window = corpus.window(index, length: 20, split: split, seed: 3)
        #expect(window.count == 21 && zip(window, window.dropFirst()).allSatisfy { $1 == $0 + 1 })
        seen[split, default: []].formUnion(window)
      }
    }
    #expect(seen[.training]?.max() == 899 && seen[.heldOut]?.min() == 900)
    #expect(seen[.training]?.count == 900 && seen[.heldOut]?.count == 100)
  }

  @Test func textIsReadByteByByte() throws {
    let text = String(repeating: "naïve ", count: 200)
    let corpus = try TextCorpus(name: "t.txt", utf8: Array(text.utf8), windowLength: 16)
    #expect(corpus.vocabulary == 256)
    let window = corpus.window(0, length: 16, split: .training, seed: 1)
    #expect(Set(window).isSubset(of: Set(text.utf8.map { Int($0) })))
  }

  @Test(arguments: [
    ([UInt8](), "t.txt: empty; give a text to learn from"),
    (
      Array("short".utf8),
      "t.txt: 5 tokens are too few for windows of 16; give 340 or more, or shorter windows"
    ),
    ([0xFF, 0xFE, 0x41], "t.txt: not UTF-8; convert the text first (iconv -t UTF-8)"),
  ])
  func unusableTextIsRefusedInOneLine(bytes: [UInt8], message: String) {
    #expect(throws: CorpusError(message)) {
      try TextCorpus(name: "t.txt", utf8: bytes, windowLength: 16)
    }
  }

  @Test func tokensOutsideTheVocabularyAreRefused() {
    let message = "t: token 300 is outside the vocabulary of 256; use the model's own tokenizer"
    #expect(throws: CorpusError(message)) {
      try TextCorpus(name: "t", tokens: [Int](repeating: 300, count: 500), vocabulary: 256, windowLength: 16)
    }
  }
}
