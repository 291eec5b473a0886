import Foundation

/// Standard error: notes, and a progress line that overwrites itself on a terminal.
enum Console {
  static let isTerminal = isatty(STDERR_FILENO) == 1

  /// Colour on standard output: not when redirected, not with `NO_COLOR` (no-color.org).
  static var usesColour: Bool {
    isatty(STDOUT_FILENO) == 1 && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty
  }

  /// Data, to standard output.
  ///
  /// - Throws: `Failure` where it is full or closed.
  static func print(_ data: Data) throws(Failure) {
    do {
      try FileHandle.standardOutput.write(contentsOf: data)
    } catch {
      throw Failure("standard output cannot be written (a full disk?); make room or send it elsewhere")
    }
  }

  static func print(_ text: String) throws(Failure) { try print(Data(text.utf8)) }

  static func note(_ text: String) { raw(text + "\n") }

  /// Nobody can be told where standard error cannot be written.
  static func raw(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}

/// One line that says what is being done and how much time is left. On a terminal it overwrites itself; elsewhere it
/// is one line for each case.
final class ProgressLine {
  private var total: Int
  private var done = 0
  private let start = Date()

  init(total: Int) { self.total = total }

  /// So many cases more than announced.
  func expect(_ count: Int) { total += count }

  /// A new case begins.
  func begin(_ title: String) {
    done += 1
    show("[\(done)/\(max(total, done))] \(title)\(timeLeft)")
  }

  /// What is going on within a case, with how much is left as the caller knows it; on terminals only.
  func update(_ text: String) { if Console.isTerminal { show("[\(done)/\(max(total, done))] \(text)") } }

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
