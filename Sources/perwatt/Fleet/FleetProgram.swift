import Fleet
import Foundation
import Quantities
import Results

/// The program that a fleet runs, and what it was built from.
struct FleetProgram: Sendable {
  var offer: Offer
  /// Nil where nobody knows.
  var commit: Commit?
  /// A tar of the sources, where hosts build; in a folder that outlives the fleet.
  var archive: String?

  /// A file that the user names.
  static func binary(_ path: String) throws -> FleetProgram {
    FleetProgram(offer: .program(try Executable(reading: path)), commit: nil)
  }

  /// The checkout as it is, built with the standard library in it.
  ///
  /// - Throws: `Failure`, `BuildFailure`, `AgainstInterrupted`.
  static func ownBuild() throws -> FleetProgram {
    let checkout = try GitCheckout(around: Git.programFolder)
    let (folder, log) = (checkout.folder, "\(checkout.folder)/.build/fleet.log")
    Console.note(
      "building \(folder) for hosts without Swift; the first time takes minutes, --binary takes a build that is there"
    )
    guard try Shell("sh", ["scripts/build-static.sh"], in: folder).run(log: log) else {
      throw BuildFailure(name: "the static program", log: log)
    }
    let state = checkout.state().map { Commit(hash: $0.hash, dirty: $0.isDirty) }
    return FleetProgram(
      offer: .program(try Executable(reading: "\(folder)/.build/static/release/perwatt")), commit: state)
  }

  /// The sources of the commit that is checked out; local changes stay here.
  ///
  /// - Parameter folder: where the archive goes.
  /// - Throws: `Failure`.
  static func sources(in folder: String) throws -> FleetProgram {
    let checkout = try GitCheckout(around: Git.programFolder)
    let hash = try checkout.commit("HEAD")
    if checkout.state()?.isDirty == true {
      Console.note("note: hosts build \(hash.prefix(10)) without local changes")
    }
    let archive = "\(folder)/\(hash.prefix(12)).tar"
    guard checkout.git("archive", "--format=tar", "--output=\(archive)", hash) != nil else {
      throw Failure("git cannot write \(archive); make room, or make the folder yours")
    }
    return FleetProgram(
      offer: .sources(commit: hash), commit: Commit(hash: String(hash.prefix(10)), dirty: false),
      archive: archive)
  }

  /// The words that start it, in front of its own arguments.
  func words(_ path: String) -> [String] {
    (commit.map { ["env", "\(Commit.variable)=\($0.told)"] } ?? []) + [path]
  }
}
