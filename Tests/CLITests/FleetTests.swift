import FileTrees
import Foundation
import Testing

extension OtherCLITests {
  /// `perwatt fleet` with a client in place of ssh that runs each host's commands here, in a folder of its own.
  /// scripts/check-fleet.sh does the same with real servers.
  @Suite struct FleetTests {
    private let tree: FileTree

    init() throws {
      tree = try FileTree(["/hosts/well/x": "", "/hosts/sick/x": ""])
      try tree.script(Self.client, at: "/bin/ssh")
    }

    /// Keeps what it was asked; `well` brings a stored record, and `sick` is not reached while the file `down` is there.
    private static let client = #"""
      while [ "$1" != "--" ]; do shift; done
      echo "$2" >> "$FLEET/asked"
      if [ "$2" = sick ] && [ -e "$FLEET/down" ]; then echo "ssh: connect: no route" >&2; exit 255; fi
      cd "$FLEET/hosts/$2" || exit 1
      case "$3" in *"tar -cf"*)
        for run in perwatt-fleet/runs/*; do
          mkdir -p "$run/results/m" && cp "$RECORD" "$run/results/m/2026-11-21-x-kernels.json"
        done ;;
      esac
      exec sh -c "$3"
      """#

    private func fleet(_ arguments: [String]) -> Command {
      var command = Command(["fleet", "--results", tree.folder + "/results"] + arguments)
      command.environment = [
        "PATH": "\(tree.folder)/bin:/usr/bin:/bin", "FLEET": tree.folder,
        "RECORD": Fixture.results + "/amd-epyc-2c/2026-11-21-ea47ae2154-kernels.json",
      ]
      return command
    }

    private func records() throws -> Int {
      let names = try FileManager.default.subpathsOfDirectory(atPath: tree.folder + "/results")
      return names.count { $0.hasSuffix("-kernels.json") && !$0.hasPrefix("fleet/") }
    }

    /// /bin/true stands for the program: what it would store, the client puts there.
    @Test func aHostFailsAloneAndIsBegunAgain() async throws {
      try tree.write("", to: "/down")
      let program = ["--binary", "/bin/true"]
      let first = try await fleet(
        program + [
          "--name", "f", "--hosts", "well,sick", "--suite", "kernels", "--", "--filter", "a; touch x",
        ]
      ).run()
      #expect(first.status == 1)
      #expect(
        first.err.contains("error: sick: check: ssh cannot reach it, or lost it: ssh: connect: no route"))
      #expect(first.text.contains("on 2 nodes: 1 done, 1 failed") && first.text.contains("GEMM"))
      #expect(try records() == 1)

      try FileManager.default.removeItem(atPath: tree.folder + "/down")
      try FileManager.default.removeItem(atPath: tree.folder + "/asked")
      let second = try await fleet(program + ["--resume"]).run()
      #expect(second.status == 0, "\(second.err)")
      #expect(second.text.contains("on 2 nodes: 2 done"))
      let asked = try String(contentsOfFile: tree.folder + "/asked", encoding: .utf8)
      #expect(!asked.contains("well") && asked.contains("sick"))
      // Both brought the same bytes, which are one record.
      #expect(try records() == 1)
      let drawn = try await fleet(["--no-run", "--json"]).run()
      let summary = try JSONSerialization.jsonObject(with: drawn.out) as? [String: Any]
      #expect(summary?["done"] as? Int == 2 && summary?["unjudged"] as? Int == 2)
    }

    @Test func aHostOfAnotherArchitectureSaysWhatItNeeds() async throws {
      try tree.script("echo riscv64", at: "/bin/uname")
      let outcome = try await fleet(["--binary", "/bin/true", "--hosts", "well", "--suite", "kernels"]).run()
      #expect(outcome.status == 1)
      #expect(
        outcome.errorLines.count == 1 && outcome.err.contains("well: check: it runs riscv64"),
        "\(outcome.err)")
    }

    /// A compiler that fails, and one that does not come to an end.
    @Test(arguments: [
      (
        "echo 'Building'; echo 'x.swift:1:2: error: no such thing'; echo later; exit 1",
        "error: well: install: the source does not build: x.swift:1:2: error: no such thing; all of it is in "
      ), ("exec sleep 60", "error: well: install: was ended at its time limit; give more with --build-limit"),
    ])
    func aBuildOnAHostThatFailsIsOneLine(compiler: String, words: String) async throws {
      try tree.script(compiler, at: "/bin/swift")
      let outcome = try await fleet([
        "--build", "--build-limit", "1", "--name", "f", "--hosts", "well", "--suite", "kernels",
      ]).run()
      #expect(outcome.status == 1)
      let log = tree.folder + "/results/fleet/f/logs/0-build.log"
      #expect(outcome.errorLines.count == 1 && outcome.err.contains(words), "\(outcome.err)")
      #expect(outcome.err.contains("well: builds; its words are in \(log)"))
      #expect(!words.contains("all of it") || outcome.err.contains(log))
    }

    @Test func whatAProgramMissesOnAHostIsNamed() async throws {
      let missing = """
        case "$3" in *"'--version'"*)
          echo "p: error while loading shared libraries: libsqlite3.so.0: cannot open shared object file: No" >&2
          exit 127 ;;
        esac
        exec sh -c "$3"
        """
      try tree.script(Self.client.replacing(#"exec sh -c "$3""#, with: missing), at: "/bin/ssh")
      let outcome = try await fleet(["--binary", "/bin/true", "--hosts", "well", "--suite", "kernels"]).run()
      #expect(outcome.status == 1 && outcome.errorLines.count == 1)
      #expect(
        outcome.err.contains("well: install: it lacks libsqlite3.so.0, which the program needs: install it"),
        "\(outcome.err)")
    }

    @Test(arguments: [
      [], ["--hosts", "a", "--slurm", "b"], ["--hosts", ""], ["--hosts", "a; touch x"], ["--hosts", "-oX"],
      ["--hosts", "a,a"], ["--hosts", "a", "--nodes", "3"], ["--simulate", "0"],
      ["--resume", "--hosts", "a"],
      ["--resume", "--no-run"], ["--hosts", "a", "--suite", "track"], ["--hosts", "a", "--", "--json"],
      ["--hosts", "a", "--binary", "x", "--build"], ["--hosts", "a", "--folder", ""],
      ["--hosts", "a", "--limit", "0"],
      ["--hosts", "a", "--build-limit", "0"], ["--hosts", "a", "--node-folder", "/tmp"],
      ["--slurm", "b", "--node-folder", "tmp"], ["--hosts", "a", "--parallel", "0"],
      ["--hosts", "a", "--ssh-config", "none"],
      ["--hosts", "a", "--name", "../x"],
      ["--simulate", "9", "--failure-rate", "2"], ["--slurm", ""], ["--hosts", "a", "--gpu-price", "0"],
    ])
    func wrongUsageIsOneLine(arguments: [String]) async throws {
      let outcome = try await fleet(arguments).run()
      #expect(outcome.status == 64, "\(arguments): \(outcome.err)")
      #expect(outcome.errorLines.count == 1)
      #expect(outcome.text.isEmpty)
    }

    @Test(arguments: [
      ["--resume"], ["--no-run", "--name", "none"], ["--hosts", "well", "--binary", "none"],
      ["--slurm", "boards"], ["--simulate", "5"],
    ])
    func whatIsNotThereIsOneLine(arguments: [String]) async throws {
      let outcome = try await fleet(arguments).run()
      #expect(outcome.status == 1, "\(arguments): \(outcome.err)")
      #expect(outcome.errorLines.count == 1, "\(outcome.err)")
    }

    @Test func aFleetOnPaperLosesNobody() async throws {
      let run = Fixture.run
      let outcome = try await fleet([
        "--simulate", "40", "--failure-rate", "0.25", "--sick-rate", "0.05", "--sick-factor", "2", "--replay",
        run, "--json",
      ]).run()
      #expect(outcome.status == 0, "\(outcome.err)")
      struct Simulated: Decodable {
        struct Outcome: Decodable { var nodes, failed, sick, found, lost: Int }
        var outcome: Outcome
      }
      let found = try JSONDecoder().decode(Simulated.self, from: outcome.out).outcome
      #expect(found.nodes == 40 && found.lost == 0 && found.failed > 0 && found.found == found.sick)
    }
  }
}
