/// What the threads of a pool share. Workers hold this and not the pool, which would otherwise never end.
final class Team: @unchecked Sendable {
  /// The number of the last fork; workers wait for it to change.
  private let epoch = SharedWord(), epochSleepers = SharedWord()
  let gate = Gate()
  /// Changes whenever a worker leaves; the caller waits for it.
  private let departures = SharedWord(), departureSleepers = SharedWord()
  /// Workers that have finished this fork.
  let finished = SharedWord()
  /// The next chunk of `forEach`.
  let cursor = SharedWord()
  private let isStopping = SharedWord()
  private var body: ((Int) -> Void)?

  deinit {
    gate.deallocate()
    for word in [epoch, epochSleepers, departures, departureSleepers, finished, cursor, isStopping] {
      word.deallocate()
    }
  }

  /// Runs `body` here and on the workers that join, until `isDone` after the caller's own share.
  func fork(_ body: (Int) -> Void, until isDone: () -> Bool) {
    withoutActuallyEscaping(body) { escaping in
      self.body = escaping
      finished.store(0)
      let number = epoch.value &+ 1
      gate.open(epoch: number)
      epoch.store(number)
      epoch.wake(epochSleepers)
      escaping(0)
      while true {
        let seen = departures.value
        if isDone() { break }
        _ = departures.waitForChange(from: seen, sleepers: departureSleepers)
      }
      gate.close()
      self.body = nil
    }
  }

  /// Makes the workers return once they have nothing to do.
  func stop() {
    isStopping.store(1)
    epoch.add(1)
    epoch.wake(epochSleepers)
  }

  /// The life of a worker.
  func work(as index: Int) {
    var seen: UInt32 = 0
    while true {
      seen = epoch.waitForChange(from: seen, sleepers: epochSleepers)
      if isStopping.value != 0 { return }
      guard gate.join(epoch: seen) else { continue }
      body!(index)
      finished.add(1)
      gate.leave()
      departures.add(1)
      departures.wake(departureSleepers)
    }
  }
}

/// What a worker gets when it starts.
final class Worker {
  let team: Team
  let index: Int
  init(team: Team, index: Int) { (self.team, self.index) = (team, index) }
}
