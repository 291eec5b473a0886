import Foundation

/// Standard error: notes, and a progress line that overwrites itself on a terminal.
enum Console {
  static let isTerminal = isatty(STDERR_FILENO) == 1

  /// Colour on standard output: not when redirected, not with `NO_COLOR` (no-color.org).
  static var usesColour: Bool {
    isatty(STDOUT_FILENO) == 1 && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
  }

  static func note(_ text: String) { write(text + "\n") }

  private static func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
