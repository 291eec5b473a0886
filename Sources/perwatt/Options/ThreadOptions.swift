import ArgumentParser
import Machine
import Parallel

/// `-t`, the same everywhere.
struct ThreadOptions: ParsableArguments {
  @Option(name: [.customShort("t"), .long], help: "Threads for every backend (default: all usable cores).")
  var threads: Int?

  func validate() throws { if let threads { try Self.check(threads) } }

  static func check(_ threads: Int) throws {
    guard (1...1024).contains(threads) else {
      throw ValidationError("-t \(threads): give a number of threads from 1 to 1024")
    }
  }

  var count: Int { threads ?? MachineFacts.read().usableCores }

  func makePool() -> ThreadPool { ThreadPool(threads: count) }
}
