import ArgumentParser
import Foundation

/// `perwatt worker`: runs cases for another process, which asks over standard input. No command of people's.
struct WorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Run cases for perwatt against.", shouldDisplay: false)

  func run() throws {
    let answers = try Self.onlyAnswers()
    let workshop = Workshop()
    let (decoder, encoder) = (JSONDecoder(), JSONEncoder())
    // The end of its input is the end of whoever asks.
    while let line = readLine() {
      let reply: WorkerReply
      if let request = try? decoder.decode(WorkerRequest.self, from: Data(line.utf8)) {
        reply = workshop.answer(request)
      } else {
        reply = WorkerReply(error: "no request that this version knows: \(line.prefix(100))")
      }
      try answers.write(contentsOf: encoder.encode(reply) + Data("\n".utf8))
    }
  }

  /// Standard output for answers; whatever a library prints goes to standard error from here on.
  private static func onlyAnswers() throws -> FileHandle {
    let answers = dup(STDOUT_FILENO)
    guard answers >= 0, dup2(STDERR_FILENO, STDOUT_FILENO) >= 0 else {
      throw Failure("standard output cannot be used")
    }
    return FileHandle(fileDescriptor: answers, closeOnDealloc: true)
  }
}
