import FileTrees
import Foundation
import Kernels
import Testing

extension OtherCLITests {
  @Suite struct GenerateTests {
    @Test(arguments: ["scalar", "simd"] + Backends.simdNames, [1, 2])
    func continuesAsLlamaCppDoes(backend: String, threads: Int) async throws {
      for golden in try Fixture.golden() {
        let outcome = try await Command(
          "generate", "-m", Fixture.model, "-p", golden.prompt, "-n", "100", "--temperature", "0",
          "--backend", backend, "-t", "\(threads)"
        ).run()
        #expect(outcome.status == 0)
        #expect(outcome.text == golden.text + "\n")
        #expect(outcome.err.hasPrefix("prefill "))
      }
    }

    @Test func stopsWhereTheContextEnds() async throws {
      let outcome = try await Command(
        "generate", "-m", Fixture.model, "-p", "Once", "-n", "100000", "--temperature", "0"
      ).run()
      #expect(outcome.status == 0)
      #expect(outcome.text.hasPrefix(" upon a time") && outcome.text.hasSuffix("\n"))
    }

    private func text(_ more: String..., input: String? = nil) async throws -> String {
      var command = Command(["generate", "-m", Fixture.model, "-n", "60"] + more)
      command.input = input
      let outcome = try await command.run()
      #expect(outcome.status == 0, "\(outcome.err)")
      return outcome.text
    }

    @Test func endsWhereAStopStringComes() async throws {
      let golden = try #require(try Fixture.golden().first)
      let stop = " red b"
      let start = try #require(golden.text.firstRange(of: stop)?.lowerBound)
      let shortened = try await text("-p", golden.prompt, "--stop", "never", "--stop", stop)
      #expect(shortened == golden.text[..<start] + "\n")
    }

    @Test func promptsComeFromFilesAndStandardInputToo() async throws {
      let golden = try #require(try Fixture.golden().first)
      let expected = try await text("-p", golden.prompt)
      let tree = try FileTree(["/prompt.txt": golden.prompt + "\n"])
      #expect(try await text("-f", tree.folder + "/prompt.txt") == expected)
      #expect(try await text("-p", "-", input: golden.prompt) == expected)
      #expect(
        try await text("-p", golden.prompt, "-ctk", "f16", "--cache-type-v", "f16", "-c", "512") == expected)
    }

    @Test func aQuestionIsWrittenAsTheTemplateSays() async throws {
      let template = "'<|start_header_id|>' + message['role'] + '<|eot_id|>'"
      let tree = try FileTree([:])
      let model = try Fixture.model(with: "tokenizer.chat_template", template, in: tree)
      func turn(_ role: String) -> String { "<|start_header_id|>\(role)<|end_header_id|>\n\n" }
      let prompt = turn("system") + "Hi<|eot_id|>" + turn("user") + "Once<|eot_id|>" + turn("assistant")
      let answer = try await text("-m", model, "--chat", " Once", "--system", "Hi")
      #expect(try await text("-p", prompt) == answer)
    }

    @Test func aDraftModelChangesNothingButTheSpeed() async throws {
      for golden in try Fixture.golden() {
        let outcome = try await Command(
          "generate", "-m", Fixture.model, "--draft", Fixture.model, "-k", "3", "-p", golden.prompt, "-n",
          "100"
        ).run()
        #expect(outcome.status == 0 && outcome.text == golden.text + "\n")
        #expect(
          outcome.err.contains("speculation: 100.0 % of 75 guesses accepted, 4.00 tokens per target pass, "))
        #expect(outcome.err.contains("× plain decoding ("))
      }
      let one = try await Command(
        "generate", "-m", Fixture.model, "--draft", Fixture.model, "-p", "Once", "-n", "1", "--stop", "x"
      ).run()
      #expect(one.status == 0 && one.err.contains("none of 0 guesses"), "\(one.err)")
    }

    @Test func aDraftModelOfAnotherVocabularyIsRefused() async throws {
      let tree = try FileTree()
      var bytes = try Data(contentsOf: URL(filePath: Fixture.model))
      bytes.replaceSubrange(try #require(bytes.range(of: Data("<0x41>".utf8))), with: Data("<0xZZ>".utf8))
      try tree.write(bytes, to: "/m.gguf")
      let outcome = try await Command(
        "generate", "-m", Fixture.model, "--draft", tree.folder + "/m.gguf", "-p", "Once"
      ).run()
      #expect(outcome.status == 1 && outcome.out.isEmpty && outcome.errorLines.count == 1)
      #expect(outcome.err.contains("/m.gguf: its vocabulary is not that of \(Fixture.model); use a smaller"))
    }

    @Test func sampledTextFollowsTheFilters() async throws {
      let greedy = try await text("-p", "Once")
      #expect(try await text("-p", "Once", "--temperature", "1", "--top-k", "1") == greedy)
      #expect(try await text("-p", "Once", "--temperature", "2", "--min-p", "1", "--seed", "5") == greedy)
      #expect(try await text("-p", "Once", "--temperature", "2", "--top-p", "1e-6") == greedy)
      #expect(try await text("-p", "Once", "--repeat-penalty", "1.5") != greedy)
    }

    @Test func oneSeedIsOneText() async throws {
      func text(seed: Int) async throws -> String {
        try await Command(
          "generate", "-m", Fixture.model, "-p", "Once", "-n", "40", "--temperature", "1", "--seed", "\(seed)"
        ).run().text
      }
      let first = try await text(seed: 1)
      #expect(try await text(seed: 1) == first)
      #expect(try await text(seed: 2) != first)
    }
  }

  @Suite struct LogitsTests {
    /// Float against double: sums of a few hundred terms, logits up to about 20.
    static let tolerance = 1e-4

    private func logits(_ tokens: [Int], _ more: String...) async throws -> Fixture.Logits {
      let list = tokens.map(String.init).joined(separator: ",")
      let outcome = try await Command(["logits", "-m", Fixture.model, "--tokens", list] + more).run()
      #expect(outcome.status == 0 && outcome.err.isEmpty)
      #expect(outcome.out.last == UInt8(ascii: "\n"))
      let keys = try #require(JSONSerialization.jsonObject(with: outcome.out) as? [String: Any]).keys
      #expect(Set(keys) == ["model", "tokens", "positions"])
      return try Fixture.decode(Fixture.Logits.self, outcome.out)
    }

    private func expectSame(_ seen: [Double], _ expected: [Double]) {
      #expect(seen.count == expected.count)
      let worst = zip(seen, expected).map { abs($0 - $1) }.max() ?? .infinity
      #expect(worst <= Self.tolerance)
    }

    @Test func agreeWithTheGoldenOnes() async throws {
      for golden in try Fixture.golden() {
        let found = try await logits(golden.promptTokens)
        #expect(found.tokens == golden.promptTokens && found.model == "stories260K-f32.gguf")
        let last = try #require(found.positions.first)
        #expect(found.positions.count == 1 && last.pos == golden.promptTokens.count - 1)
        #expect(last.logits.firstIndex(of: try #require(last.logits.max())) == last.argmax)
        expectSame(last.logits, golden.logitsAfterPrompt)
      }
    }

    @Test func ofAllPositionsAgreeWithDoubles() async throws {
      let expected = try Fixture.everyPosition()
      let found = try await logits(expected.tokens, "--all")
      #expect(found.positions.map(\.pos) == Array(expected.tokens.indices))
      #expect(found.positions.map(\.argmax) == expected.positions.map(\.argmax))
      for (seen, known) in zip(found.positions, expected.positions) { expectSame(seen.logits, known.logits) }
    }
  }
}
