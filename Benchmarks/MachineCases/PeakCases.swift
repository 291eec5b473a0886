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
    let buffer = ReadBuffer(bytes: bufferBytes)
    let pools = pool.threads == 1 ? [pool] : [ThreadPool(threads: 1), pool]
    return try pools.flatMap { pool in
      [
        Peak(name: "fma", threads: pool.threads, unit: FLOPsPerSecond.unit, measured: try multiplyAdd(pool)),
        Peak(
          name: "read", threads: pool.threads, unit: BytesPerSecond.unit, measured: try read(buffer, pool)),
      ]
    }
  }

  /// Four times the last-level cache, within 128 MiB and 1 GiB and a quarter of the memory.
  public static func bufferBytes(lastLevelCache: Bytes?, available: Bytes?) -> Int {
    let wanted = min(max(4 * (lastLevelCache?.value ?? 0), 0x1p27), 0x1p30)
    return Int(min(wanted, (available?.value ?? 0x1p32) / 4))
  }

  private static func multiplyAdd(_ pool: ThreadPool) throws -> Case {
    let probes = Probes(pool: pool)
    let rounds = 10_000
    let work = Work(flops: FLOPs(probes.multiplyAddFLOPs(iterations: rounds)))
    let expected = Double(probes.accumulators)
    let probe = Alternative(
      "simd",
      check: { found(Double(probes.multiplyAdd(iterations: rounds)), expected: expected, relative: 1e-2) },
      body: { for _ in 0..<$0 { _ = probes.multiplyAdd(iterations: rounds) } })
    return try Case(
      id: "machine.fma.f32.t\(pool.threads)", title: "peak multiply-add, \(pool.threads) threads", work: work,
      alternatives: [probe])
  }

  private static func read(_ buffer: ReadBuffer, _ pool: ThreadPool) throws -> Case {
    let probes = Probes(pool: pool)
    let count = buffer.floats.count
    // Ones add up exactly in a float as long as each accumulator stays below 2²⁴.
    let probe = Alternative(
      "simd", check: { found(Double(probes.read(buffer.all)), expected: Double(count), relative: 1e-3) },
      body: { for _ in 0..<$0 { _ = probes.read(buffer.all) } })
    return try Case(
      id: "machine.read.t\(pool.threads)", title: "read bandwidth, \(pool.threads) threads",
      work: Work(bytes: Bytes(count * 4)), alternatives: [probe])
  }

  private static func found(_ sum: Double, expected: Double, relative: Double) -> CheckResult {
    CheckResult(
      metric: "relative error", error: abs(sum - expected) / expected, tolerance: relative,
      detail: "sum of the probe")
  }
}

/// A buffer of ones.
final class ReadBuffer {
  let floats: UnsafeMutableBufferPointer<Float>

  init(bytes: Int) {
    let raw = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes / 4096 * 4096, alignment: 4096)
    floats = raw.bindMemory(to: Float.self)
    floats.initialize(repeating: 1)
  }

  var all: UnsafeBufferPointer<Float> { UnsafeBufferPointer(floats) }

  deinit { floats.deallocate() }
}
