import Glibc
import Kernels
import Measurement
import Parallel
import Quantities

/// What this machine can do at best, measured: the denominators of every percentage.
public enum PeakCases {
  /// A peak and how its record is labelled.
  public struct Peak {
    /// `fma` in FLOP/s, `read` in B/s.
    public let name: String
    public let threads: Int
    public let unit: String
    public let measured: Case
  }

  /// Multiply-adds on registers and reads of a buffer of `bufferBytes` that no cache holds, with one thread and with
  /// all of `pool`.
  public static func peaks(pool: ThreadPool, bufferBytes: Int) throws -> [Peak] {
    let buffer = ReadBuffer(bytes: bufferBytes, filledBy: Probes(pool: pool))
    let pools = pool.threads == 1 ? [pool] : [ThreadPool(threads: 1), pool]
    return try pools.flatMap { pool in
      [
        Peak(name: "fma", threads: pool.threads, unit: FLOPsPerSecond.unit, measured: try multiplyAdd(pool)),
        Peak(
          name: "read", threads: pool.threads, unit: BytesPerSecond.unit, measured: try read(buffer, pool)),
      ]
    }
  }

  /// Four times all caches of the last level, from 128 MiB to 4 GiB, and at most a quarter of the memory.
  public static func bufferBytes(lastLevelCache: Bytes?, available: Bytes?) -> Int {
    let wanted = min(max(4 * (lastLevelCache?.value ?? 0), 0x1p27), 0x1p32)
    return Int(min(wanted, (available?.value ?? 0x1p32) / 4))
  }

  private static func multiplyAdd(_ pool: ThreadPool) throws -> Case {
    let probes = Probes(pool: pool)
    // About half a millisecond: forking costs nothing beside it.
    let rounds = 65_536
    let expected = exp(Double(rounds) * log1p(0x1p-20))
    let probe = Alternative(
      "simd",
      check: {
        let growth = probes.multiplyAdd(iterations: rounds)
        return found(growth, expected: expected, tolerance: Double(rounds) * 0x1p-24)
      },
      body: { for _ in 0..<$0 { _ = probes.multiplyAdd(iterations: rounds) } })
    return try Case(
      id: "machine.fma.f32.t\(pool.threads)", title: "peak multiply-add, \(pool.threads) threads",
      work: Work(flops: FLOPs(probes.multiplyAddFLOPs(iterations: rounds))), alternatives: [probe])
  }

  private static func read(_ buffer: ReadBuffer, _ pool: ThreadPool) throws -> Case {
    try Case(
      id: "machine.read.t\(pool.threads)", title: "read bandwidth, \(pool.threads) threads",
      work: Work(bytes: Bytes(buffer.byteCount)), alternatives: [reading(buffer, label: "simd", pool: pool)])
  }

  /// Reads all of `buffer` once with all threads of `pool`.
  public static func reading(_ buffer: ReadBuffer, label: String, pool: ThreadPool) -> Alternative {
    let probes = Probes(pool: pool)
    // Ones add up exactly in a float as long as each accumulator stays below 2²⁴.
    return Alternative(
      label,
      check: {
        let count = Double(buffer.all.count)
        return found(Double(probes.read(buffer.all)), expected: count, tolerance: 1e-6 * count)
      },
      body: { for _ in 0..<$0 { _ = probes.read(buffer.all) } })
  }

  private static func found(_ seen: Double, expected: Double, tolerance: Double) -> CheckResult {
    CheckResult(
      metric: "distance from what all of the work gives", error: abs(seen - expected), tolerance: tolerance,
      detail: "\(seen), expected \(expected)")
  }
}

/// A buffer of ones, on huge pages as the operands of the kernels are; made when it is first used.
public final class ReadBuffer {
  let byteCount: Int
  private let probes: Probes
  private var memory: UnsafeMutableBufferPointer<Float>?

  /// `bytes` are rounded down to whole pages.
  public init(bytes: Int, filledBy probes: Probes) {
    (byteCount, self.probes) = (bytes / 4096 * 4096, probes)
  }

  var all: UnsafeBufferPointer<Float> { UnsafeBufferPointer(memory ?? fill()) }

  private func fill() -> UnsafeMutableBufferPointer<Float> {
    let count = byteCount / 4
    let base = PageMemory.allocate(byteCount: byteCount).bindMemory(to: Float.self, capacity: count)
    let floats = UnsafeMutableBufferPointer(start: base, count: count)
    probes.fill(floats, with: 1)
    memory = floats
    return floats
  }

  deinit { memory?.deallocate() }
}
