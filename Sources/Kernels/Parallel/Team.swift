/// What the threads of a pool share. Workers hold this and not the pool, which would otherwise never end.
final class Team: @unchecked Sendable {
  private let line = ForkLine()
  /// The number of the last fork; the caller's alone.
  private var number: UInt32 = 0
  /// The next chunk of `forEach`.
  let cursor = Cursor()

  deinit {
    line.deallocate()
    cursor.deallocate()
  }

  /// Runs `body` here and on all `workers`.
  func run(workers: Int, _ body: (Int) -> Void) { fork(ForkWord.everyone, inside: workers, body) }

  /// Runs `body` here and on the workers that come before it has returned here.
  func runWithWhoeverComes(_ body: (Int) -> Void) { fork(ForkWord.open, inside: 0, body) }

  /// The same with a body that exists already: nothing is allocated.
  func runKeptWithWhoeverComes(_ body: @escaping (Int) -> Void) {
    fork(ForkWord.open, inside: 0, kept: body)
  }

  private func fork(_ flags: UInt64, inside: Int, _ body: (Int) -> Void) {
    withoutActuallyEscaping(body) { fork(flags, inside: inside, kept: $0) }
  }

  private func fork(_ flags: UInt64, inside: Int, kept body: @escaping (Int) -> Void) {
    number &+= 1
    let fork = ForkWord(number: number, flags: flags, inside: inside)
    line.begin(fork, body)
    body(0)
    line.finish(fork)
  }

  /// Makes the workers return once they have nothing to do.
  func stop() { line.announce(ForkWord(number: number &+ 1, flags: ForkWord.ending)) }

  /// The life of a worker.
  func work(as index: Int) {
    var seen: UInt32 = 0
    while true {
      let fork = line.wait(after: seen)
      seen = fork.number
      if fork.has(ForkWord.ending) { return }
      guard line.join(fork) else { continue }
      line.work(as: index)
      line.leave()
    }
  }
}

/// What a worker gets when it starts.
final class Worker {
  let team: Team
  let index: Int
  init(team: Team, index: Int) { (self.team, self.index) = (team, index) }
}
