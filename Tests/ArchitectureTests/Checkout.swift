import Foundation

/// The checkout that these tests belong to.
enum Checkout {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// What Package.swift says on this host, as SwiftPM reads it.
  static func targets() throws -> [Target] {
    struct Manifest: Decodable {
      struct Dependency: Decodable { var byName: [String?]? }
      struct Target: Decodable {
        var name: String
        var path: String?
        var dependencies: [Dependency]
      }
      var targets: [Target]
    }
    // A scratch folder of its own: the other one is locked while tests run.
    let scratch = FileManager.default.temporaryDirectory.appending(path: "manifest-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: scratch) }
    let arguments = ["package", "--package-path", root.path, "--scratch-path", scratch.path, "dump-package"]
    let manifest = try JSONDecoder().decode(Manifest.self, from: output("swift", arguments) ?? Data())
    return manifest.targets.map { target in
      Target(
        name: target.name, path: target.path ?? "",
        imports: target.dependencies.compactMap { $0.byName?.first ?? nil })
    }
  }

  /// Swift files under `folder`, which is relative to the checkout. Links are not followed, and hidden folders, such as
  /// the build folder of a nested package, left out.
  static func swiftFiles(_ folder: String) throws -> [(path: String, text: String)] {
    let names = FileManager.default.enumerator(atPath: root.appending(path: folder).path)
    let paths = (names?.compactMap { $0 as? String } ?? []).filter {
      $0.hasSuffix(".swift") && !$0.split(separator: "/").contains { $0.hasPrefix(".") }
    }
    return try paths.sorted().map { name in
      let path = "\(folder)/\(name)"
      return (path, try String(contentsOf: root.appending(path: path), encoding: .utf8))
    }
  }

  /// Contents of all tracked files; nil without git.
  static func trackedFiles() throws -> [(path: String, bytes: Data)]? {
    guard let list = try output("git", ["-C", root.path, "ls-files", "-z"]) else { return nil }
    return list.split(separator: 0).compactMap { name in
      let path = String(decoding: name, as: UTF8.self)
      // Links to folders and deleted files have no contents.
      return (try? Data(contentsOf: root.appending(path: path))).map { (path, $0) }
    }
  }

  /// Standard output of a program that ends well; else nil.
  private static func output(_ program: String, _ arguments: [String]) throws -> Data? {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    let pipe = Pipe()
    (process.standardOutput, process.standardError) = (pipe, FileHandle.nullDevice)
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? data : nil
  }
}
