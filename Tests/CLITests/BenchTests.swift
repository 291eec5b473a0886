import ArgumentParser
import FileTrees
import Foundation
import Measurement
import Results
import Testing

@testable import perwatt

extension CLITests {
  /// `perwatt model` with llama-bench's options.
  @Suite struct BenchTests {
    static let small = ["model", "-m", Fixture.model, "-t", "1", "-r", "2"]

    private func record(_ arguments: String...) async throws -> RunRecord {
      let outcome = try await Command(Self.small + arguments + ["--json", "--no-save"]).run()
      #expect(outcome.status == 0, "\(outcome.err)")
      return try JSONDecoder().decode(RunRecord.self, from: outcome.out)
    }

    @Test func rowsAreInLlamaBenchsOrderAndKeepTheirTimes() async throws {
      let run = try await record(
        "-p", "8,12", "-n", "4", "-pg", "8,4", "-d", "0,16", "--backend", "simd,scalar")
      let rows = try #require(run.benches)
      #expect(
        rows.map(\.test.name) == [
          "pp8", "pp12", "tg4", "pp8+tg4", "pp8 @ d16", "pp12 @ d16", "tg4 @ d16", "pp8+tg4 @ d16",
        ])
      #expect(rows[6].caseID == "tg4.d16.stories260k-f32.f32.f16.t1")
      #expect(run.cases.dropLast().map(\.id) == rows.map(\.caseID))
      #expect(run.cases.dropLast().allSatisfy { $0.group == "bench" } && run.cases.last?.group == "control")
      for (row, measured) in zip(rows, run.cases) {
        #expect(measured.alternatives.count == 2 && row.backends.map(\.backend).last == "scalar")
        for (times, found) in zip(row.backends, measured.alternatives) {
          #expect(found.isTimed && found.samples.count == 2 && found.check.value?.passed == true)
          #expect(times.backend == found.label && times.prompts.count == (row.test.prompt > 0 ? 2 : 0))
          #expect(times.tokens.map(\.count) == (row.test.generated > 0 ? [4, 4] : []))
        }
      }
      // As llama-bench says about this file.
      #expect(rows[0].model.parameters == 292_800 && rows[0].model.size.value == 1_171_200)
      #expect(run.protocolUsed.flags["-pg"] == "8,4" && run.protocolUsed.plan.repetitions == 2)
    }

