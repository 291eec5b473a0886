import ArgumentParser
import FileTrees
import Foundation
import Testing

@testable import perwatt

extension OtherCLITests {
  /// `report`: stored runs in, one page out, and one line where that is not possible.
  @Suite struct ReportTests {
    private static let fixtures = Fixture.folder
    private let tree: FileTree

    init() throws { tree = try FileTree() }

    private func fixture(_ name: String) -> String { Self.fixtures.appending(path: name).path }

    @Test func aPageIsWrittenAndStaysWithoutForce() async throws {
      let file = tree.folder + "/report.html"
      let arguments = ["report", Fixture.run, "-o", file]
      let outcome = try await Command(arguments).run()
      #expect(outcome.status == 0 && outcome.out.isEmpty && outcome.err == "\(file) written\n")
      let page = try String(contentsOfFile: file, encoding: .utf8)
      #expect(page.hasPrefix("<!DOCTYPE html>") && page.contains("Roofline") && page.utf8.count < 1_000_000)
      let again = try await Command(arguments).run()
      #expect(again.status == 1 && again.err.contains("--force"))
      let twice = try await Command(arguments + ["--force"]).run()
      #expect(try twice.status == 0 && page == String(contentsOfFile: file, encoding: .utf8))
    }

    @Test(arguments: ["html", "md", "json"]) func everyFormatGoesToStandardOutput(format: String) async throws
    {
      let outcome = try await Command("report", Fixture.run, "--format", format).run()
      #expect(outcome.status == 0 && outcome.text.contains("amd-epyc-2c") && outcome.err.isEmpty)
    }

    @Test func aPlotIsDrawnByItsName() async throws {
      let image = try await Command(
        "report", Fixture.run, "--format", "svg", "--plot", "roofline.amd-epyc-2c"
      ).run()
      #expect(image.status == 0 && image.text.contains("<svg xmlns="))
      let wrong = try await Command("report", Fixture.run, "--format", "svg", "--plot", "roof").run()
      #expect(wrong.status == 1 && wrong.errorLines.count == 1)
      #expect(wrong.err.contains("there are:") && wrong.err.contains("roofline.amd-epyc-2c"))
    }

    @Test func aFolderBringsHistoriesAndTheNewestRuns() async throws {
      let results = Fixture.results
      for path in [results, results + "/amd-epyc-2c", results + "/amd-epyc-2c/"] {
        let outcome = try await Command("report", path, "--format", "md").run()
        #expect(outcome.status == 0 && outcome.text.contains("## Histories"), "\(outcome.err)")
      }
      #expect(try await !Command("report", Fixture.run, "--format", "md").run().text.contains("## Histories"))
    }

    @Test func twoRunsOfOneSuiteAreCompared() async throws {
      let after = try String(contentsOfFile: fixture("compare-after.json"), encoding: .utf8)
      try tree.write(after.replacing("Another CPU", with: "AMD EPYC"), to: "/after.json")
      let files = [fixture("compare-before.json"), tree.folder + "/after.json"]
      let outcome = try await Command(["report"] + files + ["--summary"]).run()
      #expect(outcome.status == 0 && outcome.text.contains("## Two runs compared"), "\(outcome.err)")
      #expect(outcome.text.contains("slower") && !outcome.text.contains("## Claims"))
    }

    @Test func theLeaderboardIsATable() async throws {
      let outcome = try await Command("report", "--leaderboard", Fixture.results).run()
      #expect(outcome.status == 0 && outcome.text.hasPrefix("| machine |"))
      #expect(outcome.text.contains("| amd-epyc-2c | smollm2-135m | f32 |"))
      // It writes 0.5 % slower than simd:avx512, and reads 13 % faster.
      #expect(outcome.text.contains("| intel-xeon-2c | smollm2-135m | f32 | 2 | simd:amx |"))
      // Programs that were measured beside ours in runs of their own.
      let xeon = try #require(outcome.text.split(separator: "\n").first { $0.hasPrefix("intel-xeon-2c: ") })
      #expect(xeon.contains("beside ik\\_llama.cpp perwatt") && xeon.contains("; beside llama-bench perwatt"))
    }

