import Measurement
import Quantities

/// Tells how far the reading of many files is, if it takes more than a second.
final class LongReading {
  private let start = Clock.monotonic.now()
  private var isTold = false

  func tell(done: Int, total: Int) {
    guard Clock.monotonic.now() - start > Seconds(1) else { return }
    if Console.isTerminal {
      Console.raw("\r\u{1B}[Kreading stored runs: \(done) of \(total)")
    } else if !isTold {
      Console.note("reading \(total) stored runs for the first time")
    }
    isTold = true
  }

  func end() { if isTold, Console.isTerminal { Console.raw("\r\u{1B}[K") } }
}
