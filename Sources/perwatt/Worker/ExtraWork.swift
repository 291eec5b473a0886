/// Work of a known amount and of no use, for tests that slow a case down on purpose.
struct ExtraWork {
  private var state: UInt64 = 1

  /// So many steps, each of which waits for the one before.
  mutating func run(steps: Int) {
    var x = state
    for _ in 0..<steps { x = (x ^ (x >> 29)) &* 0xBF58_476D_1CE4_E5B9 }
    state = x
  }
}
