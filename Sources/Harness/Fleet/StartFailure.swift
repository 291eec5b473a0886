/// Why a program that was brought to a host does not start there, by the words of its loader (ld.so of glibc).
public enum StartFailure {
  /// The packages of Debian that hold what a static build may still need.
  static let packages = [
    "libsqlite3.so.0": "libsqlite3-0", "libstdc++.so.6": "libstdc++6", "libgcc_s.so.1": "libgcc-s1",
  ]

  /// One line with what to do.
  public static func advice(_ words: String) -> String {
    if let library = library(words) {
      let package = packages[library].map { " (Debian: \($0))" } ?? ""
      return "it lacks \(library), which the program needs: install it there\(package), or give --build"
    }
    if words.contains("version `"), words.contains("not found") {
      return
        "its libraries are older than those of the machine that built the program (\(words)); give --binary a build of a "
        + "machine as old as it, or --build"
    }
    if words.contains("not found") || words.contains("No such file") {
      return "the program's loader is not there, which is glibc's (\(words)); build there with --build"
    }
    return "the program does not start there: \(words); give --build, or --binary a build for it"
  }

  /// `libx.so.1` of "error while loading shared libraries: libx.so.1: cannot open shared object file".
  private static func library(_ words: String) -> String? {
    guard words.contains("cannot open shared object file"),
      let start = words.firstRange(of: "shared libraries: ")?.upperBound
    else { return nil }
    return String(words[start...].prefix { $0 != ":" })
  }
}
