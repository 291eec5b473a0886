import Kernels
import ReferenceKernels
import Testing

extension KernelTests {
  @Suite struct RoPETests {
    @Test(arguments: TestBackend.all, [RoPEPairing.adjacent, .halves])
    func allWidths(backend: TestBackend, pairing: RoPEPairing) throws {
      for threads in [1, 3] {
        let set = try backend.make(threads: threads)
        for width in stride(from: 2, through: 130, by: 2) {
          for shape in shapes(width) {
            guard let fault = fault(set, shape, pairing) else { continue }
            Issue.record("\(set.name) \(shape): \(fault)")
            return
          }
        }
      }
    }

    struct Shape {
      let width: Int, headDim: Int, heads: Int, tokens: Int, gap: Int, position: Int
      var rowStride: Int { heads * headDim + gap }
      var floats: Int { tokens * rowStride - gap }
    }

    /// The whole head and, where a part is rotated, what follows it; one token and several, with room between.
    private func shapes(_ width: Int) -> [Shape] {
      [
        Shape(width: width, headDim: width, heads: 1, tokens: 1, gap: 0, position: 0),
        Shape(width: width, headDim: width + 5, heads: 3, tokens: 3, gap: 0, position: 2),
        Shape(width: width, headDim: width, heads: 2, tokens: 4, gap: 7, position: 1),
      ]
    }

    private func fault(_ set: any KernelSet, _ s: Shape, _ pairing: RoPEPairing) -> String? {
      let angles = (s.position + s.tokens) * s.width
      let table = RoPETable(
        width: s.width, pairing: pairing, cos: Values.random(angles, seed: 1),
        sin: Values.random(angles, seed: 2))
      let before = Values.random(s.floats, seed: s.width)
      let data = GuardedFloats(before)
      set.rope(
        HeadRows(
          data.pointer, tokens: s.tokens, heads: s.heads, headDim: s.headDim, rowStride: s.rowStride),
        table: table, position: s.position)
      guard data.isIntact else { return "written in front of x" }
      let (expected, magnitude) = rotate(before, s, table)
      return KernelsTests.fault(data.pointer, expected) { i in
        // What is not rotated keeps its bits.
        magnitude[i] == 0 ? 0 : Tolerance.rope(magnitude: magnitude[i])
      }
    }

    /// The oracle's result and |x · cos| + |partner · sin|, zero where nothing is rotated.
    private func rotate(_ before: [Float], _ s: Shape, _ table: RoPETable) -> ([Float], [Double]) {
      var x = before, magnitude = [Double](repeating: 0, count: before.count)
      for token in 0..<s.tokens {
        let row = (s.position + token) * s.width
        let cos = Array(table.cos[row..<row + s.width]), sin = Array(table.sin[row..<row + s.width])
        for head in 0..<s.heads {
          let start = token * s.rowStride + head * s.headDim
          x.withUnsafeMutableBufferPointer {
            ReferenceKernels.rope(
              $0.baseAddress! + start, cos: cos, sin: sin, count: s.width, halves: table.pairing == .halves)
          }
          for i in 0..<s.width {
            let partner = table.pairing == .halves ? (i + s.width / 2) % s.width : i ^ 1
            magnitude[start + i] =
              abs(Double(before[start + i] * cos[i])) + abs(Double(before[start + partner] * sin[i]))
          }
        }
      }
      return (x, magnitude)
    }
  }
}
