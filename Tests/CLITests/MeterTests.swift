import FileTrees
import Foundation
import Quantities
import Results
import Testing

extension CLITests {
  /// Energy, from the options to the record. `--root` puts other sensors in the place of the machine's.
  @Suite struct MeterTests {
    private static let model = [
      "model", "-m", Fixture.model, "--backend", "simd", "-t", "1", "--quick", "--no-save", "--json",
    ]
    private static let powercap = "/sys/class/powercap/intel-rapl:0"

    private func run(_ arguments: [String]) async throws -> RunRecord {
      let outcome = try await Command(arguments).run()
      #expect(outcome.status == 0, "\(outcome.err)")
      return try JSONDecoder().decode(RunRecord.self, from: outcome.out)
    }

    private func figures(_ arguments: String...) async throws -> [EnergyFigure] {
      let run = try await run(Self.model + arguments)
      #expect(run.energy.map(\.phase) == [.prefill, .decode])
      for row in run.energy {
        let work = try #require(row.countedWork)
        #expect(work.perToken.low < work.perToken.high && work.perToken.low.value > 0)
        #expect(work.origin.tier == "proxy" && work.assumption.contains("Horowitz"))
      }
      return try run.energy.map { try #require($0.energy.value, "\($0.energy)") }
    }

    @Test func aCommandsWattsAreIntegratedBetweenTwoIdleWindows() async throws {
      for figure in try await figures("--meter-command", "echo 12.5") {
        #expect(
          figure.origin
            == EnergyOrigin(source: "the user's meter by echo", boundary: "wall", tier: "measured"))
        let power = figure.perToken.central.value * figure.tokens.value / figure.window.value
        #expect(abs(power - 12.5) < 1e-3 * 12.5)
        let metering = try #require(figure.metering)
        #expect(metering.idleBefore.value.map { abs($0.value - 12.5) < 1e-6 } == true)
        #expect(metering.idleAfter.value.map { abs($0.value - 12.5) < 1e-6 } == true)
        #expect((metering.readings ?? 0) > 0 && figure.window >= Seconds(2))
        // A quick look does not wait for a hundred readings, and says so.
        #expect(figure.problems.count == 1 && figure.problems[0].hasPrefix("window too short"))
        #expect(figure.netPerToken.reason?.contains("no more power") == true)
      }
    }

    @Test func aFilesWattsAreIntegrated() async throws {
      let tree = try FileTree()
      let now = Int(Date().timeIntervalSince1970)
      // Written beforehand, for as long as the run may take.
      let rows = (-2400...2400).map { "\(Double(now) + Double($0) / 40),8\n" }.joined()
      try tree.write("timestamp,watts\n" + rows, to: "/plug.csv")
      for figure in try await figures("--meter-csv", tree.folder + "/plug.csv") {
        #expect(figure.origin.source == "the user's meter, plug.csv" && figure.origin.boundary == "wall")
        #expect(abs(figure.perToken.central.value * figure.tokens.value / figure.window.value - 8) < 0.008)
      }
    }

    @Test func onePowerNeedsNoWindow() async throws {
      for figure in try await figures("--watts", "12") {
        #expect(figure.origin.tier == "estimated" && figure.origin.boundary == "wall")
        #expect(figure.metering == nil && figure.assumptions.count == 1)
        #expect(abs(figure.perToken.central.value * figure.tokens.value / figure.window.value - 12) < 1e-9)
      }
    }

    /// The machine says that it is a board of the catalogue: its published power, by measured utilisation.
    @Test func withoutASensorTheCataloguesPowerIsTaken() async throws {
      let tree = try FileTree(["/proc/device-tree/model": "Raspberry Pi 5 Model B Rev 1.0\u{0}"])
      try FileManager.default.createSymbolicLink(
        atPath: tree.folder + "/proc/stat", withDestinationPath: "/proc/stat")
      for figure in try await figures("--root", tree.folder) {
        #expect(figure.origin.source.hasPrefix("proxy, not measured: Raspberry Pi 5, by its CPUs'"))
        #expect(figure.origin.boundary == "wall" && figure.origin.tier == "proxy" && figure.metering == nil)
        let watts = figure.perToken.low.value * figure.tokens.value / figure.window.value
        #expect(watts > 2.799 && watts < 9.701 && figure.perToken.low < figure.perToken.high)
        #expect(figure.assumptions[0].contains("idle 2.8 W (wall) [P], github.com/geerlingguy/sbc-reviews"))
      }
    }

    @Test func metersAreListedWithTheCommandThatGrantsThem() async throws {
      let tree = try FileTree(["\(Self.powercap)/name": "package-0\n"])
      try tree.deny("\(Self.powercap)/energy_uj")
      let machine = ["machine", "--quick", "--no-save", "-t", "1", "--root", tree.folder]
      let listed = try #require(try await run(machine + ["--json"]).meters)
      #expect(
        Set(listed.map(\.name)).isSuperset(of: ["rapl-perf", "rapl-powercap", "ina", "pi5", "battery"]))
      #expect(listed.allSatisfy { $0.origin.value == nil && $0.isAbsent == ($0.name != "rapl-powercap") })
      let text = try await Command(machine).run().text.split(whereSeparator: \.isWhitespace)
        .joined(separator: " ")
      #expect(text.contains("! rapl-powercap RAPL: \(Self.powercap)/energy_uj: permission denied;"))
      #expect(text.contains("sudo chmod a+r \(Self.powercap)/energy_uj") && text.contains("– battery "))
      #expect(text.contains("energy is a proxy, unless --watts, --meter-csv or --meter-command"))
    }

    @Test func aMeterThatCannotBeHadStopsTheRunBeforeItBegins() async throws {
      let tree = try FileTree(["/old.csv": "1,5\n2,5\n"])
      let cases: [([String], Int32, String)] = [
        (["--meter", "nonsense"], 1, "--meter: no meter is called 'nonsense': give one of rapl-perf"),
        (["--meter", "battery", "--root", tree.folder], 1, "--meter: /sys/class/power_supply: no battery"),
        (["--meter-command", "echo off"], 1, "--meter-command: it printed 'off'"),
        (["--meter-command", "exit 7"], 1, "--meter-command: it ended with status 7"),
        (["--meter-csv", tree.folder + "/none.csv"], 1, "/none.csv: no such file"),
        (["--meter-csv", tree.folder + "/old.csv"], 1, "has to write while the run goes on"),
        (["--meter-csv", ""], 64, "--meter-csv is empty"),
        (["--watts", "5", "--meter", "ina"], 64, "--watts and --meter exclude each other"),
      ]
      for (arguments, status, message) in cases {
        let outcome = try await Command(Self.model + arguments).run()
        #expect(outcome.status == status && outcome.out.isEmpty, "\(arguments): \(outcome.err)")
        let line = outcome.errorLines.first ?? ""
        #expect(outcome.errorLines.count == 1 && line.contains(message), "\(arguments): \(outcome.err)")
        #expect(!outcome.err.contains("prefill"))
      }
    }
  }
}
