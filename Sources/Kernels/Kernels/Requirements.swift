// What every backend refuses: past the door there are only pointers, and a wrong count would silently become garbage.

/// Ends the process with one line, in optimised builds too, where `precondition` says nothing.
func require(
  _ condition: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) {
  guard !condition else { return }
  fatalError(message(), file: file, line: line)
}

extension KernelSet {
  func requireLinear(tokens: Int, x: UnsafePointer<Float>, weights w: Weights, y: UnsafePointer<Float>) {
    require(tokens > 0, "linear with \(tokens) tokens: at least one is needed")
    require(w.layout == weightLayout, "weights prepared as \(w.layout) used by \(name)")
    requireApart(y, tokens * w.rows, x, tokens * w.columns, in: "linear")
  }

  func requireGEMV(
    rows: Int, columns: Int, w: UnsafePointer<Float>, x: UnsafePointer<Float>, y: UnsafePointer<Float>
  ) {
    require(rows > 0 && columns > 0, "gemv of \(rows) × \(columns): every dimension must be at least 1")
    requireApart(y, rows, x, columns, in: "gemv")
    requireApart(y, rows, w, rows * columns, in: "gemv")
  }

  func requireGEMM(
    _ s: GEMMShape, a: UnsafePointer<Float>, b: UnsafePointer<Float>, c: UnsafePointer<Float>
  ) {
    requireApart(c, s.m * s.n, a, s.m * s.k, in: "gemm")
    requireApart(c, s.m * s.n, b, s.k * s.n, in: "gemm")
  }

  func requireApart(
    _ result: UnsafePointer<Float>, _ count: Int, _ operand: UnsafePointer<Float>, _ operandCount: Int,
    in operation: String
  ) {
    require(
      result + count <= operand || operand + operandCount <= result,
      "\(operation): the result overlaps an operand")
  }
}
