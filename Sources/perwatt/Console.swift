import Foundation

/// Standard error: notes, and a progress line that overwrites itself on a terminal.
enum Console {
  static let isTerminal = isatty(STDERR_FILENO) == 1

  /// Colour on standard output: not when redirected, not with `NO_COLOR` (no-color.org).
  static var usesColour: Bool {
    isatty(STDOUT_FILENO) == 1 && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
  }

  static func note(_ text: String) { write(text + "\n") }

  static func raw(_ text: String) { write(text) }

  private static func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

/// One line that says what is being done and how much time is left. On a terminal it overwrites itself; elsewhere it
/// is one line for each case.
final class ProgressLine {
  private var total: Int
  private var done = 0
  private let start = Date()

  init(total: Int) { self.total = total }

  /// So many cases fewer than announced.
  func drop(_ count: Int) { total -= count }

  /// A new case begins.
  func begin(_ title: String) {
    done += 1
    show("[\(done)/\(max(total, done))] \(title)\(timeLeft)")
  }

  /// Removes the line from a terminal.
  func end() { if Console.isTerminal { Console.raw("\r\u{1B}[K") } }

  private func show(_ text: String) {
    Console.raw(Console.isTerminal ? "\r\u{1B}[K\(text.prefix(99))" : text + "\n")
  }

  /// Guessed from the mean duration of the cases so far.
  private var timeLeft: String {
    guard done > 2 else { return "" }
    let mean = Date().timeIntervalSince(start) / Double(done - 1)
    return ", about \(Int((mean * Double(max(total - done + 1, 0))).rounded(.up))) s left"
  }
}
