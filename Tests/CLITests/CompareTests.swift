import FileTrees
import Foundation
import Judgement
import Testing

extension OtherCLITests {
  @Suite struct CompareTests {
    private static let before = Fixture.folder.appending(path: "compare-before.json").path
    private static let after = Fixture.folder.appending(path: "compare-after.json").path

    private func comparison(_ arguments: String...) async throws -> Comparison {
      let outcome = try await Command(["compare", "--json"] + arguments).run()
      #expect(outcome.status == 0, "\(outcome.err)")
      return try JSONDecoder().decode(Comparison.self, from: outcome.out)
    }

    @Test func twoRunsAreComparedCaseByCase() async throws {
      let found = try await comparison(Self.before, Self.after)
      #expect(found.reference == "compare-before" && found.candidate == "compare-after")
      #expect(
        found.rows.map(\.id) == [
          "kernel.gemm.f32.512x512x512", "kernel.gemm.f32.512x512x512", "kernel.rmsnorm.f32.512x2048",
        ])
      #expect(found.rows.map(\.verdict) == [.slower, .slower, .same])
      #expect(abs(found.rows[0].interval!.ratio - 4 / 3) < 1e-9)
      #expect(found.differences.contains { $0.hasSuffix("→ Another CPU") })
      #expect(found.differences.contains("Commit: aaaaaaaaaa → bbbbbbbbbb with local changes"))
      #expect(found.notes.count == 2 && found.notes.allSatisfy { $0.contains("kernel.gemv.f32.2048x2048") })
    }

    @Test func theTableSaysWhatTheNumbersSay() async throws {
      let outcome = try await Command("compare", Self.before, Self.after).run()
      #expect(outcome.status == 0 && outcome.err.isEmpty)
      #expect(outcome.text.contains("0 faster, 2 slower, 1 same, 0 undecided"))
      #expect(outcome.text.contains("What else differs"))
      #expect(outcome.text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    @Test func theGateIsClosedOnlyForWhatIsSlower() async throws {
      #expect(try await Command("compare", Self.before, Self.after, "--gate").run().status == 2)
      #expect(try await Command("compare", Self.after, Self.before, "--gate").run().status == 0)
      #expect(
        try await Command("compare", Self.before, Self.after, "--gate", "--floor", "50").run().status == 0)
    }

    @Test func backendsOfOneRunAreCompared() async throws {
      let there = try await comparison(Self.before, "--backend", "openblas,simd:avx2")
      let back = try await comparison(Self.before, "--backend", "simd:avx2,openblas")
      #expect(there.rows.map(\.id) == ["kernel.gemm.f32.512x512x512", "kernel.gemv.f32.2048x2048"])
      for (a, b) in zip(there.rows, back.rows) {
        #expect(abs(a.interval!.ratio * b.interval!.ratio - 1) < 1e-9)
      }
    }

    @Test func foldersAreSetsAndSkipWhatIsDamaged() async throws {
      let tree = try FileTree()
      for index in 1...3 {
        try tree.write(
          try Data(contentsOf: URL(filePath: Self.before)), to: "/old/2026-01-0\(index)-a-run.json")
        try tree.write(
          try Data(contentsOf: URL(filePath: Self.after)), to: "/new/2026-01-0\(index)-b-run.json")
      }
      try tree.write(Data("{".utf8), to: "/new/2026-01-04-b-run.json")
      try tree.write(Data("{".utf8), to: "/new/machine.json")
      let outcome = try await Command("compare", "--json", tree.folder + "/old", tree.folder + "/new").run()
      #expect(outcome.status == 0)
      #expect(outcome.err.split(separator: "\n").count == 1 && outcome.err.contains("2026-01-04-b-run.json"))
      let found = try JSONDecoder().decode(Comparison.self, from: outcome.out)
      #expect(found.basis.hasPrefix("each run is one figure") && found.rows.map(\.count) == [3, 3, 3])
    }

    @Test func whatCannotBeComparedIsRefusedInOneLine() async throws {
      let tree = try FileTree()
      var text = try String(contentsOfFile: Self.before, encoding: .utf8)
      text.replace(/"minimum_sample_s":[0-9.]+/, with: "\"minimum_sample_s\":0.5")
      try tree.write(Data(text.utf8), to: "/other.json")
      try tree.write(Data("{\"schema_version\":99}".utf8), to: "/newer.json")
      try tree.write(Data(), to: "/empty/none")
      let cases: [([String], String)] = [
        ([Self.before, tree.folder + "/other.json"], "not measured alike"),
        ([Self.before, tree.folder + "/newer.json"], "schema_version 99"),
        ([Self.before, "/nowhere.json"], "no such file"),
        ([Self.before, tree.folder + "/empty"], "no stored run there"),
        ([Self.before, "--backend", "simd:avx2,nope"], "no case was timed with the backend 'nope'"),
        (["\(Self.before),\(Self.after)", "--backend", "simd:avx2,openblas"], "within one run"),
      ]
      for (arguments, words) in cases {
        let outcome = try await Command(["compare"] + arguments).run()
        #expect(outcome.status == 1 && outcome.out.isEmpty, "\(arguments)")
        #expect(outcome.errorLines.count == 1 && outcome.err.contains(words), "\(outcome.err)")
      }
    }

    @Test(arguments: [
      [before], [before, after, "--backend", "a,b"], [before, "--backend", "a"],
      [before, "--backend", "a,a"],
      [before, after, "--floor", "-1"], [],
    ])
    func wrongUsageIs64(arguments: [String]) async throws {
      #expect(try await Command(["compare"] + arguments).run().status == 64)
    }
  }
}
