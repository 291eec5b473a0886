/// The module BLAS where programs are linked statically: there are no libraries to open.
public final class BLASLibrary: Sendable {
  public static func openBLAS(coreType: String? = nil) throws(BLASError) -> BLASLibrary { throw BLASError() }
  public static func open(path: String) throws(BLASError) -> BLASLibrary { throw BLASError() }

  public func use(threads: Int) { absent() }

  public func gemm(
    m: Int, n: Int, k: Int, a: UnsafePointer<Float>, transposeA: Bool, b: UnsafePointer<Float>,
    transposeB: Bool, c: UnsafeMutablePointer<Float>, keeping beta: Float = 0
  ) { absent() }

  public func gemv(
    rows: Int, columns: Int, w: UnsafePointer<Float>, x: UnsafePointer<Float>, y: UnsafeMutablePointer<Float>
  ) { absent() }

  private func absent() -> Never { fatalError("no library was opened") }
}

public struct BLASError: Error, CustomStringConvertible {
  public var description: String { "a static program opens no libraries; use simd" }
}
