import FileTrees
import Foundation
import Results
import Testing

@testable import perwatt

extension OtherCLITests {
  /// `export` and `import`: files in, files out, and one line where that is not possible.
  @Suite struct ExchangeTests {
    private static let stored: [String] = {
      let folder = Fixture.folder.deletingLastPathComponent().deletingLastPathComponent()
      return (try? ResultsStore(folder: folder.appending(path: "results").path).list()) ?? []
    }()
    private static let rows = Fixture.folder.appending(path: "llama-bench.jsonl").path
    private let tree: FileTree

    init() throws { tree = try FileTree() }

    private func file(_ name: String) -> String { tree.folder + "/" + name }

    private func files() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: tree.folder).sorted()
    }

    private func bench() throws -> String { try #require(Self.stored.first { $0.hasSuffix("-bench.json") }) }

    @Test(arguments: ExportCommand.Format.allCases) func everyFormatIsWritten(format: ExportCommand.Format)
      async throws
    {
      let outcome = try await Command(
        "export", bench(), "--format", format.rawValue, "-o", file("out.file")
      ).run()
      #expect(outcome.status == 0 && outcome.out.isEmpty, "\(outcome.err)")
      let expected = format == .githubAction ? ["out.bigger.file", "out.smaller.file"] : ["out.file"]
      #expect(try files() == expected)
      for name in expected { #expect(FileManager.default.contents(atPath: file(name))?.count ?? 0 > 1000) }
    }

    @Test func dataGoesToStandardOutputAndCountsDoNot() async throws {
      let outcome = try await Command("export", bench(), "--format", "csv").run()
      #expect(outcome.status == 0 && outcome.text.hasPrefix("machine,cpu_model,"))
      #expect(outcome.err.split(separator: "\n").allSatisfy { $0.hasPrefix("note: ") })
    }

    @Test func aFileThatIsThereStaysWithoutForce() async throws {
      try tree.write("mine", to: "/out.csv")
      let arguments = ["export", try bench(), "--format", "csv", "-o", file("out.csv")]
      let refused = try await Command(arguments).run()
      #expect(refused.status == 1 && refused.errorLines.count == 1 && refused.err.contains("--force"))
      #expect(try String(contentsOfFile: file("out.csv"), encoding: .utf8) == "mine")
      #expect(try await Command(arguments + ["--force"]).run().status == 0)
      #expect(try String(contentsOfFile: file("out.csv"), encoding: .utf8).hasPrefix("machine,"))
    }

    @Test(
      arguments: [
        (["--format", "xml"], 64, "'xml'"), (["--format", "sqlite"], 64, "name one with -o FILE"),
        (["--format", "github-action"], 64, "-o FILE"), (["--format", "csv", "-o", ""], 64, "-o is empty"),
        (["--format", "google-benchmark", "x.json"], 64, "one machine and run, not 2"),
        (["--format", "csv", "/nope.json"], 1, "/nope.json: no such file"),
        (["--format", "sqlite", "-o", "/nowhere/x.sqlite"], 1, "/nowhere/x.sqlite: cannot be written"),
        (["--format", "csv", "-o", "/nowhere/x.csv"], 1, "/nowhere/x.csv: cannot be written"),
        (["--format", "csv", "-o", "/usr"], 1, "/usr: a folder"),
      ] as [([String], Int32, String)])
    func badExportsAreOneLine(more: [String], code: Int32, text: String) async throws {
      let outcome = try await Command(["export", try bench()] + more).run()
      #expect(outcome.status == code && outcome.out.isEmpty, "\(outcome.err)")
      #expect(outcome.errorLines.count == 1 && outcome.err.contains(text), "\(outcome.err)")
    }

    @Test func nothingToExportIsThree() async throws {
      let kernels = try #require(Self.stored.first { $0.hasSuffix("-kernels.json") })
      let outcome = try await Command("export", kernels, "--format", "llama-bench").run()
      #expect(outcome.status == 3 && outcome.out.isEmpty && outcome.errorLines.count == 1, "\(outcome.err)")
    }

    // MARK: Import

    private func imported(_ more: String...) async throws -> Command.Outcome {
      try await Command(["import"] + more + ["--results", file("results")]).run()
    }

    @Test func peersRunsAreStoredAndShown() async throws {
      try tree.write("facts of a real machine", to: "/results/amd-epyc/machine.json")
      let outcome = try await imported(Self.rows)
      #expect(outcome.status == 0, "\(outcome.err)")
      let path = outcome.text.trimmingCharacters(in: .newlines)
      #expect(path == file("results/amd-epyc/2026-11-22-nocommit-llama-bench-0c1e570.json"))
      #expect(
        try String(contentsOfFile: file("results/amd-epyc/machine.json"), encoding: .utf8)
          == "facts of a real machine")
      let shown = try await Command("show", path, "--section", "model").run()
      #expect(shown.status == 0 && shown.text.contains("| llama-bench") && shown.text.contains("pp8 @ d16"))
      #expect(try await Command("show", path).run().text.contains("nothing was interleaved"))
      let out = try await Command("export", path, "--format", "llama-bench", "--invalid").run()
      #expect(out.text.split(separator: "\n").count == 2)
    }

    @Test func theUserNamesTheMachine() async throws {
      let outcome = try await imported(Self.rows, "--machine", "pi5-8g")
      #expect(outcome.status == 0 && outcome.text.contains("/results/pi5-8g/"))
    }

    /// The first file is whole, the second is not: neither is stored.
    @Test func nothingIsHalfImported() async throws {
      try tree.write("{\"n_prompt\": 1, \"avg_ts\": 2}\n{\"n_prompt\": 1}\n", to: "/bad.jsonl")
      let outcome = try await imported(Self.rows, file("bad.jsonl"))
      #expect(outcome.status == 1 && outcome.out.isEmpty && outcome.errorLines.count == 1)
      #expect(outcome.err.contains("bad.jsonl:2: no time"), "\(outcome.err)")
      #expect(try files() == ["bad.jsonl"])
    }

    @Test(
      arguments: [
        (["/nope"], 1, "/nope: no such file"), (["/usr"], 1, "/usr: a folder"),
        (["/dev/null"], 1, "/dev/null: empty"),
        ([rows, "--machine", "../x"], 64, "--machine ../x"), ([rows, "--model", ""], 64, "--model is empty"),
        ([], 64, "files"),
      ] as [([String], Int32, String)])
    func badImportsAreOneLine(arguments: [String], code: Int32, text: String) async throws {
      let outcome = try await Command(["import"] + arguments).run()
      #expect(outcome.status == code && outcome.out.isEmpty, "\(outcome.err)")
      #expect(outcome.errorLines.count == 1 && outcome.err.contains(text), "\(outcome.err)")
    }
  }
}
