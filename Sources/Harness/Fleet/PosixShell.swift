/// Words for a POSIX shell that will be read as they are.
public enum PosixShell {
  /// `word` in quotes: within single quotes every byte stands for itself (POSIX.1-2017, Shell Command Language, 2.2.2), so
  /// that only the quote itself has to be taken out.
  public static func quoted(_ word: String) -> String {
    "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
  }

  /// A command of such words. sshd hands one string to the user's shell, which takes it apart again.
  public static func command(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

  /// Why a text cannot be a path in a command; nil if it can. A line break would end a line of a host's answer.
  public static func problem(inPath path: String) -> String? {
    if path.isEmpty { return "is empty; name a folder" }
    return path.unicodeScalars.contains { $0.value < 32 || $0.value == 127 }
      ? "holds a line break or a control character; choose a plainer name" : nil
  }
}
