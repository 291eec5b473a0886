import FileTrees
import Foundation
import Testing

@testable import Judgement
@testable import perwatt

/// A git repository whose commits "build" to scripts: a script is in swift's place.
struct FakeRepository {
  let tree: FileTree
  var folder: String { tree.folder + "/repository" }

  static let swift = """
    #!/bin/sh
    echo "$PWD" >> "$SWIFT_LOG"
    scratch=.build show=
    while [ $# -gt 0 ]; do
      case $1 in --scratch-path) scratch=$2; shift ;; --show-bin-path) show=1 ;; esac
      shift
    done
    mkdir -p "$scratch/release"
    if [ "$show" ]; then cd "$scratch/release" && pwd; exit 0; fi
    [ -f slow-build ] && { echo $$ > "$SWIFT_LOG.pid"; sleep 100; }
    if [ -f broken ]; then
      echo "Building for production"
      echo "$PWD/x.swift:3:1: error: cannot find 'y' in scope"
      echo "error: fatalError"
      exit 1
    fi
    cp worker.sh "$scratch/release/perwatt"
    """

  init() throws {
    tree = try FileTree()
    _ = try FakeWorker.make("bin/swift", Self.swift, in: tree)
    try tree.write(Data(".build\nresults\n".utf8), to: "/repository/.gitignore")
    try git("init", "-q", "-b", "main")
    try git("config", "user.email", "a@example.org")
    try git("config", "user.name", "A")
  }

  @discardableResult
  func git(_ arguments: String...) throws -> String {
    let text = Shell("git", ["-C", folder] + arguments).text()
    return try #require(text, "git \(arguments)")
  }

  /// Commits a worker whose samples take `time`, and returns the hash.
  func commit(_ message: String, time: String = "0.001000", isBroken: Bool = false) throws -> String {
    _ = try FakeWorker.make("repository/worker.sh", FakeWorker.script(time: time), in: tree)
    try? FileManager.default.removeItem(atPath: folder + "/broken")
    if isBroken { try tree.write(Data(), to: "/repository/broken") }
    try git("add", "-A")
    try git("commit", "-q", "-m", message)
    return try git("rev-parse", "HEAD")
  }

  func command(_ arguments: String...) -> Command {
    var command = Command(arguments + ["--blocks", "4", "--budget", "0.4s", "-t", "1"])
    command.folder = folder
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    command.environment = ["PATH": "\(tree.folder)/bin:\(path)", "SWIFT_LOG": tree.folder + "/builds"]
    return command
  }

  /// Folders in which swift was called.
  func builds() throws -> [String] {
    try String(contentsOfFile: tree.folder + "/builds", encoding: .utf8).split(separator: "\n").map(
      String.init)
  }
}

extension OtherCLITests {
  @Suite struct CommitTests {
    let repository: FakeRepository

    init() throws { repository = try FakeRepository() }

    private func changeWorkingTree() throws {
      _ = try FakeWorker.make(
        "repository/worker.sh", FakeWorker.script(time: "0.001100"), in: repository.tree)
      try repository.tree.write(Data("staged".utf8), to: "/repository/staged")
      try repository.git("add", "staged")
    }

    @Test func theWorkingTreeIsComparedAndLeftAlone() async throws {
      let hash = try repository.commit("one")
      try changeWorkingTree()
      let before = try repository.git("status", "--porcelain", "--branch")
      for _ in 0..<2 {
        let outcome = try await repository.command("against", "main").run()
        #expect(outcome.status == 0, "\(outcome.err)")
        #expect(outcome.text.contains("1 slower, 1 same") && outcome.text.contains("with local changes"))
        #expect(outcome.text.contains(hash.prefix(10)))
      }
      #expect(try repository.git("status", "--porcelain", "--branch") == before)
      #expect(try repository.git("rev-parse", "HEAD") == hash)
      // The commit was built once, the working tree each time; each build asks for its folder, too.
      let builds = try repository.builds()
      #expect(builds.count == 6 && builds.count { $0.hasSuffix("/.build/against/tree") } == 2)
    }

    @Test func aHooksVariablesLeadNobodyAstray() async throws {
      _ = try repository.commit("one")
      try changeWorkingTree()
      let before = try repository.git("diff", "--cached", "--stat")
      var command = repository.command("against", "HEAD", "--no-save")
      command.environment["GIT_DIR"] = repository.folder + "/.git"
      command.environment["GIT_INDEX_FILE"] = repository.folder + "/.git/index"
      command.environment["GIT_WORK_TREE"] = repository.folder
      #expect(try await command.run().status == 0)
      #expect(try repository.git("diff", "--cached", "--stat") == before && before.contains("staged"))
    }

    @Test func aDamagedWorktreeIsMadeAnew() async throws {
      let first = try repository.commit("one")
      _ = try repository.commit("two", time: "0.001001")
      let files = FileManager.default
      let against = repository.folder + "/.build/against"
      #expect(try await repository.command("against", "HEAD~1", "--no-save").run().status == 0)
      for damage in ["tree/.git", "tree/worker.sh", "tree"] {
        try files.removeItem(atPath: "\(against)/\(damage)")
        try files.removeItem(atPath: "\(against)/\(first.prefix(12))")
        let outcome = try await repository.command("against", "HEAD~1", "--no-save").run()
        #expect(outcome.status == 0, "\(damage): \(outcome.err)")
      }
    }

