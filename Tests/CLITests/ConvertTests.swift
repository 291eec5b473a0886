import FileTrees
import Foundation
import Testing

extension OtherCLITests {
  @Suite struct ConvertTests {
    private func convert(_ arguments: [String]) async throws -> Command.Outcome {
      try await Command(["convert", Fixture.model, "--to", "q8_0"] + arguments).run()
    }

    @Test func theConvertedModelRuns() async throws {
      let tree = try FileTree()
      let path = tree.folder + "/m-q8_0.gguf"
      let outcome = try await convert(["-o", path, "-t", "2"])
      #expect(outcome.status == 0 && outcome.out.isEmpty)
      #expect(outcome.err.contains("F16 instead of Q8_0 for blk.0.ffn_down.weight (rows of 172) and 4 more"))
      #expect(outcome.err.contains("9.97 bits per weight; before 1.12 MiB, 32.00 bits per weight"))
      let golden = try Fixture.golden()[0]
      let text = try await Command("generate", "-m", path, "-p", golden.prompt, "-n", "20").run().text
      #expect(golden.text.hasPrefix(text.dropLast().prefix(20)))
    }

    @Test func whatIsThereStaysWithoutForce() async throws {
      let tree = try FileTree(["/m.gguf": "mine"])
      let path = tree.folder + "/m.gguf"
      let refused = try await convert(["-o", path])
      #expect(refused.status == 1 && refused.errorLines.count == 1)
      #expect(refused.err.contains("\(path): exists already; name another file or give --force"))
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
      #expect(try await convert(["-o", path, "--force"]).status == 0)
      let again = try await Command("convert", path, "--to", "f16", "-o", path, "--force").run()
      #expect(again.status == 1 && again.err.contains("is the input itself"))
    }

    @Test func aFullDiskLeavesNothing() async throws {
      let tree = try FileTree()
      let process = Process()
      process.executableURL = URL(filePath: "/bin/bash")
      let command = "ulimit -f 100; exec \(Command.binary.path) convert \(Fixture.model) --to q8_0 -o m.gguf"
      process.arguments = ["-c", command]
      process.currentDirectoryURL = URL(filePath: tree.folder)
      let errors = Pipe()
      process.standardError = errors
      try process.run()
      let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationReason == .exit && process.terminationStatus == 1)
      #expect(text.contains("Error: m.gguf: is larger than a file may be here"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: tree.folder).isEmpty)
    }
  }
}
