import FileTrees
import Foundation
import Quantities
import Results
import Testing

extension CLITests {
  @Suite struct MeasureTests {
    /// The record that a command prints with `--json`.
    private func record(_ arguments: String...) async throws -> RunRecord {
      let outcome = try await Command(arguments + ["--quick", "--json", "--no-save"]).run()
      #expect(outcome.status == 0, "\(outcome.err)")
      let record = try JSONDecoder().decode(RunRecord.self, from: outcome.out)
      // Tests run the debug build, which is no basis for figures; nothing else is wrong, but for a restless machine.
      let restless = try #require(record.conditions).findings
      let reasons = record.validity.reasons.filter { !restless.contains($0) }
      #expect(reasons.allSatisfy { $0.hasPrefix("debug build") })
      let isValid = record.origin.buildConfiguration != "debug" && restless.isEmpty
      #expect(record.validity.status == (isValid ? .valid : .invalid))
      #expect(record.noise != nil)
      return record
    }

    private func expectChecked(_ cases: [CaseRecord]) {
      for alternative in cases.flatMap(\.alternatives) {
        #expect(alternative.isTimed && alternative.samples.count >= 2, "\(alternative.label)")
        #expect(alternative.check.value?.passed == true, "\(alternative.label)")
      }
    }

    @Test func kernelsAreCheckedAndTimed() async throws {
      let run = try await record("kernels", "--filter", "rmsnorm", "-t", "1")
      #expect(Set(run.peaks.map(\.name)) == ["fma", "read"])
      #expect(run.peaks.allSatisfy { ($0.figure.value?.value ?? 0) > 0 })
      let kernels = run.cases.filter { $0.group == "kernel" }
      #expect(kernels.map(\.id) == ["kernel.rmsnorm.f32.512x2048"])
      #expect(kernels[0].alternatives.contains { $0.label == "scalar" })
      #expect(kernels[0].alternatives.count >= 2)
      expectChecked(kernels)
      #expect(run.protocolUsed.threads == 1 && run.origin.suite == "kernels-quick")
    }

    @Test func pinnedThreadsAndTheirForksAreRecorded() async throws {
      let run = try await record("kernels", "--filter", "forkjoin", "-t", "2", "--pin")
      let forks = run.cases.filter { $0.group == "threads" }
      #expect(forks.map(\.id) == ["threads.forkjoin.2"])
      expectChecked(forks)
      #expect(run.protocolUsed.cpus?.count == 2 && run.protocolUsed.flags["--pin"] == "true")
    }

    @Test func unpinnedThreadsHaveNoCPUs() async throws {
      #expect(try await record("machine", "-t", "1").protocolUsed.cpus == nil)
    }

    @Test func theMachineHasPeaksForOneThreadAndAll() async throws {
      let run = try await record("machine", "-t", "2")
      #expect(run.peaks.map(\.threads) == [1, 1, 2, 2])
      #expect(run.cases.count { $0.group == "machine" } == 4)
    }

    /// Every run tells how much noise it saw, and what happened beside its times.
    @Test func everyRunHasAControlAndCounts() async throws {
      let run = try await record("kernels", "--filter", "rmsnorm", "-t", "1")
      let control = try #require(run.controls?.first)
      #expect(run.controls?.count == 1 && control.group == "kernel")
      #expect(control.caseID == "control.kernel.rmsnorm.f32.512x2048")
      let sides = try #require(run.cases.first { $0.id == control.caseID }).alternatives
      #expect(sides.map(\.label) == ["control:a", "control:b"])
      expectChecked(run.cases.filter { $0.id == control.caseID })
      for measured in run.cases {
        #expect((measured.peakMemory?.value?.value ?? 0) > 1e6)
        for alternative in measured.alternatives {
          let counts = try #require(alternative.counts)
          #expect((counts[.minorFaults].value ?? -1) >= 0 && (counts[.involuntarySwitches].value ?? -1) >= 0)
          #expect(counts[.cycles].value != nil || !(counts[.cycles].reason ?? "").isEmpty)
        }
      }
      #expect((run.peakMemory?.value?.value ?? 0) > 1e6 && run.sustained == nil)
    }

    @Test func theFastestRunsOnWhereAsked() async throws {
      let run = try await record("kernels", "--filter", "rmsnorm", "-t", "1", "--sustain", "0.5s")
      let kernel = try #require(run.cases.first { $0.group == "kernel" })
      let sustained = try #require(run.sustained?.first)
      #expect(run.sustained?.count == 1 && sustained.caseID == kernel.id)
      #expect(sustained.duration == Seconds(0.5) && run.protocolUsed.flags["--sustain"] == "0.5")
      #expect(kernel.alternatives.best?.label == sustained.label && sustained.note == nil)
      #expect(!sustained.intervals.isEmpty && sustained.intervals.allSatisfy { $0.iterations > 0 })
      #expect((sustained.ratioToBurst.value?.value ?? 0) > 0)
    }