    @Test func aCommitThatDoesNotBuildIsToldInOneLine() async throws {
      _ = try repository.commit("broken", isBroken: true)
      _ = try repository.commit("whole")
      let outcome = try await repository.command("against", "HEAD~1").run()
      #expect(outcome.status == 1 && outcome.errorLines.count == 1, "\(outcome.err)")
      #expect(outcome.err.contains("x.swift:3:1: error: cannot find 'y' in scope; all of it is in "))
      let log = try #require(
        outcome.err.split(separator: " ").last?.trimmingCharacters(in: .whitespacesAndNewlines))
      #expect(try String(contentsOfFile: log, encoding: .utf8).contains("fatalError"))
    }

    @Test(arguments: ["nope", "HEAD~99", ""])
    func anUnknownCommitIsNamed(ref: String) async throws {
      _ = try repository.commit("one")
      let outcome = try await repository.command("against", ref).run()
      #expect(outcome.status == 1 && outcome.err.contains("'\(ref)' is no commit, branch or tag"))
      #expect(outcome.errorLines.count == 1 && outcome.out.isEmpty)
    }

    @Test func outsideOfACheckoutThereIsNothingToBuild() async throws {
      let outcome = try await Command("against", "main").run()
      #expect(outcome.status == 1 && outcome.err.contains("is in no git checkout"))
    }

    @Test func anInterruptEndsTheBuildAndLeavesTheWorktreeWhole() async throws {
      let hash = try repository.commit("one")
      try repository.tree.write(Data(), to: "/repository/slow-build")
      try repository.git("add", "-A")
      try repository.git("commit", "-q", "-m", "slow")
      let running = try repository.command("against", "HEAD").start()
      let pid = repository.tree.folder + "/builds.pid"
      // The file is there before its line.
      #expect(try await running.wait { FileManager.default.contents(atPath: pid)?.last == 10 })
      running.interrupt()
      #expect(try await running.outcome().status == 130)
      let id = try #require(
        pid_t(
          try String(contentsOfFile: pid, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)))
      #expect(kill(id, 0) != 0)
      try FileManager.default.removeItem(atPath: repository.folder + "/slow-build")
      #expect(try await repository.command("against", String(hash.prefix(7)), "--no-save").run().status == 0)
    }
  }

  @Suite struct BisectTests {
    let repository: FakeRepository

    init() throws { repository = try FakeRepository() }

    private func bisect(_ arguments: String...) async throws -> Command.Outcome {
      var command = repository.command("bisect")
      command.arguments += arguments + ["--case", "kernel.a"]
      return try await command.run()
    }

    @Test func theFirstSlowCommitIsFound() async throws {
      let good = try repository.commit("start")
      for name in ["second", "third"] { _ = try repository.commit(name, time: "0.00100\(name.count)") }
      _ = try repository.commit("the slow one", time: "0.001100")
      _ = try repository.commit("later", time: "0.001101")
      let outcome = try await bisect(good, "main")
      #expect(outcome.status == 0, "\(outcome.err)")
      let lines = outcome.text.split(separator: "\n")
      #expect(lines.count == 2 && lines[1].hasSuffix(" the slow one"), "\(outcome.text)")
    }

    @Test func commitsThatDoNotBuildAreSkipped() async throws {
      let good = try repository.commit("start")
      _ = try repository.commit("still good", time: "0.001001")
      _ = try repository.commit("broken", time: "0.001002", isBroken: true)
      _ = try repository.commit("slow", time: "0.001100")
      _ = try repository.commit("later", time: "0.001101")
      let outcome = try await bisect(good, "main")
      #expect(outcome.status == 0 && outcome.err.contains("skipped: "), "\(outcome.err)")
      let lines = outcome.text.split(separator: "\n")
      #expect(
        lines.count == 3 && lines[1].hasSuffix(" broken") && lines[2].hasSuffix(" slow"), "\(outcome.text)")
    }

    @Test func whereNothingDiffersThereIsNothingToFind() async throws {
      let good = try repository.commit("start")
      _ = try repository.commit("end", time: "0.001001")
      let outcome = try await bisect(good, "main")
      #expect(
        outcome.status == 1 && outcome.errorLines.count == 1 && outcome.err.contains("do not differ enough"))
      let turned = try await bisect("main", good)
      #expect(turned.status == 1 && turned.err.contains("along first parents"))
    }

    /// Not where some slow-down is seen: noise is enough for that. An interval that holds the middle is measured again.
    @Test func aCommitIsSlowBeyondTheMiddle() {
      func interval(_ low: Double, _ high: Double) -> RatioInterval {
        RatioInterval(ratio: (low * high).squareRoot(), low: low, high: high, level: 0.95)
      }
      let slowDown = SlowDown(interval(1.05, 1.1576))  // the middle is 1.05
      #expect(slowDown.isIn(interval(1.051, 1.2)) == true && slowDown.isIn(interval(1.01, 1.049)) == false)
      #expect(slowDown.isIn(interval(1.02, 1.08)) == nil)
      var asked: [Double] = []
      let found = slowDown.isIn(measuring: { times in
        asked.append(times)
        return times > 1 ? interval(1.08, 1.1) : interval(1.02, 1.08)
      })
      #expect(found == true && asked == [1, 3])
    }

    @Test func searchesEndAndFind() {
      for count in 1...40 {
        for first in 0..<count {
          var (bisection, looks) = (Bisection(count: count), 0)
          while let index = bisection.next {
            bisection.learn(index, isBad: index >= first)
            looks += 1
          }
          #expect(bisection.suspects == [first] && looks <= Bisection(count: count).steps)
        }
      }
    }

    @Test func skippedOnesStaySuspects() {
      var bisection = Bisection(count: 8)
      while let index = bisection.next {
        if [2, 3, 4].contains(index) {
          bisection.skip(index)
        } else {
          bisection.learn(index, isBad: index >= 4)
        }
      }
      #expect(bisection.suspects == [2, 3, 4, 5])
    }
  }
}
