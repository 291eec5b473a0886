import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A source of time and a way to wait; a value, so that tests bring their own time.
public struct Clock {
  /// Time since some fixed moment; never runs backwards.
  public let now: () -> Seconds
  /// Waits about that long; may return early when a signal arrives.
  public let sleep: (Seconds) -> Void

  public init(now: @escaping () -> Seconds, sleep: @escaping (Seconds) -> Void) {
    self.now = now
    self.sleep = sleep
  }

  /// The machine's steady clock. The raw one, where it exists, because time servers slew the other by up to
  /// 500 parts in a million. A Double holds nanoseconds exactly enough for three months of uptime.
  public static var monotonic: Clock {
    var time = timespec()
    let hasRaw = clock_gettime(CLOCK_MONOTONIC_RAW, &time) == 0
    let source = hasRaw ? CLOCK_MONOTONIC_RAW : CLOCK_MONOTONIC
    return Clock(
      now: {
        var time = timespec()
        _ = clock_gettime(source, &time)
        return Seconds(Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9)
      },
      sleep: { duration in
        guard duration > .zero, duration.value.isFinite else { return }
        let whole = min(duration.value.rounded(.down), 86_400)
        let rest = (duration.value - whole) * 1e9
        var time = timespec(tv_sec: Int(whole), tv_nsec: Int(min(rest, 999_999_999)))
        // Not resumed after a signal: an interrupted run should stop soon.
        _ = nanosleep(&time, nil)
      })
  }

  /// Whether the clock moves at all within a million looks (a few hundredths of a second).
  var advances: Bool {
    let start = now()
    return (0..<1_000_000).contains { _ in now() > start }
  }
}
