import FileTrees
import Foundation
import Quantities
import Testing

@testable import Fleet

@Suite struct HostTests {
  static let answer = """
    Welcome to pi5!
    perwatt-fleet=1
    folder=/srv/a=b
    system=Linux
    architecture=aarch64
    distribution=Debian GNU/Linux 12 (bookworm)
    swift=
    free=1048576
    end=yes
    """

  @Test func anAnswerIsRead() throws {
    let check = try HostCheck(answer: Self.answer)
    #expect(check.folder == "/srv/a=b" && check.architecture == "aarch64")
    #expect(check.distribution == "Debian GNU/Linux 12 (bookworm)")
    #expect(check.swift == nil && check.free == Bytes(1 << 30) && !check.hasProgram)
  }

  @Test(arguments: ["", "This account is not available.", "perwatt-fleet=1\nfolder=/x\n"])
  func anAnswerThatIsNotWholeIsRefused(answer: String) {
    #expect(throws: FleetError.self) { try HostCheck(answer: answer) }
  }

  private func program(_ architecture: String) -> Offer {
    .program(Executable(path: "p", architecture: architecture, size: 100 << 20, digest: "00"))
  }
  private func check(_ architecture: String, swift: String? = nil, gigabytes: Double = 10, has: Bool = false)
    -> HostCheck
  {
    HostCheck(
      folder: "/f", architecture: architecture, swift: swift, free: Bytes(gigabytes * 1e9), hasProgram: has)
  }

