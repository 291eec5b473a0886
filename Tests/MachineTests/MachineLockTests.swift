import FileTrees
import Foundation
import Testing

@testable import Machine

@Suite struct MachineLockTests {
  private func taken(_ path: String) throws -> MachineLock? {
    if case .taken(let lock) = try MachineLock.attempt(path, started: "2026-01-02T03:04:05Z") {
      lock
    } else {
      nil
    }
  }

  @Test func onlyOneHoldsItAndTheOthersLearnWho() throws {
    let tree = try FileTree(), path = tree.folder + "/lock"
    var first = try taken(path)
    #expect(first != nil)
    guard case .held(let holder) = try MachineLock.attempt(path, started: "x") else {
      Issue.record("taken twice")
      return
    }
    #expect(holder == MachineLock.Holder(process: getpid(), started: "2026-01-02T03:04:05Z"))
    withExtendedLifetime(first) {}
    first = nil
    #expect(try taken(path) != nil)
  }

  @Test func everyUserMayTakeIt() throws {
    let tree = try FileTree(), path = tree.folder + "/lock"
    let mask = umask(0o077)
    _ = try taken(path)
    umask(mask)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o666)
  }

  /// It was long enough for a longer text before.
  @Test func theHolderReplacesWhatWasThere() throws {
    let tree = try FileTree(["/lock": "99999999 2020-01-01T00:00:00Z and more and more\n"])
    let lock = try taken(tree.folder + "/lock")
    #expect(
      try String(contentsOfFile: tree.folder + "/lock", encoding: .utf8)
        == "\(getpid()) 2026-01-02T03:04:05Z\n")
    withExtendedLifetime(lock) {}
  }

  @Test(arguments: ["", "x y", "1 \u{1B}[2J", "-4 2026", "1 2 3", "999999999999999 2026"])
  func hostileTextsAreNoHolder(text: String) throws {
    let tree = try FileTree(), path = tree.folder + "/lock"
    let lock = try taken(path)
    try #require(lock != nil)
    let file = open(path, O_WRONLY | O_TRUNC)
    _ = write(file, text, text.utf8.count)
    close(file)
    guard case .held(by: nil) = try MachineLock.attempt(path, started: "x") else {
      Issue.record("somebody holds it: \(text)")
      return
    }
    withExtendedLifetime(lock) {}
  }

  @Test func linksAndFoldersAreRefused() throws {
    let tree = try FileTree(["/target": "kept", "/folder/x": ""])
    try FileManager.default.createSymbolicLink(
      atPath: tree.folder + "/link", withDestinationPath: tree.folder + "/target")
    mkfifo(tree.folder + "/pipe", 0o666)
    for name in ["link", "folder", "pipe", "none/lock"] {
      #expect(throws: FileProblem.self) { try taken("\(tree.folder)/\(name)") }
    }
    #expect(try String(contentsOfFile: tree.folder + "/target", encoding: .utf8) == "kept")
  }

  @Test func theFolderOfAllComesFirst() throws {
    let tree = try FileTree(["/shared/x": "", "/own/x": ""])
    let (shared, own) = (tree.folder + "/shared", tree.folder + "/own")
    func path(_ runtime: String?) -> String? {
      MachineLock.usualPath(runtimeFolder: runtime, shared: [tree.folder + "/none", own, shared])
    }
    chmod(shared, 0o1777)
    #expect(path("/run/user/1") == "\(shared)/perwatt.lock")
    chmod(shared, 0o755)
    #expect(path("/run/user/1") == "/run/user/1/perwatt.lock" && path(nil) == nil)
  }
}
