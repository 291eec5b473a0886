import CMachine

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A command whose output is wanted; it is ended after five seconds.
struct ShellCommand: Sendable {
  let command: String
  /// As errors name it.
  let title: String
  private static let limit: Int32 = 5000

  init(_ command: String, title: String) { (self.command, self.title) = (command, title) }

  /// - Throws: `EnergyError` where it fails, or prints nothing in time.
  func output() throws(EnergyError) -> String {
    var text = [CChar](repeating: 0, count: 1 << 16)
    var status: Int32 = 0
    let problem = cm_shell(command, Self.limit, &text, UInt32(text.count), &status)
    guard problem == 0 else {
      let reason =
        problem == ETIMEDOUT ? "did not end within 5 s" : String(cString: strerror(problem)).lowercased()
      throw EnergyError("\(title): \(reason); run it by hand, and mend it")
    }
    guard status == 0 else {
      throw EnergyError("\(title): it ended with status \(status); run it by hand, and mend it")
    }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
