import Foundation
import Quantities
import Results

/// What can be put on a host.
public enum Offer: Hashable, Sendable {
  /// A program for one architecture.
  case program(Executable)
  /// The sources of a commit, to be built there.
  case sources(commit: String)

  /// Where it is, or will be, in the fleet's folder. The name tells the contents, so that what is there already is found.
  public var place: String {
    switch self {
    case .program(let file): "bin/perwatt-\(file.digest)"
    case .sources: "\(source)/.build/release/perwatt"
    }
  }

  /// The folder of the sources.
  public var source: String {
    switch self {
    case .program: ""
    case .sources(let commit): "source-\(commit.prefix(12))"
    }
  }
}

/// What has to be done before a host can run.
public enum Provision: Hashable, Sendable {
  case nothing, copy(Executable), build

  /// Room for records and for what a shell needs.
  static let spare = Bytes(64.0 * 1024 * 1024)
  /// What sources and a build take.
  static let buildRoom = Bytes(3.0 * 1024 * 1024 * 1024)

  /// - Throws: `FleetError` that says what the host needs.
  public static func decide(_ check: HostCheck, _ offer: Offer) throws(FleetError) -> Provision {
    guard check.system == "Linux" else {
      throw FleetError("it runs \(check.system); perwatt measures on Linux")
    }
    switch offer {
    case .program(let file):
      guard file.architecture == check.architecture else {
        throw FleetError(
          "it is \(check.architecture), and the program \(file.path) is for \(file.architecture); give --binary a static "
            + "build for \(check.architecture)"
            + (check.swift == nil
              ? ", or install Swift there and give --build" : ", or give --build: it has Swift"))
      }
      if check.hasProgram { return .nothing }
      try demand(Bytes(file.size) + spare, check)
      return .copy(file)
    case .sources:
      if check.hasProgram { return .nothing }
      guard check.swift != nil else {
        throw FleetError(
          "it has no Swift in the search path of ssh's commands; install it there, or give --binary a static build for "
            + check.architecture)
      }
      try demand(buildRoom, check)
      return .build
    }
  }

  private static func demand(_ room: Bytes, _ check: HostCheck) throws(FleetError) {
    guard check.free >= room else {
      throw FleetError(
        "\(check.folder) has room for \(Format.binary(check.free)), and \(Format.binary(room)) are needed; make room there"
      )
    }
  }
}

/// A program's file.
public struct Executable: Hashable, Sendable {
  public var path: String
  /// As `uname -m` says it.
  public var architecture: String
  public var size: Int
  /// FNV-1a of its bytes, 16 hexadecimal digits.
  public var digest: String

  public init(path: String, architecture: String, size: Int, digest: String) {
    (self.path, self.architecture, self.size, self.digest) = (path, architecture, size, digest)
  }

  /// - Throws: `FleetError` where the file cannot be read or is no program for Linux.
  public init(reading path: String) throws(FleetError) {
    guard let bytes = try? Data(contentsOf: URL(filePath: path), options: .mappedIfSafe) else {
      throw FleetError("--binary \(path): no file that can be read; check the path")
    }
    guard let architecture = Self.architecture(ofELF: [UInt8](bytes.prefix(20))) else {
      throw FleetError("--binary \(path): no program for Linux that perwatt knows; name a build of perwatt")
    }
    (self.path, self.architecture, size) = (path, architecture, bytes.count)
    digest = bytes.withUnsafeBytes { RunProtocol.fingerprint(ofBytes: $0) }
  }

  /// The machine of an ELF file's header (System V ABI, chapter 4: `EI_DATA`, `e_machine`); nil for anything else.
  static func architecture(ofELF header: [UInt8]) -> String? {
    guard header.count >= 20, header.prefix(4) == [0x7F, 0x45, 0x4C, 0x46], header[5] == 1 else { return nil }
    switch UInt16(header[18]) | UInt16(header[19]) << 8 {
    case 62: return "x86_64"
    case 183: return "aarch64"
    case 40: return "armv7l"
    case 243: return "riscv64"
    default: return nil
    }
  }
}
