import Foundation
import Glibc
import Testing

extension CLITests {
  @Suite struct TerminalTests {
    static let arguments = ["machine", "--quick", "--no-save", "-t", "1"]

    /// Standard output of a command that believes to write to a terminal.
    private func onTerminal(_ environment: [String: String]) async throws -> String {
      var (ours, theirs): (Int32, Int32) = (-1, -1)
      try #require(openpty(&ours, &theirs, nil, nil, nil) == 0)
      _ = fcntl(ours, F_SETFL, O_NONBLOCK)
      defer { close(ours) }
      let process = Process()
      process.executableURL = Command.binary
      process.arguments = Self.arguments
      process.environment = ProcessInfo.processInfo.environment
        .filter { $0.key != "NO_COLOR" }
        .merging(["PERWATT_LOCK": "none"]) { $1 }.merging(environment) { $1 }
      process.standardOutput = FileHandle(fileDescriptor: theirs, closeOnDealloc: true)
      process.standardError = FileHandle.nullDevice
      try process.run()
      var text: [UInt8] = [], buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        let ended = !process.isRunning
        let count = read(ours, &buffer, buffer.count)
        if count > 0 { text += buffer[..<count] } else if ended { break }
        try await Task.sleep(for: .milliseconds(2))
      }
      return String(decoding: text, as: UTF8.self)
    }

    @Test func coloursAreForTerminalsAndCanBeRefused() async throws {
      let coloured = try await onTerminal([:]), plain = try await onTerminal(["NO_COLOR": "1"])
      #expect(coloured.contains("\u{1B}[") && coloured.contains("GFLOP/s"))
      #expect(!plain.contains("\u{1B}") && plain.contains("GFLOP/s"))
    }

    @Test func redirectedOutputIsPlainText() async throws {
      let outcome = try await Command(Self.arguments).run()
      #expect(outcome.status == 0 && outcome.text.contains("GFLOP/s"))
      #expect(!outcome.text.contains("\u{1B}") && !outcome.err.contains("\u{1B}"))
      #expect(!outcome.err.contains("\r"))
    }
  }
}
