import FileTrees
import Foundation
import Kernels
import Testing

extension OtherCLITests {
  /// Whatever is wrong, users get one line that names it, and no data.
  @Suite struct BadInputTests {
    static func generate(_ more: String...) -> [String] {
      ["generate", "-m", Fixture.model, "-p", "Once"] + more
    }
    static func kernels(_ more: String...) -> [String] {
      ["kernels", "--quick", "--no-save", "-t", "1"] + more
    }
    static func logits(_ tokens: String) -> [String] { ["logits", "-m", Fixture.model, "--tokens", tokens] }

    private func expectOneLine(_ arguments: [String], code: Int32, _ text: String) async throws {
      let outcome = try await Command(arguments).run()
      #expect(outcome.status == code)
      #expect(outcome.out.isEmpty)
      #expect(outcome.errorLines.count == 1, "\(outcome.err)")
      #expect(outcome.errorLines.first?.contains(text) == true, "\(outcome.err)")
      #expect(!outcome.err.contains("Fatal error") && !outcome.err.contains("Stack dump"))
      if code == 1 {
        let others = outcome.err.split(separator: "\n").dropLast()
        #expect(others.isEmpty || arguments.first == "kernels", "\(outcome.err)")
      }
    }

    @Test(
      arguments: [
        (generate("-n", "0"), 64, "-n 0"), (generate("-t", "0"), 64, "-t 0"),
        (generate("-t", "x"), 64, "'x'"),
        (generate("-t", "99999"), 64, "1 to 1024"), (generate("-p", ""), 64, "-p is empty"),
        (generate("--temperature", "nan"), 64, "--temperature nan"),
        (generate("--temperature=-1"), 64, "--temperature -1"),
        (generate("--top-k=-1"), 64, "--top-k -1"), (generate("--top-p", "0"), 64, "--top-p 0.0"),
        (generate("--min-p", "2"), 64, "--min-p 2.0"), (generate("--stop", ""), 64, "--stop is empty"),
        (generate("--repeat-penalty", "0"), 64, "--repeat-penalty 0.0"),
        (generate("--repeat-last-n=-1"), 64, "--repeat-last-n -1"), (generate("-c", "0"), 64, "-c 0"),
        (generate("-k", "2"), 64, "-k is for --draft FILE"),
        (generate("--draft", ""), 64, "--draft is empty"),
        (generate("--draft", Fixture.model, "-k", "0"), 64, "-k 0"),
        (generate("--draft", "/nope.gguf"), 1, "/nope.gguf: no such file"),
        (generate("-c", "513"), 1, "-c 513: the model's context is 512"),
        (generate("-c", "2"), 1, "the prompt has 2 tokens, -c gives room for 2"),
        (generate("-ctk", "q9"), 64, "'q9'"), (generate("-ctv", "q8_0"), 1, "-ctv q8_0 needs heads of"),
        (generate("-f", "x"), 64, "-p and -f exclude each other"),
        (generate("--system", "x"), 64, "--system"),
        (["generate", "-m", Fixture.model], 64, "nothing to continue: give one of -p TEXT"),
        (["generate", "-m", Fixture.model, "-p", "-"], 1, "-p -: nothing came from standard input"),
        (["generate", "-m", Fixture.model, "-f", "/nope"], 1, "-f /nope: cannot be read"),
        (["generate", "-m", Fixture.model, "-f", "/"], 1, "-f /: cannot be read"),
        (["generate", "-m", Fixture.model, "-f", Fixture.model], 1, "the text is not UTF-8"),
        (["generate", "-m", Fixture.model, "--chat", "x"], 1, "lacks tokenizer.chat_template"),
        (generate("--backend", "nope"), 1, "'nope'"), (generate("--backend", "openblas:nope"), 1, "nope"),
        (generate("-p", String(repeating: "a b ", count: 600)), 1, "the model's context 512"),
        (logits("1,512"), 1, "token 512 is outside the vocabulary of 512"),
        (["logits", "-m", Fixture.model, "--tokens=-1"], 1, "token -1 is outside"),
        (logits("1,-1"), 1, "token -1 is outside"), (logits("1,a"), 64, "'a' is not a token id"),
        (logits(""), 64, "'' is not a token id"), (logits("1,,2"), 64, "'' is not a token id"),
        (logits("99999999999999999999"), 64, "'99999999999999999999' is not"),
        (logits((0..<513).map { _ in "1" }.joined(separator: ",")), 1, "513 tokens"),
        (["model", "--preset", "nope", "--no-save"], 1, "'nope'"),
        (["model", "--preset", "stories-15m", "-m", Fixture.model], 64, "exclude each other"),
        (["model", "-m", "", "--no-save"], 64, "-m is empty"),
        (["model", "--watts=-1"], 64, "--watts -1"), (["model", "--watts", "nan"], 64, "--watts nan"),
        (["claims", "--price", "0"], 64, "--price 0"), (["claims", "--pue", "0.9"], 64, "--pue 0.9"),
        (["claims", "--utilisation", "1.1"], 64, "--utilisation 1.1"),
        (["claims", "--lifetime", "nan"], 64, "--lifetime nan"), (["claims", "K25"], 64, "called 'K25'"),
        (["claims", "--quick"], 64, "--quick is for a measurement: add --measure"),
        (["claims", "--measure", "K4"], 64, "--measure judges all claims"),
        (["claims", "--run", "/nope"], 1, "/nope: no such file"),
        (["hardware", "nope"], 64, "no machine is called 'nope'; use one of: a100"),
        (["hardware", "--hardware", "/nope"], 1, "/nope: cannot be read"),
        (["hardware", "--hardware", Fixture.model], 1, "not whole JSON"),
        (["project"], 64, "name a machine with --to"), (["project", "--to", "nope"], 64, "called 'nope'"),
        (["project", "--to", "h100-sxm", "--validate"], 64, "exclude each other"),
        (["project", "--to", "h100-sxm", "--model", "x"], 64, "no shape is called 'x'"),
        (["project", "--to", "h100-sxm", "--type", "q9"], 64, "'q9' is no format"),
        (["project", "--to", "h100-sxm", "--context", "0"], 64, "--context 0"),
        (["project", "--to", "iphone-16-pro", "--run", Fixture.run], 1, "no bandwidth of iPhone 16 Pro"),
        (kernels("--sustain", "0"), 64, "--sustain: '0' is no duration"),
        (kernels("--sustain", "5x"), 64, "--sustain: '5x' is no duration"),
        (["model", "-m", Fixture.model, "-p", "8", "--sustain", "5m"], 64, "--sustain: rows of llama-bench"),
        (["model", "-m", Fixture.model, "-p", "8", "--counts"], 64, "--counts: the table of llama-bench"),
        (kernels("--filter", "nope"), 1, "--filter nope"), (kernels("--backend", "nope"), 1, "'nope'"),
        (kernels("--backend", "simd,simd"), 1, "twice"), (kernels("--backend", ""), 64, "--backend is empty"),
        (["machine", "--results", ""], 64, "--results is empty"),
        (["convert", Fixture.model, "--to", "q9", "-o", "x"], 64, "'q9'"),
        (["convert", Fixture.model, "--to", "q8_0", "-o", ""], 64, "-o is empty"),
        (["convert", "", "--to", "q8_0", "-o", "x"], 64, "the input's name is empty"),
        (["convert", "/none.gguf", "--to", "q8_0", "-o", "x"], 1, "/none.gguf: no such file"),
        (
          ["convert", Fixture.model, "--to", "f16", "-o", "/none/x"], 1,
          "/none/x: cannot be written: there is no"
        ),
        (["convert", Fixture.model, "--to", "f16", "-o", "/dev/null", "--force"], 1, "not a regular file"),
        (["nope"], 64, "'nope'"), (["--nope"], 64, "'--nope'"),
      ] as [([String], Int32, String)])
    func isNamedInOneLine(arguments: [String], code: Int32, text: String) async throws {
      try await expectOneLine(arguments, code: code, text)
    }

