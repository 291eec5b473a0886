import FileTrees
import Foundation
import Glibc
import Measurement
import Results
import Testing

@testable import perwatt

extension CLITests {
  /// `--peer` with a script in llama-bench's place.
  @Suite struct PeerTests {
    /// Says what it was asked for, and behaves as `FAKE` tells it.
    static let script = """
      echo "$*" >> "$0.log"
      p=0 n=0 d=0 fa=0 repack=1 help=
      while [ $# -gt 0 ]; do
        case $1 in
          -p) p=$2 ;; -n) n=$2 ;; -d) d=$2 ;; -fa) fa=$2 ;; --repack) repack=$2 ;;
          -pg) p=${2%,*} n=${2#*,} ;;
          --help) help=1 ;;
        esac
        shift
      done
      if [ "$help" ]; then echo "  -fa, --flash-attn <0|1>   --repack <0|1> (default: 1)"; exit 0; fi
      case $FAKE in
        fail) echo loading >&2; echo "no such thing as a model" >&2; exit 3 ;;
        crash) kill -SEGV $$ ;;
        garbage) echo "Segmentation fault, or so"; exit 0 ;;
        nothing) exit 0 ;;
        wrong) p=77 ;;
        hang) echo $$ > "$0.pid"; sleep 100 & wait ;;
        hang-at-decode) if [ $n != 0 ]; then echo $$ > "$0.pid"; sleep 100 & wait; fi ;;
        endless) while :; do echo "this goes on for ever and ever and ever and ever and ever and ever and ever"; done ;;
        no-fused) if [ $fa = 1 ]; then echo "no fused attention" >&2; exit 1; fi ;;
      esac
      echo "a line of its own"
      echo "[ { \\"build_commit\\": \\"abc\\", \\"build_number\\": 7, \\"cpu_info\\": \\"a CPU\\", \\"backends\\": \\"BLAS\\","
      echo "\\"n_prompt\\": $p, \\"n_gen\\": $n, \\"n_depth\\": $d, \\"avg_ts\\": 1.5,"
      echo "\\"samples_ns\\": [ $((4000000000 - 1000000000 * fa - 500000000 * repack)) ] } ]"
      """

    let tree: FileTree
    var path: String { tree.folder + "/llama-bench" }
    var name = "llama-bench"

    init() throws {
      tree = try FileTree()
      try tree.script(Self.script, at: "/llama-bench")
    }

    private func command(_ fake: String, _ more: String...) -> Command {
      var command = Command(
        [
          "model", "-m", Fixture.model, "-t", "1", "-p", "8", "-n", "4", "-r", "3", "--peer",
          "\(name)=\(path)",
        ]
          + more)
      command.environment["FAKE"] = fake
      return command
    }

    private func record(_ fake: String, _ more: String...) async throws -> RunRecord {
      var command = command(fake)
      command.arguments += more + ["--json", "--no-save"]
      let outcome = try await command.run()
      #expect(outcome.status == 0, "\(outcome.err)")
      return try JSONDecoder().decode(RunRecord.self, from: outcome.out)
    }

    private func calls() throws -> [Substring] {
      try String(contentsOfFile: path + ".log", encoding: .utf8).split(separator: "\n")
    }

