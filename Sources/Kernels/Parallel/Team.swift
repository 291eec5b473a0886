/// What the threads of a pool share. Workers hold this and not the pool, which would otherwise never end.
final class Team: @unchecked Sendable {
  /// About 50 µs: longer than the pauses between the operations of a model, shorter than anybody would notice.
  private static let spins = 40_000

  private let workers: Int
  private let epoch = SharedWord(), epochSleepers = SharedWord()
  private let pending = SharedWord(), pendingSleepers = SharedWord()
  private let isStopping = SharedWord()
  private var body: ((Int) -> Void)?

  init(workers: Int) { self.workers = workers }

  deinit {
    for word in [epoch, epochSleepers, pending, pendingSleepers, isStopping] { word.deallocate() }
  }

  /// Calls `body` on every worker and, as thread 0, here; returns when all have finished.
  func run(_ body: @escaping (Int) -> Void) {
    self.body = body
    pending.store(UInt32(workers))
    _ = epoch.add(1)
    epoch.wake(epochSleepers)
    body(0)
    waitForWorkers()
    self.body = nil
  }

  /// Makes the workers return once they have nothing to do.
  func stop() {
    isStopping.store(1)
    _ = epoch.add(1)
    epoch.wake(epochSleepers)
  }

  /// The life of a worker.
  func work(as index: Int) {
    var seen: UInt32 = 0
    while true {
      seen = epoch.waitForChange(from: seen, spins: Self.spins, sleepers: epochSleepers)
      if isStopping.value != 0 { return }
      body!(index)
      if pending.add(.max) == 1 { pending.wake(pendingSleepers) }
    }
  }

  private func waitForWorkers() {
    var left = pending.value
    while left != 0 { left = pending.waitForChange(from: left, spins: Self.spins, sleepers: pendingSleepers) }
  }
}

/// What a worker gets when it starts.
final class Worker {
  let team: Team
  let index: Int
  init(team: Team, index: Int) { (self.team, self.index) = (team, index) }
}
