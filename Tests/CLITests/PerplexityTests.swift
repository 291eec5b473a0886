import FileTrees
import Foundation
import Testing

extension OtherCLITests {
  @Suite struct PerplexityTests {
    private struct Answer: Decodable {
      struct Estimate: Decodable { var value: Double, error: Double? }
      struct Size: Decodable { var file: String, bytes: Int, bitsPerWeight: Double }
      struct Quality: Decodable {
        struct Divergence: Decodable { var mean: Estimate, sameTop: Estimate }
        var tokens: Int, perplexity: Estimate, divergence: Divergence?
      }
      var model: Size, reference: Size?, windows: Int, quality: Quality
    }
    private struct Expected: Decodable {
      var text: String, tokens: Int, referencePerplexity: Answer.Estimate
    }

    private static func expected() throws -> Expected {
      try JSONDecoder().decode(
        Expected.self, from: Data(contentsOf: Fixture.folder.appending(path: "perplexity.json")))
    }

    @Test func printsWhatDoublesGive() async throws {
      let expected = try Self.expected()
      // A line break at the end is not part of the text.
      let tree = try FileTree(["/text": expected.text + "\n"])
      let command = ["perplexity", "-m", Fixture.model, "-f", tree.folder + "/text", "-c", "128"]
      let outcome = try await Command(command + ["--json", "-t", "2"]).run()
      #expect(outcome.status == 0)
      let answer = try Fixture.decode(Answer.self, outcome.out)
      #expect(answer.windows == 13 && answer.quality.tokens == expected.tokens)
      #expect(abs(answer.quality.perplexity.value / expected.referencePerplexity.value - 1) < 1e-5)
      #expect(answer.reference == nil && answer.quality.divergence == nil)
      #expect(answer.model.bytes == 1_171_200 && answer.model.bitsPerWeight == 32)
      let text = try await Command(command).run().text
      #expect(text.contains("1.12 MiB, 32.00 bits per weight; perplexity 1810.62"))
    }

    @Test func gainAndCostAreOnOneLine() async throws {
      let tree = try FileTree(["/text": try Self.expected().text])
      let small = tree.folder + "/small.gguf"
      #expect(try await Command("convert", Fixture.model, "--to", "q8_0", "-o", small).run().status == 0)
      let outcome = try await Command(
        "perplexity", "-m", small, "--reference", Fixture.model, "-f", tree.folder + "/text", "-c", "128",
        "--chunks", "2"
      ).run()
      #expect(outcome.status == 0)
      let line = try #require(outcome.text.split(separator: "\n").first { $0.hasPrefix("gain, cost") })
      for part in ["0.311× the bytes", "9.97 for 32.00 bits", "the perplexity; KL divergence 0.0"] {
        #expect(line.contains(part), "\(line)")
      }
    }

    @Test(
      arguments: [
        (["-c", "2"], 64, "-c 2"), (["-c", "513"], 1, "has a context of 512"),
        (["--chunks", "0"], 64, "--chunks 0"), (["-f", ""], 64, "-f is empty"),
        (["--reference", ""], 64, "--reference is empty"), (["-f", "/none"], 1, "/none: no such file"),
        (["-f", "/tmp"], 1, "/tmp: is no text file"), (["-f", "/dev/zero"], 1, "/dev/zero: is no text file"),
        (["-f", Fixture.model], 1, "is not UTF-8"), (["-c", "500"], 1, "fewer than a window of 500"),
        (["--reference", "/none.gguf"], 1, "/none.gguf: no such file"),
        (
          ["--reference", Fixture.folder.appending(path: "tiny-llama.gguf").path], 1,
          "its vocabulary is another"
        ),
      ] as [([String], Int32, String)])
    func badInputIsNamedInOneLine(more: [String], code: Int32, text: String) async throws {
      let tree = try FileTree(["/text": "Once upon a time"])
      let file = more.contains("-f") ? [] : ["-f", tree.folder + "/text"]
      let outcome = try await Command(["perplexity", "-m", Fixture.model] + file + more).run()
      #expect(outcome.status == code && outcome.out.isEmpty, "\(outcome.err)")
      #expect(outcome.errorLines.count == 1 && outcome.err.contains(text), "\(outcome.err)")
    }
  }
}
