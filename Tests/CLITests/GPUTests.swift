import FileTrees
import Foundation
import Judgement
import Testing

extension CLITests {
  /// Runs of Benchmarks/gpu/reference.py beside those of perwatt.
  @Suite struct GPUTests {
    private static let gpu = Fixture.folder.appending(path: "gpu-run.json").path

    /// The same run as a board's would be: cases of other names, one sequence at a time.
    private func board(_ tree: FileTree) throws -> String {
      let text = try String(contentsOfFile: Self.gpu, encoding: .utf8)
      try tree.write(
        Data(text.replacing("torch.", with: "").replacing("made-up-gpu", with: "made-up-board").utf8),
        to: "/board.json")
      return tree.folder + "/board.json"
    }

    @Test func itIsShown() async throws {
      let text = try await Command("show", Self.gpu).run().text
      #expect(text.contains("Device        Made-up GPU · 8 GiB · driver 1.2.3 · limit 250 W · PyTorch"))
      for part in ["torch:cuda b8", "GEMM f32", "device memory, read", "gpu-only", "CUDA graph"] {
        #expect(text.contains(part), "\(part)")
      }
      #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    @Test func modelsStandSideBySide() async throws {
      let tree = try FileTree()
      let board = try board(tree)
      let outcome = try await Command("compare", board, Self.gpu).run()
      #expect(outcome.status == 0 && outcome.err.isEmpty, "\(outcome.err)")
      #expect(outcome.text.contains("gpu-run beside board") && outcome.text.contains("1.00×"))
      let json = try await Command("compare", board, Self.gpu, "--json").run()
      let sides = try JSONDecoder().decode(SideBySide.self, from: json.out)
      #expect(sides.blocks.map(\.phase) == [.prefill, .decode])
      for row in sides.blocks.flatMap(\.rows) { #expect(row.ratio == nil || row.ratio?.value?.value == 1) }
      // Nothing is judged, so that no gate opens.
      #expect(try await Command("compare", board, Self.gpu, "--gate").run().status == 3)
    }

    @Test func withoutAModelInCommonNothingIsCompared() async throws {
      let outcome = try await Command("compare", Fixture.run, Self.gpu).run()
      #expect(outcome.status == 1 && outcome.err.contains("have no case with a backend in common"))
    }

    @Test func claimsSetItBesideABoards() async throws {
      let text = try await Command("claims", "K1", "K4", "--run", Fixture.run, "--gpu", Self.gpu, "--json")
        .run()
        .text
      #expect(text.contains("Measured, Made-up GPU, stories-260k, f32: batch 1 "))
      #expect(text.contains("0.4 J/tok; 8 ") && text.contains("(GPU only; batching alone 8x)"))
      #expect(text.contains("Measured, Made-up GPU ÷ one thread here, f32: "))
      let wrong = try await Command("claims", "--run", Self.gpu).run()
      #expect(wrong.status == 1 && wrong.err.contains("claims takes a GPU's as --gpu"))
      let board = try await Command("claims", "--run", Fixture.run, "--gpu", Fixture.run).run()
      #expect(board.status == 1 && board.err.contains("is no run of a GPU"))
    }
  }
}