    @Test func itsOwnTimesStandBesideOurs() async throws {
      let run = try await record("", "-pg", "8,4", "-d", "16", "-ub", "64", "--peer-args", "-x 1")
      #expect(run.validity.reasons.allSatisfy { $0.hasPrefix("debug build") })
      for (measured, row) in zip(run.cases, try #require(run.benches)) {
        let theirs = try #require(measured.alternatives.last)
        #expect(
          theirs.label == "llama-bench" && theirs.samples == [3.5, 3.5, 3.5] && theirs.rounds == [0, 1, 2])
        #expect(theirs.check.value == nil)
        let peer = try #require(row.peer)
        #expect(peer.buildCommit == "abc" && peer.backends == "BLAS" && peer.settings == ["-x", "1"])
      }
      let calls = try calls()
      let rest = "-d 16 -b 2048 -ub 64 -t 1 -ctk f16 -ctv f16 -r 1 -o json -x 1"
      #expect(calls.count == 3 * 4)
      #expect(
        Set(calls)
          == ["-p 8 -n 0", "-p 0 -n 4", "-p 0 -n 0 -pg 8,4"].reduce(into: []) {
            $0.insert("-m \(Fixture.model) \($1) \(rest)")
          })
    }

    @Test func aRelativeHasItsOwnName() async throws {
      var relative = self
      relative.name = "ik_llama.cpp"
      let run = try await relative.record("")
      #expect(run.benches?.allSatisfy { $0.peer?.label == "ik_llama.cpp" } == true)
      #expect(run.cases.allSatisfy { $0.group == "control" || $0.alternatives[1].label == "ik_llama.cpp" })
      #expect(run.protocolUsed.flags["--peer"] == "ik_llama.cpp")
    }

    @Test func theRatioIsPrinted() async throws {
      let outcome = try await command("", "--no-save").run()
      #expect(
        outcome.status == 0 && outcome.text.contains("vs peer") && outcome.text.contains("| llama-bench"))
      let ours = try #require(outcome.text.split(separator: "\n").first { $0.contains("simd") })
      #expect(ours.contains("× ("))
    }

    @Test func theBestSwitchesAreKept() async throws {
      let run = try await record("", "--peer-best")
      #expect(
        run.benches?.map(\.peer?.settings) == Array(repeating: ["-fa", "1", "--repack", "1"], count: 2))
      let rows = run.cases.filter { $0.group != "control" }
      #expect(rows.count == 2 && rows.allSatisfy { $0.alternatives[1].samples == [2.5, 2.5, 2.5] })
      #expect(try calls().count == 1 + 2 * (4 + 3))  // help, then each row
    }

    @Test func switchesThatFailAreLeftOut() async throws {
      let run = try await record("no-fused", "--peer-best")
      #expect(run.benches?.first?.peer?.settings == ["-fa", "0", "--repack", "1"])
    }

    @Test(
      arguments: [
        ("fail", 2, "ended with status 3: no such thing as a model"), ("crash", 2, "was ended by signal 11"),
        ("garbage", 2, "printed 'Segmentation fault, or so' and no results"),
        ("nothing", 2, "printed '' and no results"), ("wrong", 2, "other results than one sample of pp8"),
        ("hang", 1, "still running after 0.300 s"), ("endless", 1, "prints without end"),
      ] as [(String, Int, String)])
    func itsFailureCostsNoFigureOfOurs(fake: String, times: Int, text: String) async throws {
      let outcome = try await command(
        fake, "--no-save", "--peer-limit", fake == "hang" ? "0.3" : "60", "-o", "md"
      ).run()
      #expect(outcome.status == 1)
      // What would happen again is not tried again.
      #expect(outcome.errorLines.count == times, "\(outcome.err)")
      #expect(outcome.errorLines.first?.hasPrefix("error: llama-bench: ") == true)
      #expect(outcome.errorLines.first?.contains(text) == true, "\(outcome.err)")
      let ours = outcome.text.split(separator: "\n").filter { $0.contains("| simd") }
      #expect(ours.count == 2 && ours.allSatisfy { $0.contains(/\d \(\d/) })
      if fake == "hang" { try expectEnded() }
    }

    @Test(arguments: ["llama-bench", "llama-bench=/nowhere/llama-bench", "llama-bench=/usr"])
    func aMissingOneIsNamedOnce(peer: String) async throws {
      var command = command("", "--no-save")
      command.arguments[command.arguments.firstIndex(of: "llama-bench=\(path)")!] = peer
      command.environment["PATH"] = "/nowhere:"
      let outcome = try await command.run()
      #expect(outcome.status == 1 && outcome.errorLines.count == 1, "\(outcome.err)")
      #expect(outcome.err.contains("give --peer llama-bench=PATH"))
      #expect(outcome.text.split(separator: "\n").count { $0.contains("| simd") } == 2)
    }

    @Test func aFormatThatItLacksIsSkipped() async throws {
      let outcome = try await command("", "-ctk", "f32", "--no-save").run()
      #expect(outcome.status == 0 && outcome.text.contains("it has no KV cache in f32"))
      #expect(!FileManager.default.fileExists(atPath: path + ".log"))
    }

    @Test(arguments: [SIGINT, SIGTERM]) func anInterruptEndsItAndKeepsWhatWasMeasured(signal: Int32)
      async throws
    {
      let running = try command("hang-at-decode", "--results", tree.folder + "/results").start()
      // The file is there before its line.
      #expect(try await running.wait { FileManager.default.contents(atPath: path + ".pid")?.last == 10 })
      kill(running.id, signal)
      let outcome = try await running.outcome()
      #expect(outcome.status == 130, "\(outcome.err)")
      try expectEnded()
      let stored = try #require(try ResultsStore(folder: tree.folder + "/results").list().first)
      let record = try ResultsStore.load(stored)
      #expect(record.validity.status == .interrupted)
      #expect(record.benches?.first?.test.name == "pp8" && record.cases[0].alternatives.allSatisfy(\.isTimed))
      #expect(outcome.text.contains("pp8"))
    }

    private func expectEnded() throws {
      let text = try String(contentsOfFile: path + ".pid", encoding: .utf8)
      let id = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
      #expect(kill(id, 0) != 0 && errno == ESRCH)
    }

    @Test func switchesAreFoundInTheHelp() {
      let both = ["0", "1"]
      #expect(
        Peer.combinations(help: "  -fa, --flash-attn <0|1>\n  -rtr, --run-time-repack <0|1>")
          == both.flatMap { a in both.map { ["-fa", a, "-rtr", $0] } })
      #expect(Peer.combinations(help: "--repack <0|1>") == [["--repack", "0"], ["--repack", "1"]])
      #expect(Peer.combinations(help: "-fap --repacking") == [[]])
    }
  }
}