    @Test func everyCombinationOfSettingsIsARow() async throws {
      let tree = try FileTree()
      let path = Fixture.folder.appending(path: "tiny-mixed.gguf").path
      let outcome = try await Command(
        "model", "-m", "\(path),\(Fixture.model)", "-p", "8", "-n", "0", "-t", "1,2", "-b", "32,4", "-ub",
        "8",
        "-ctk", "f16,f32", "-r", "1", "-o", "jsonl", "--results", tree.folder
      ).run()
      #expect(outcome.status == 0, "\(outcome.err)")
      let lines = outcome.text.split(separator: "\n")
      #expect(lines.count == 2 * 2 * 2 * 2)
      for text in ["\"n_ubatch\": 4,", "\"n_threads\": 2,", "\"type_k\": \"f32\"", "tiny-mixed.gguf"] {
        #expect(lines.count { $0.contains(text) } == 8, "\(text)")
      }
      let stored = try #require(try ResultsStore(folder: tree.folder).list().first)
      let shown = try await Command("show", stored, "--section", "model", "-o", "jsonl").run()
      #expect(shown.text == outcome.text)
      let run = try ResultsStore.load(stored)
      let rows = run.cases.filter { $0.group == "bench" }
      #expect(run.origin.suite == "bench" && Set(rows.map(\.id)).count == 16)
      // One control for all, of the first model's last row.
      #expect(
        run.cases.count == 17
          && run.controls?.map(\.caseID) == run.cases.filter { $0.group == "control" }.map(\.id))
    }

    /// A backend against itself in the run's own kind of row: what noise does is told, and no row of llama-bench is added.
    @Test func everyRunHasAnAAControl() async throws {
      let tree = try FileTree()
      let outcome = try await Command(
        Self.small + ["-p", "8", "-n", "6", "-d", "4", "--backend", "simd,scalar", "--results", tree.folder]
      ).run()
      #expect(outcome.status == 0 && outcome.text.contains("\nNoise floor "), "\(outcome.err)")
      let path = try #require(try ResultsStore(folder: tree.folder).list().first)
      let run = try ResultsStore.load(path)
      let control = try #require(run.controls?.first)
      #expect(run.controls?.count == 1 && control.group == "bench" && control.pairs == 10)
      #expect(
        control.subject.hasPrefix("tg") && control.subject.hasSuffix(" @ d4")
          && control.label.hasPrefix("simd"))
      let shown = try await Command("show", path, "--section", "model", "-o", "jsonl").run()
      #expect(shown.text.split(separator: "\n").count == 4)
    }

    @Test func oneThreadCountAloneIsNoRow() async throws {
      let outcome = try await Command(
        "model", "-m", Fixture.model, "-t", "1", "--quick", "--no-save", "--backend", "simd"
      ).run()
      #expect(outcome.status == 0 && outcome.text.contains("── Transformer"))
    }

    @Test func showNeedsRows() async throws {
      let tree = try FileTree()
      _ = try await Command(["machine", "--quick", "-t", "1", "--results", tree.folder]).run()
      let path = try #require(try ResultsStore(folder: tree.folder).list().first)
      let outcome = try await Command("show", path, "--section", "model").run()
      #expect(
        outcome.status == 1 && outcome.errorLines.count == 1 && outcome.err.contains("no rows of llama-bench")
      )
    }

    @Test(
      arguments: [
        (["-p", "0", "-n", "0"], "nothing to measure"), (["-p", "1-"], "-p: '1-'"),
        (["-p", ""], "-p is empty"),
        (["-n", "4-1"], "ends before it starts"), (["-d", "1-4*1"], "never grows"), (["-d", "x"], "-d: 'x'"),
        (["-p", "99999999999"], "too large"), (["-p", "1-100000"], "at most 1000"), (["-b", "0"], "-b 0"),
        (["-ub", "0"], "-ub 0"), (["-pg", "8"], "-pg 8"), (["-pg", "8,x"], "-pg 8,x"), (["-r", "0"], "-r 0"),
        (["-r", "x"], "'x'"), (["-t", "1,0"], "-t 0"), (["-ctk", "q4_0"], "use one of: f32, f16, q8_0"),
        (["-ctv", ""], "''"), (["-o", "xml"], "'xml'"), (["-o", "md", "--json"], "give one of them"),
        (["-p", "8", "--quick"], "--quick"), (["-p", "8", "--watts", "5"], "--watts"),
        (["--peer", "other"], "--peer other"), (["--peer", "llama-bench="], "--peer llama-bench="),
        (["--peer", "ik_llama.cpp"], "--peer ik_llama.cpp"), (["--peer", "simd=x"], "--peer simd=x"),
        (["--peer-best"], "needs --peer"),
        (["--peer", "llama-bench", "--peer-limit", "0"], "--peer-limit 0"),
        (["--peer", "llama-bench"], "give -m"), (["-m", "a,,b"], "-m is empty"),
        (["-t", "1,2", "--pin"], "--pin"), (["-p", "1-100", "-d", "1-100"], "10100 rows"),
      ] as [([String], String)])
    func whatIsWrongIsNamedInOneLine(arguments: [String], text: String) async throws {
      let outcome = try await Command(["model", "--no-save"] + arguments).run()
      #expect(outcome.status == 64 && outcome.out.isEmpty && outcome.errorLines.count == 1, "\(outcome.err)")
      #expect(outcome.errorLines.first?.contains(text) == true, "\(outcome.err)")
    }

    @Test func headsThatDoNotFitTheFormatAreNamed() async throws {
      let outcome = try await Command(Self.small + ["-p", "4", "-ctv", "q8_0", "--no-save"]).run()
      #expect(outcome.status == 1 && outcome.errorLines.count == 1)
      #expect(outcome.err.contains("heads of 8 cannot be kept in q8_0"))
    }
  }
}

/// Lists of numbers as llama-bench's own function reads them.
@Suite struct IntegerListTests {
  enum Expected: Decodable {
    case values([Int])
    case invalid

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      self = (try? value.decode([Int].self)).map { .values($0) } ?? .invalid
    }
  }

  @Test func valuesAreLlamaBenchs() throws {
    let file = Fixture.folder.appending(path: "llama-bench-ranges.json")
    let all = try JSONDecoder().decode([String: Expected].self, from: Data(contentsOf: file))
    #expect(all.count > 30)
    for (text, expected) in all {
      let seen = try? IntegerList.parse([text], option: "-p")
      switch expected {
      // llama-bench takes an empty list for its default.
      case .invalid, .values([]): #expect(seen == nil, "'\(text)'")
      case .values(let values): #expect(seen == values, "'\(text)'")
      }
    }
  }

  @Test func repeatedOptionsAddUp() throws {
    #expect(try IntegerList.parse(["1-2", "7,3"], option: "-p") == [1, 2, 7, 3])
    #expect(try IntegerList.parse(["16777216"], option: "-p") == [1 << 24])
    #expect(throws: ValidationError.self) { try IntegerList.parse(["16777217"], option: "-p") }
  }
}
