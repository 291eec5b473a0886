/// Four steps of 6-bit weights: of three the lower bits of a byte each, of the fourth the upper two bits of all three.
/// These move down together: three shifts by different counts made the compiler gather lanes of two vectors for one.
@inline(__always) func loadSixBits(_ p: UnsafeRawPointer) -> (IntLanes, IntLanes, IntLanes, IntLanes) {
  let w0 = loadInts(p), w1 = loadInts(p + 4 &* tileColumns), w2 = loadInts(p + 8 &* tileColumns)
  let lower = IntLanes(repeating: 0x3F3F_3F3F)
  let two = twoBitsDown(w0 & ~lower) | w1 & ~lower
  return (w0 & lower, w1 & lower, w2 & lower, twoBitsDown(twoBitsDown(two) | w2 & ~lower))
}