    @Test func aModelHasSpeedsAndEnergy() async throws {
      let run = try await record("model", "-m", Fixture.model, "--backend", "scalar,simd", "--watts", "45")
      let cases = run.cases.filter { $0.group == "model" }
      #expect(cases.map(\.id) == ["prefill.stories260k-f32.f32.p32", "decode.stories260k-f32.f32.d32"])
      #expect(cases.allSatisfy { $0.alternatives.count == 2 && $0.alternatives[0].label == "scalar" })
      expectChecked(cases)
      let model = try #require(run.models.first)
      #expect(model.source == .file && model.backends.count == 2)
      #expect(run.controls?.map(\.group) == ["model"])
      for backend in model.backends {
        #expect(backend.phases[0].allocationsPerToken == nil)
        #expect((backend.phases[1].allocationsPerToken?.value ?? -1) >= 0)
      }
      // SIMD kernels write into buffers that are there.
      #expect(model.backends[1].phases[1].allocationsPerToken == .measured(0))
      #expect(run.energy.count == 4)
      for energy in run.energy {
        let figure = try #require(energy.energy.value)
        #expect(figure.perToken.low <= figure.perToken.high && figure.perToken.central.value > 0)
        #expect(!figure.origin.boundary.isEmpty && !figure.origin.tier.isEmpty)
      }
    }

    /// Products with int8 activations are another arithmetic than the scalar backend's, and yet checked.
    @Test func aQuantisedModelPassesItsChecks() async throws {
      let path = Fixture.folder.appending(path: "tiny-mixed.gguf").path
      let run = try await record("model", "-m", path, "--backend", "scalar,simd")
      let cases = run.cases.filter { $0.group == "model" }
      #expect(cases.count == 2 && cases.allSatisfy { $0.alternatives.count == 2 })
      expectChecked(cases)
    }

    @Test func claimsAreJudged() async throws {
      let run = try await record(
        "claims", "--measure", "-m", Fixture.model, "--price", "80", "--usd-per-kwh", "0.30")
      #expect(run.claims.map(\.id) == (1...24).map { "K\($0)" })
      #expect(run.costs?.assumptions.dollarsPerKilowattHour == 0.30 && run.costs?.rows.isEmpty == false)
      #expect(run.cases.contains { $0.group == "scaling" && $0.alternatives.allSatisfy(\.isTimed) })
      for claim in run.claims {
        #expect(!claim.finding.verdict.isEmpty && !claim.source.isEmpty, "\(claim.id)")
        #expect(
          claim.finding.references.allSatisfy { !$0.figure.isEmpty && !$0.source.isEmpty }, "\(claim.id)")
        #expect(claim.finding.basis?.measured.isEmpty == false, "\(claim.id)")
      }
    }
  }

  @Suite struct StoringTests {
    static let machine = ["machine", "--quick", "-t", "1"]

    private func stored(_ folder: String) throws -> [String] { try ResultsStore(folder: folder).list() }

    @Test func theStoredFileIsThePrintedRecord() async throws {
      let tree = try FileTree()
      let folder = tree.folder + "/a/b"
      let outcome = try await Command(Self.machine + ["--json", "--results", folder]).run()
      let path = try #require(try stored(folder).first)
      #expect(outcome.status == 0 && outcome.err.contains("stored in \(path)"))
      #expect(try Data(contentsOf: URL(filePath: path)) == outcome.out)
    }

    @Test func aSecondRunLeavesTheFirstAlone() async throws {
      let tree = try FileTree()
      let command = Command(Self.machine + ["--results", tree.folder])
      _ = try await command.run()
      let first = try #require(try stored(tree.folder).first)
      let before = try Data(contentsOf: URL(filePath: first))
      _ = try await command.run()
      #expect(try stored(tree.folder).count == 2)
      #expect(try Data(contentsOf: URL(filePath: first)) == before)
    }

    @Test func nothingIsStoredWhereNotWanted() async throws {
      let wanted = try Command(Self.machine).start()
      #expect(try await wanted.outcome().status == 0)
      #expect(try wanted.leftovers() == ["results"])
      for refused in [["--no-save"], ["--backend", "nope", "kernels"], ["kernels", "--filter", "nope"]] {
        let name = refused.first == "--no-save" ? Self.machine : ["kernels", "--quick", "-t", "2000"]
        let running = try Command(name + refused).start()
        _ = try await running.outcome()
        #expect(try running.leftovers().isEmpty)
      }
    }

    @Test(arguments: ["/file", "/file/below"]) func aFileInTheWayCostsNoTable(path: String) async throws {
      let tree = try FileTree(["/file": "not a folder"])
      let outcome = try await Command(Self.machine + ["--results", tree.folder + path]).run()
      #expect(outcome.status == 1 && outcome.text.contains("GFLOP/s"))
      #expect(outcome.err.contains("\(tree.folder)/file: a file is where a folder is needed"))
      #expect(!outcome.err.contains("stored in"))
    }

    @Test func aFolderThatCannotBeMadeCostsNoTable() async throws {
      let outcome = try await Command(Self.machine + ["--results", "/proc/nope"]).run()
      #expect(outcome.status == 1 && outcome.text.contains("GFLOP/s"))
      #expect(outcome.err.contains("/proc/nope: not writable"))
    }
  }
}
