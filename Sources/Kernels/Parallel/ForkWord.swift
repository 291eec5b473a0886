/// All that a pool's threads agree on, in 64 bits: one atomic operation changes it as a whole.
///
/// | bits | meaning |
/// |---|---|
/// | 32–63 | number of the fork; workers wait, and sleep, until it changes |
/// | 31 | open: workers may join |
/// | 30 | everyone: all workers take part and are counted already |
/// | 29 | the pool ends |
/// | 28 | workers sleep, or are about to |
/// | 27 | the caller sleeps, or is about to |
/// | 0–26 | workers that take part and have not left |
struct ForkWord: Equatable {
  var bits: UInt64

  static let open: UInt64 = 1 << 31, everyone: UInt64 = 1 << 30, ending: UInt64 = 1 << 29
  static let workersSleep: UInt64 = 1 << 28, callerSleeps: UInt64 = 1 << 27

  init(_ bits: UInt64) { self.bits = bits }

  init(number: UInt32, flags: UInt64, inside: Int = 0) {
    bits = UInt64(number) << 32 | flags | UInt64(inside)
  }

  var number: UInt32 { UInt32(truncatingIfNeeded: bits >> 32) }
  var inside: UInt32 { UInt32(truncatingIfNeeded: bits) & 0x07FF_FFFF }
  func has(_ flag: UInt64) -> Bool { bits & flag != 0 }
}
