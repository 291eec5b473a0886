import Glibc
import Parallel
import Testing

/// The CPUs on which the calling thread may run, as the system tells them: `0-1`.
private func mask() -> String {
  guard let file = fopen("/proc/thread-self/status", "r") else { return "" }
  defer { fclose(file) }
  var line = [CChar](repeating: 0, count: 4096)
  while fgets(&line, Int32(line.count), file) != nil {
    let text = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    let name = "Cpus_allowed_list:\t"
    if text.hasPrefix(name) { return String(text.dropFirst(name.count).dropLast()) }
  }
  return ""
}

/// What `mask` gives on each thread of a pool, in a fork.
private func masks(_ pool: ThreadPool) -> [String] {
  let found = UnsafeMutableBufferPointer<String>.allocate(capacity: pool.threads)
  found.initialize(repeating: "")
  defer { found.deinitialize().deallocate() }
  nonisolated(unsafe) let slots = found
  pool.run { slots[$0] = mask() }
  return Array(found)
}

@Suite(.serialized) struct PinningTests {
  /// Two CPUs of this process's; the same one twice where it has only one.
  private func twoCPUs() throws -> [Int] {
    let numbers = mask().split { !$0.isNumber }.compactMap { Int($0) }
    return [try #require(numbers.last), try #require(numbers.first)]
  }

  @Test func eachThreadHasItsCPU() throws {
    let before = mask(), cpus = try twoCPUs()
    do {
      let pool = ThreadPool(threads: 2, pinning: cpus)
      #expect(pool.cpus == cpus && pool.pinningProblem == nil)
      #expect(masks(pool) == cpus.map(String.init))
      #expect(mask() == "\(cpus[0])")
    }
    #expect(mask() == before, "the caller gets its CPUs back")
  }

  @Test func oneThreadAloneIsPinnedToo() throws {
    let before = mask(), cpu = try twoCPUs()[0]
    do {
      let pool = ThreadPool(threads: 1, pinning: [cpu])
      #expect(pool.cpus == [cpu] && mask() == "\(cpu)")
    }
    #expect(mask() == before)
  }

  @Test func moreThreadsThanCPUsStartAgain() throws {
    let cpus = try twoCPUs()
    let pool = ThreadPool(threads: 5, pinning: cpus)
    let expected = [0, 1, 0, 1, 0].map { cpus[$0] }
    #expect(pool.cpus == expected)
    for _ in 0..<50 { #expect(masks(pool) == expected.map(String.init)) }
  }

  @Test func nobodyIsPinnedUnasked() {
    let before = mask()
    let pool = ThreadPool(threads: 2)
    #expect(pool.cpus.isEmpty && pool.pinningProblem == nil)
    #expect(masks(pool) == [before, before])
  }

  @Test func aReleasedCallerIsPinnedAgainByTheNextFork() throws {
    let before = mask(), cpus = try twoCPUs()
    let pool = ThreadPool(threads: 2, pinning: cpus)
    for useForEach in [false, true] {
      pool.releaseCaller()
      pool.releaseCaller()
      #expect(mask() == before)
      if useForEach { pool.forEach(count: 2, chunk: 1) { _, _ in } } else { pool.run { _ in } }
      #expect(mask() == "\(cpus[0])")
    }
  }

  /// No machine has so many CPUs. All threads run freely then, and the reason names the CPU.
  @Test(arguments: [131_071, 1 << 40, -1]) func aRefusedCPUPinsNobody(refused: Int) throws {
    let before = mask(), cpu = try twoCPUs()[0]
    for cpus in [[cpu, refused], [refused, cpu]] {
      let pool = ThreadPool(threads: 2, pinning: cpus)
      #expect(pool.cpus.isEmpty)
      #expect(pool.pinningProblem == "CPU \(refused) was refused (Invalid argument)")
      #expect(masks(pool) == [before, before])
    }
  }
}
