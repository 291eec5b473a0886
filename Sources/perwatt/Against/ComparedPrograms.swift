import Foundation
import Quantities

/// Two programs, and how reports call them.
struct ComparedPrograms {
  var reference: String, referenceName: String
  var candidate: String, candidateName: String
  /// How long a worker may take for an answer.
  var limit = Seconds(120)

  /// The program of `ref` and that of the working tree, both built; or `binary` and this program itself.
  ///
  /// - Throws: `Failure`, `BuildFailure`, `AgainstInterrupted`.
  static func find(ref: String?, binary: String?) throws -> ComparedPrograms {
    if let binary {
      let own = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path
      return ComparedPrograms(
        reference: try executable(binary), referenceName: binary, candidate: own, candidateName: "this build")
    }
    let cache = BuildCache(checkout: try GitCheckout(around: FileManager.default.currentDirectoryPath))
    let hash = try cache.checkout.commit(ref ?? "")
    let state = cache.checkout.state()
    let short = String(hash.prefix(10))
    return ComparedPrograms(
      reference: try cache.program(of: hash),
      referenceName: ref.map { short.hasPrefix($0) ? short : "\($0) (\(short))" } ?? short,
      candidate: try cache.programOfWorkingTree(),
      candidateName: state.map { $0.hash + ($0.isDirty ? " with local changes" : "") } ?? "the working tree")
  }

  private static func executable(_ path: String) throws -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue,
      FileManager.default.isExecutableFile(atPath: path)
    else { throw Failure("--binary \(path): no program; give the path of a perwatt that is built") }
    return path
  }
}
