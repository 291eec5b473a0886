import CKernels

/// y (rows) = W (rows × columns, row-major with `rowStride`) · x: one row after the other, so that each thread reads
/// one stream; x stays in L1.
public func gemv(
  w: UnsafePointer<Float>, rowStride: Int, rows: Int, columns: Int, x: UnsafePointer<Float>,
  y: UnsafeMutablePointer<Float>
) {
  for row in 0..<rows { y[row] = dot(w + row &* rowStride, x, columns) }
}

/// Σ a[i] · b[i], with as many independent sums as hide the latency of the multiply-add.
@inline(__always) func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Float {
  var acc = InlineArray<8, Lanes> { _ in splat(0) }
  var i = 0
  while i &+ 8 &* laneCount <= count {
    for line in Swift.stride(from: 0, to: 8 &* laneCount, by: 16) {
      ck_prefetch(a + (i &+ line &+ prefetchDistance))
    }
    for u in 0..<8 {
      let at = i &+ u &* laneCount
      acc[unchecked: u] = multiplyAdd(acc[unchecked: u], load(a + at), load(b + at))
    }
    i &+= 8 &* laneCount
  }
  while i &+ laneCount <= count {
    acc[unchecked: 0] = multiplyAdd(acc[unchecked: 0], load(a + i), load(b + i))
    i &+= laneCount
  }
  for u in 0..<4 { acc[unchecked: u] += acc[unchecked: u &+ 4] }
  var sum = horizontalSum(
    (acc[unchecked: 0] + acc[unchecked: 1]) + (acc[unchecked: 2] + acc[unchecked: 3]))
  while i < count {
    sum += a[i] * b[i]
    i &+= 1
  }
  return sum
}

/// Floats by which reads of weights are announced: 4 KiB, beyond the page where hardware prefetchers stop.
@inline(__always) var prefetchDistance: Int { 1024 }
