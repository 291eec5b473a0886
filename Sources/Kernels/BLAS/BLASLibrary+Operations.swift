// CBLAS enumerations (netlib cblas.h).
private let rowMajor: Int32 = 101
private let noTranspose: Int32 = 111
private let transpose: Int32 = 112

extension BLASLibrary {
  /// C (m × n) = op(A) (m × k) · op(B) (k × n) + `beta` · C, all row-major without gaps.
  public func gemm(
    m: Int, n: Int, k: Int, a: UnsafePointer<Float>, transposeA: Bool, b: UnsafePointer<Float>,
    transposeB: Bool, c: UnsafeMutablePointer<Float>, keeping beta: Float = 0
  ) {
    sgemm(
      rowMajor, transposeA ? transpose : noTranspose, transposeB ? transpose : noTranspose, Int32(m),
      Int32(n),
      Int32(k), 1, a, Int32(transposeA ? m : k), b, Int32(transposeB ? k : n), beta, c, Int32(n))
  }

  /// y (rows) = W (rows × columns, row-major) · x.
  public func gemv(
    rows: Int, columns: Int, w: UnsafePointer<Float>, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>
  ) {
    sgemv(rowMajor, noTranspose, Int32(rows), Int32(columns), 1, w, Int32(columns), x, 1, 0, y, 1)
  }
}