    @Test func whatCanBeChosenIsListed() async throws {
      let backend = try await Command(Self.generate("--backend", "nope")).run()
      for name in ["scalar", "openblas"] + Backends.simdNames { #expect(backend.err.contains(name)) }
      let preset = try await Command("model", "--preset", "nope", "--no-save").run()
      for name in ["stories-15m", "tinyllama-1.1b"] { #expect(preset.err.contains(name)) }
      let filter = try await Command(Self.kernels("--filter", "nope")).run()
      for name in ["kernel.gemm.f32.512x512x512", "rmsnorm"] { #expect(filter.err.contains(name)) }
    }

    private func expectRefused(_ model: String, _ text: String) async throws {
      try await expectOneLine(["generate", "-p", "Once", "-m", model], code: 1, "\(model): \(text)")
      try await expectOneLine(["logits", "--tokens", "1", "-m", model], code: 1, "\(model): \(text)")
      try await expectOneLine(["model", "--quick", "--no-save", "-m", model], code: 1, "\(model): \(text)")
    }

    @Test func filesThatAreNoModels() async throws {
      let tree = try FileTree(["/empty.gguf": "", "/text.gguf": "no model at all", "/short.gguf": "GG"])
      try await expectRefused(tree.folder + "/missing.gguf", "no such file")
      try await expectRefused(tree.folder, "is a directory")
      try await expectRefused(tree.folder + "/empty.gguf", "is empty")
      try await expectRefused(tree.folder + "/text.gguf", "is not a GGUF file")
      try await expectRefused(tree.folder + "/short.gguf", "is not a GGUF file")
      try await expectRefused("/dev/zero", "is not a regular file")
    }

    @Test(
      arguments: [
        (.truncated(to: 20), "download it again"), (.truncated(to: 1000), "claims 48 tensors"),
        (.truncated(to: 14_000), "claims 24 characters"),
        (.truncated(to: 600_000), "ends at byte 600000"),
        (.truncated(to: 1_185_503), "ends at byte 1185503"),
        (.offset(1 << 40), "ends at byte 1185504 before tensor 'output.weight'"),
        (.offset(.max - 31), "tensor 'output.weight' has the impossible offset"),
        (.dimension(1 << 60), "tensor 'output.weight'"),
        (.dimension(0), "tensor 'output.weight' has the impossible dimension 0"),
        (.type(77), "tensor 'output.weight' has type 77, which is not known here"),
        (.architecture, "mamba"),
      ] as [(Fault, String)])
    func damagedModels(fault: Fault, text: String) async throws {
      let tree = try FileTree()
      let model = try Fixture.damaged(fault, in: tree)
      for arguments in [["generate", "-p", "Once"], ["model", "--quick", "--no-save"]] {
        try await expectOneLine(arguments + ["-m", model], code: 1, text)
        try await expectOneLine(arguments + ["-m", model], code: 1, "\(model): ")
      }
    }

    @Test func fullDisksAreNamed() async throws {
      let device = try FileHandle(forWritingTo: URL(filePath: "/dev/full"))
      let process = Process()
      process.executableURL = Command.binary
      process.arguments = Self.logits("1")
      let errors = Pipe()
      (process.standardOutput, process.standardError) = (device, errors)
      try process.run()
      let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      #expect(process.terminationReason == .exit && process.terminationStatus == 1)
      #expect(text.hasPrefix("Error: standard output cannot be written"))
    }
  }
}
