// What the machine can do at best: the denominators of every percentage.

/// Multiply-adds on registers only. Returns a value that depends on all of them.
///
/// acc + acc · x, since ARM's instruction adds to one of its operands, and any other form costs a move. With
/// x = 2⁻²⁰, the value after n iterations is (1 + 2⁻²⁰)ⁿ and so tells how many there were.
public func multiplyAddProbe(iterations: Int) -> Float {
  var acc = Accumulators { _ in splat(1) }
  let x = splat(0x1p-20)
  for _ in 0..<iterations {
    for i in acc.indices { acc[unchecked: i] = multiplyAdd(acc[unchecked: i], acc[unchecked: i], x) }
  }
  var sum = splat(0)
  for i in acc.indices { sum += acc[unchecked: i] }
  return horizontalSum(sum)
}

/// FLOPs of one iteration of `multiplyAddProbe`.
@inline(__always) public var multiplyAddProbeFLOPs: Int { 2 * MemoryLayout<Accumulators>.size / 4 }

/// Reads `count` floats once and returns a value that depends on all of them.
public func readProbe(_ x: UnsafePointer<Float>, count: Int) -> Float {
  var acc = InlineArray<8, Lanes> { _ in splat(0) }
  var i = 0
  while i &+ 8 &* laneCount <= count {
    for u in 0..<8 { acc[unchecked: u] += load(x + i + u &* laneCount) }
    i &+= 8 &* laneCount
  }
  var sum = splat(0)
  for u in 0..<8 { sum += acc[unchecked: u] }
  return horizontalSum(sum)
}
