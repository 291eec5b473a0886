/// y (rows) = W (rows × columns, row-major with `rowStride`) · x: four rows at a time share each load of x.
public func gemv(
  w: UnsafePointer<Float>, rowStride: Int, rows: Int, columns: Int, x: UnsafePointer<Float>,
  y: UnsafeMutablePointer<Float>
) {
  var row = 0
  while row + 4 <= rows {
    dot4(w + row * rowStride, rowStride, columns, x, y + row)
    row += 4
  }
  while row < rows {
    y[row] = dot(w + row * rowStride, x, columns)
    row += 1
  }
}

@inline(__always) func dot4(
  _ w: UnsafePointer<Float>, _ stride: Int, _ count: Int, _ x: UnsafePointer<Float>,
  _ y: UnsafeMutablePointer<Float>
) {
  var acc = InlineArray<8, Lanes> { _ in splat(0) }
  var k = 0
  while k &+ 2 &* laneCount <= count {
    let x0 = load(x + k), x1 = load(x + k + laneCount)
    for r in 0..<4 {
      let p = w + r &* stride + k
      acc[unchecked: 2 &* r] = multiplyAdd(acc[unchecked: 2 &* r], load(p), x0)
      acc[unchecked: 2 &* r &+ 1] = multiplyAdd(acc[unchecked: 2 &* r &+ 1], load(p + laneCount), x1)
    }
    k &+= 2 &* laneCount
  }
  for r in 0..<4 {
    var sum = horizontalSum(acc[unchecked: 2 &* r] + acc[unchecked: 2 &* r &+ 1])
    for i in k..<count { sum += w[r &* stride &+ i] * x[i] }
    y[r] = sum
  }
}

/// Σ a[i] · b[i].
@inline(__always) func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ count: Int) -> Float {
  var s0 = splat(0), s1 = splat(0)
  var i = 0
  while i &+ 2 &* laneCount <= count {
    s0 = multiplyAdd(s0, load(a + i), load(b + i))
    s1 = multiplyAdd(s1, load(a + i + laneCount), load(b + i + laneCount))
    i &+= 2 &* laneCount
  }
  var sum = horizontalSum(s0 + s1)
  while i < count {
    sum += a[i] * b[i]
    i &+= 1
  }
  return sum
}
