import Glibc
import Parallel
import Testing

/// Counters that several threads write, each its own element.
private final class Counters: @unchecked Sendable {
  let values: UnsafeMutablePointer<Int>
  let count: Int
  init(_ count: Int) {
    self.count = count
    values = .allocate(capacity: count)
    clear()
  }
  deinit { values.deallocate() }
  func clear() { values.initialize(repeating: 0, count: count) }
  var all: [Int] { Array(UnsafeBufferPointer(start: values, count: count)) }
}

/// Threads of this process.
private func threadCount() -> Int {
  guard let folder = opendir("/proc/self/task") else { return 0 }
  defer { closedir(folder) }
  var count = 0
  while let entry = readdir(folder) { if entry.pointee.d_name.0 != 46 { count += 1 } }
  return count
}

/// Whether the process comes down to `limit` threads: for a moment the kernel lists threads that were joined.
private func threadCountFalls(below limit: Int) -> Bool {
  for _ in 0..<200 {
    if threadCount() < limit { return true }
    usleep(10_000)
  }
  return false
}

/// More threads than this box may have cores, on purpose.
@Suite(.serialized) struct ThreadPoolTests {
  @Test(arguments: 1...5) func everyThreadRunsOnce(threads: Int) {
    let pool = ThreadPool(threads: threads), counts = Counters(threads), who = Counters(threads)
    #expect(pool.threads == threads)
    for _ in 0..<200 {
      counts.clear()
      pool.run { thread in
        counts.values[thread] += 1
        who.values[thread] = Int(bitPattern: UInt(pthread_self()))
      }
      guard counts.all == Array(repeating: 1, count: threads) else {
        Issue.record("runs by thread: \(counts.all)")
        return
      }
    }
    #expect(Set(who.all).count == threads)
    #expect(who.all[0] == Int(bitPattern: UInt(pthread_self())), "thread 0 is the caller")
  }

  @Test(arguments: 1...5) func forEachCoversEachIndexOnce(threads: Int) {
    let pool = ThreadPool(threads: threads), seen = Counters(1000)
    for count in [0, 1, 2, 3, 5, 8, 63, 64, 65, 1000] {
      for chunk in [1, 2, 3, 7, 16, 63, 64, 65, 999, 1000, 1001, 5000] {
        seen.clear()
        let strays = Counters(threads)
        pool.forEach(count: count, chunk: chunk) { range, thread in
          if range.isEmpty || range.upperBound > count { strays.values[thread] += 1 }
          for i in range { seen.values[i] += 1 }
        }
        let expected = (0..<1000).map { $0 < count ? 1 : 0 }
        guard seen.all == expected, strays.all.allSatisfy({ $0 == 0 }) else {
          Issue.record("\(count) in chunks of \(chunk) with \(threads) threads")
          return
        }
      }
    }
  }

  @Test func chunksAreNoLongerThanAskedFor() {
    let pool = ThreadPool(threads: 3), longest = Counters(3)
    pool.forEach(count: 100, chunk: 7) { range, thread in
      longest.values[thread] = max(longest.values[thread], range.count)
    }
    #expect(longest.all.max() == 7)
  }

  @Test(arguments: [(2, 10_000), (3, 2000)]) func survivesManyForks(threads: Int, forks: Int) {
    let pool = ThreadPool(threads: threads), counts = Counters(threads)
    for _ in 0..<forks { pool.run { counts.values[$0] += 1 } }
    #expect(counts.all == Array(repeating: forks, count: threads))
  }

  /// What one fork wrote is there in the next, on every thread.
  @Test func resultsAreSeenByTheNextFork() {
    let pool = ThreadPool(threads: 3), a = Counters(64), b = Counters(64)
    for round in 0..<500 {
      pool.forEach(count: 64, chunk: 1) { range, _ in for i in range { a.values[i] = b.values[63 - i] + 1 } }
      pool.forEach(count: 64, chunk: 1) { range, _ in for i in range { b.values[i] = a.values[63 - i] } }
      guard b.all == Array(repeating: round + 1, count: 64) else {
        Issue.record("round \(round): \(b.all)")
        return
      }
    }
  }

  /// Pauses of all lengths around the one after which threads fall asleep: a wake that is lost would block for ever.
  @Test(arguments: 2...4) func noForkMissesAThreadThatFallsAsleep(threads: Int) {
    let pool = ThreadPool(threads: threads), counts = Counters(threads)
    for round in 0..<1500 {
      var left = round % 300 * 40
      withUnsafeMutablePointer(to: &left) { while $0.pointee > 0 { $0.pointee -= 1 } }
      if round % 50 == 49 { usleep(UInt32(round)) }
      if round % 3 == 0 { pool.forEach(count: 2, chunk: 1) { _, _ in } }
      pool.run { counts.values[$0] += 1 }
    }
    #expect(counts.all == Array(repeating: 1500, count: threads))
  }

  @Test func wakesAfterAPause() {
    let pool = ThreadPool(threads: 3), counts = Counters(3)
    for _ in 0..<5 {
      usleep(200_000)  // far longer than the threads spin, so they sleep
      pool.run { counts.values[$0] += 1 }
    }
    #expect(counts.all == [5, 5, 5])
  }

  /// The caller sleeps too when a worker takes long.
  @Test func waitsForASlowWorker() {
    let pool = ThreadPool(threads: 3), done = Counters(3)
    for slow in 0..<3 {
      done.clear()
      pool.run { thread in
        if thread == slow { usleep(100_000) }
        done.values[thread] = 1
      }
      #expect(done.all == [1, 1, 1])
    }
  }

  /// Other suites start and end threads meanwhile, hence the wide margin: a leak would leave a hundred or more.
  @Test func endedPoolsLeaveNoThreads() {
    let before = threadCount()
    for round in 0..<100 {
      let pool = ThreadPool(threads: 3)
      if round.isMultiple(of: 2) { pool.run { _ in } }  // ending without a run is fine too
    }
    #expect(threadCountFalls(below: before + 50))
  }

  @Test func oneThreadStartsNoOther() {
    let before = threadCount()
    let pools = (0..<200).map { _ in ThreadPool(threads: 1) }
    for pool in pools {
      var ran = 0
      pool.run { thread in ran += thread == 0 ? 1 : 100 }
      pool.forEach(count: 10, chunk: 1) { range, thread in ran += range.count + thread }
      #expect(ran == 11)
    }
    #expect(threadCount() < before + 50)
  }
}

@Suite struct ScratchTests {
  @Test func growsAndIsAligned() {
    let scratch = Scratch()
    for count in [0, 1, 1000, 10, 100_000, 3, 1_000_000] {
      let floats = scratch.floats(count)
      #expect(UInt(bitPattern: floats).isMultiple(of: 4096))
      for i in 0..<count { floats[i] = Float(i) }
      #expect(count == 0 || floats[count - 1] == Float(count - 1))
    }
  }

  @Test func staysWhereItIsWhileThereIsRoom() {
    let scratch = Scratch()
    let first = scratch.floats(10_000)
    #expect(scratch.floats(1) == first && scratch.floats(10_000) == first)
  }
}
