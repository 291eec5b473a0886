import Foundation

/// A folder that stands in for `/`; removed with its last reference.
public final class FileTree: Sendable {
  /// Absolute path of the folder.
  public let folder: String

  /// - Parameter files: contents by absolute path as on a machine.
  public init(_ files: [String: String] = [:]) throws {
    folder = FileManager.default.temporaryDirectory.path + "/tree-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (path, text) in files { try write(text, to: path) }
  }
  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// Creates or replaces a file.
  public func write(_ text: String, to path: String) throws { try write(Data(text.utf8), to: path) }

  /// Creates or replaces a file with any bytes.
  public func write(_ bytes: Data, to path: String) throws {
    let file = URL(fileURLWithPath: folder + path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    // Never through the link that `deny` made.
    try? FileManager.default.removeItem(at: file)
    try bytes.write(to: file)
  }

  /// Creates or replaces a script that can be run. Another process writes what is run: a file that this one has open to
  /// write would be busy for as long as any child has a copy of that descriptor, which another test may just have forked.
  public func script(_ text: String, at path: String) throws {
    try write("#!/bin/sh\n\(text)\n", to: path + ".source")
    let install = Process()
    install.executableURL = URL(filePath: "/usr/bin/env")
    install.arguments = ["install", "-m", "755", folder + path + ".source", folder + path]
    try install.run()
    install.waitUntilExit()
    try FileManager.default.removeItem(atPath: folder + path + ".source")
    guard install.terminationStatus == 0 else { throw CocoaError(.fileWriteUnknown) }
  }

  /// Puts a file there that nobody may read, root included: the kernel has no read method for this one.
  public func deny(_ path: String) throws {
    try? FileManager.default.removeItem(atPath: folder + path)
    try FileManager.default.createSymbolicLink(
      atPath: folder + path, withDestinationPath: "/proc/sys/vm/drop_caches")
  }
}
