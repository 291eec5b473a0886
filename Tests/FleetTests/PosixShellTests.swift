import Foundation
import Testing

@testable import Fleet

@Suite struct PosixShellTests {
  /// What a shell makes of quoted words is asked of a real one.
  @Test(arguments: [
    "plain", "a b", "a; touch x", "$(touch x)", "`touch x`", "it's", "''", "\\", "\"", "*", "~", "-n", "a\nb",
    "ü€",
    "'; touch x; '", "\\'", "",
  ])
  func aShellReadsWordsAsTheyAre(word: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", PosixShell.command(["printf", "%s|", word, word])]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(String(decoding: output, as: UTF8.self) == "\(word)|\(word)|")
  }

  @Test func hostsAreNamesAndAddresses() throws {
    let names = try HostList.parse("pi5, me@box1.example,fe80::1%eth0,[::1],A_b")
    #expect(names == ["pi5", "me@box1.example", "fe80::1%eth0", "[::1]", "A_b"])
  }

  @Test(arguments: [
    "", ",", "a,,b", "-oProxyCommand=x", "a; touch x", "a b", "a\nb", "$(x)", "a,b,a", "ä", "a/b", "`x`",
    "a'b",
  ])
  func whatIsNoHostIsRefused(text: String) {
    #expect(throws: FleetError.self) { try HostList.parse(text) }
  }

  @Test func aCommandReachesSSHAsOneWordBehindTheHost() {
    let command = RemoteCommand.run(["bin/p", "kernels", "--filter", "a; touch x"], in: "r 1", limit: 9)
    let arguments = SSH(config: "my config").arguments(host: "pi5", command: command.words)
    #expect(arguments.suffix(3).first == "--")
    #expect(arguments.suffix(2).first == "pi5")
    #expect(arguments.last?.contains("'a; touch x' '--results' 'r 1/results' '--no-wait'") == true)
    #expect(arguments.contains("BatchMode=yes"))
    #expect(arguments.firstIndex(of: "my config").map { arguments[$0 - 1] } == "-F")
  }
}