  @Test func whatAHostNeedsIsSaid() throws {
    #expect(try Provision.decide(check("x86_64", has: true), program("x86_64")) == .nothing)
    guard case .copy = try Provision.decide(check("x86_64"), program("x86_64")) else {
      throw FleetError("not copied")
    }
    #expect(try Provision.decide(check("aarch64", swift: "/s"), .sources(commit: "abc")) == .build)
    for (found, offer, words) in [
      (check("aarch64"), program("x86_64"), "a static build for aarch64, or install Swift there"),
      (check("aarch64", swift: "/s"), program("x86_64"), "give --build: it has Swift"),
      (check("x86_64", gigabytes: 0.05), program("x86_64"), "make room there"),
      (check("aarch64"), .sources(commit: "abc"), "has no Swift"),
      (check("aarch64", swift: "/s", gigabytes: 1), .sources(commit: "abc"), "make room there"),
    ] {
      let error = #expect(throws: FleetError.self) { try Provision.decide(found, offer) }
      #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }
  }

  /// The program that runs this test is one.
  @Test func aProgramTellsItsArchitecture() throws {
    var system = utsname()
    uname(&system)
    let machine = withUnsafeBytes(of: system.machine) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    #expect(try Executable(reading: "/proc/self/exe").architecture == machine)
    let tree = try FileTree(["/text": "#!/bin/sh\n"])
    #expect(throws: FleetError.self) { try Executable(reading: tree.folder + "/text") }
    #expect(throws: FleetError.self) { try Executable(reading: tree.folder + "/nothing") }
  }

  /// The scripts of hosts, run by this machine's shell as sshd would.
  private func shell(_ command: RemoteCommand, input: String? = nil, path: String = "/usr/bin:/bin") throws
    -> (
      status: Int32, out: String
    )
  {
    let process = Process()
    process.environment = ["PATH": path]
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", PosixShell.command(command.words)]
    let (pipe, text) = (Pipe(), Pipe())
    (process.standardOutput, process.standardInput, process.standardError) = (
      pipe, text, FileHandle.nullDevice
    )
    try process.run()
    try text.fileHandleForWriting.write(contentsOf: Data((input ?? command.input ?? "").utf8))
    try text.fileHandleForWriting.close()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  @Test func scriptsDoWhatTheySayInAFolderWithAnEvilName() throws {
    let tree = try FileTree()
    let folder = tree.folder + "/a; touch x $(touch y) 'q'"
    let program = "bin/perwatt-00"
    let before = try HostCheck(answer: shell(.check(folder: folder, program: program)).out)
    #expect(before.folder == folder && !before.hasProgram && before.free > .zero)
    let text = "#!/bin/sh\nmkdir -p \"$3\"; echo \"$@\" > \"$3/2026-01-01-a-b.json\"; sleep 0\n"
    #expect(try shell(.install(program: program, size: 3, in: folder), input: text).status == 1)
    #expect(try shell(.install(program: program, size: text.utf8.count, in: folder), input: text).status == 0)
    #expect(try HostCheck(answer: shell(.check(folder: folder, program: program)).out).hasProgram)
    let run = folder + "/runs/1"
    #expect(try shell(.run(["\(folder)/\(program)", "a b"], in: run, limit: 9)).status == 0)
    #expect(try shell(.bring(run)).out.contains("a b --results \(run)/results --no-wait"))
    #expect(try shell(.remove(run)).status == 0)
    let left = try FileManager.default.subpathsOfDirectory(atPath: tree.folder)
    #expect(left.filter { $0.hasSuffix("/x") || $0.hasSuffix("/y") || $0.hasSuffix(".part") } == [])
    #expect(!FileManager.default.fileExists(atPath: run))
  }

  /// A tar of one file in place of the sources, and a compiler that only says where it was called.
  @Test func sourcesAreBuiltWhereTheyWereUnpacked() throws {
    let tree = try FileTree(["/in/Package.swift": "x"])
    try tree.script(#"echo "$PWD $*" > "${0%/*}/called""#, at: "/bin/swift")
    let tar = Process()
    tar.executableURL = URL(filePath: "/usr/bin/env")
    tar.arguments = ["tar", "-cf", tree.folder + "/sources.tar", "-C", tree.folder + "/in", "."]
    try tar.run()
    tar.waitUntilExit()
    let archive = try String(
      decoding: Data(contentsOf: URL(filePath: tree.folder + "/sources.tar")), as: UTF8.self)
    let path = "\(tree.folder)/bin:/usr/bin:/bin"
    let build = RemoteCommand.build(source: "source-1; x", in: tree.folder + "/a b", limit: 60)
    #expect(try shell(build, input: archive, path: path).status == 0)
    #expect(FileManager.default.fileExists(atPath: tree.folder + "/a b/source-1; x/Package.swift"))
    let called = try String(contentsOfFile: tree.folder + "/bin/called", encoding: .utf8)
    #expect(called == "\(tree.folder)/a b/source-1; x build -c release --product perwatt\n")
  }

  @Test func aBuildIsEndedAtItsLimit() throws {
    let tree = try FileTree()
    try tree.script("exec sleep 60", at: "/bin/swift")
    let none = String(repeating: "\0", count: 1024)  // a tar of nothing
    let build = RemoteCommand.build(source: "s", in: tree.folder, limit: 1)
    #expect(try shell(build, input: none, path: "\(tree.folder)/bin:/usr/bin:/bin").status == 124)
  }

  @Test(arguments: [
    (
      "ended with status 127: /f/p: error while loading shared libraries: libsqlite3.so.0: cannot open shared object "
        + "file: No such file or directory", "it lacks libsqlite3.so.0, which"
    ),
    (
      "ended with status 127: p: error while loading shared libraries: libx.so.1: cannot open shared object file: No",
      "it lacks libx.so.1, which the program needs: install it there, or"
    ),
    (
      "ended with status 1: p: /lib/libc.so.6: version `GLIBC_2.38' not found (required by p)",
      "are older than those of the machine"
    ),
    ("ended with status 127: sh: 1: /f/p: not found", "which is glibc's"),
    ("was ended by signal 4 and said nothing", "signal 4 and said nothing; give --build"),
  ])
  func whatAProgramMissesIsSaid(words: String, advice: String) {
    #expect(StartFailure.advice(words).contains(advice))
  }

  @Test func aRunIsEndedAtItsLimit() throws {
    let tree = try FileTree()
    try tree.script("exec sleep 60", at: "/p")
    #expect(try shell(.run([tree.folder + "/p"], in: tree.folder + "/r", limit: 1)).status == 124)
  }
}