    @Test(
      arguments: [
        (["--format", "pdf"], 64, "'pdf'"), (["--format", "svg"], 64, "--plot NAME"),
        (["--plot", "x"], 64, "--format svg"), (["--summary", "--leaderboard"], 64, "exclude each other"),
        (["--summary", "--format", "json"], 64, "leave --format json out"), (["-o", ""], 64, "-o is empty"),
        ([""], 64, "name is empty"), (["missing.json"], 1, "missing.json"), (["-o", "/"], 1, "a folder"),
        (["-o", "/missing/x.html"], 1, "cannot be written"),
      ] as [([String], Int32, String)])
    func wrongUseIsOneLine(arguments: [String], status: Int32, said: String) async throws {
      let outcome = try await Command(["report"] + arguments + (arguments == [""] ? [] : [Fixture.run])).run()
      #expect(outcome.status == status && outcome.err.contains(said), "\(outcome.err)")
      #expect(outcome.errorLines.count == 1 && outcome.out.isEmpty)
    }

    @Test func anEmptyFolderHasNothingToDraw() async throws {
      let outcome = try await Command("report", tree.folder).run()
      #expect(
        outcome.status == 1 && outcome.errorLines.count == 1 && outcome.err.contains("no stored run there"))
      try tree.write("{\"schema_version\": 1", to: "/box/2026-11-21-a-run.json")
      let damaged = try await Command("report", tree.folder).run()
      #expect(damaged.status == 1 && damaged.err.contains("2026-11-21-a-run.json"))
    }
  }

  /// What every subcommand says about itself.
  @Suite struct HelpTests {
    /// With the words that lead to each; hidden ones are for other programs.
    private static func all(
      _ command: any ParsableCommand.Type = Perwatt.self, _ words: [String] = []
    ) -> [[String]] {
      let own = command.configuration.shouldDisplay ? [words] : []
      return own
        + command.configuration.subcommands.flatMap { all($0, words + [$0.configuration.commandName ?? ""]) }
    }

    @Test(arguments: all()) func helpHasAnExampleThatParses(words: [String]) throws {
      var command: any ParsableCommand.Type = Perwatt.self
      for word in words {
        command = try #require(
          command.configuration.subcommands.first { $0.configuration.commandName == word })
      }
      #expect(!command.configuration.abstract.isEmpty)
      let examples = Self.examples(in: command.configuration.discussion)
      #expect(!examples.isEmpty, "perwatt \(words.joined(separator: " ")) --help has no Example: line")
      for example in examples {
        #expect(throws: Never.self, "\(example)") { _ = try Perwatt.parseAsRoot(example) }
      }
    }

    /// The arguments of each call of perwatt in lines that begin with `Example: `.
    private static func examples(in text: String) -> [[String]] {
      text.split(separator: "\n").filter { $0.hasPrefix("Example: ") }.flatMap { line -> [[String]] in
        // Every second part stands between quotes.
        let parts = line.dropFirst("Example: ".count).split(separator: "\"", omittingEmptySubsequences: false)
        let words = parts.enumerated().flatMap { index, part in
          index.isMultiple(of: 2)
            ? part.replacing(";", with: " ;").split(separator: " ").map(String.init) : [String(part)]
        }
        return words.split { [";", "&&"].contains($0) }.compactMap { call in
          let call = call.first == "sudo" ? call.dropFirst() : call
          return call.first == "perwatt" ? Array(call.dropFirst()) : nil
        }
      }
    }

    @Test(arguments: ["bash", "zsh", "fish"]) func completionsAreWritten(shell: String) async throws {
      let outcome = try await Command("--generate-completion-script", shell).run()
      #expect(outcome.status == 0 && outcome.text.contains("perwatt") && outcome.text.contains("leaderboard"))
    }
  }
}
