import Kernels
import ReferenceKernels
import Testing

extension KernelTests {
  @Suite struct RMSNormTests {
    @Test(arguments: TestBackend.all, [1, 3]) func allRemainders(backend: TestBackend, threads: Int) throws {
      let set = try backend.make(threads: threads)
      for width in Array(1...130) + [576, 1001] {
        for rows in [1, 3] {
          if let fault = fault(set, x: Values.random(rows * width, seed: width), width: width) {
            Issue.record("\(set.name) \(rows) × \(width): \(fault)")
            return
          }
        }
      }
    }

    /// Sums of squares stay finite, as they must (`RMSNormCall`).
    @Test(arguments: TestBackend.all) func extremeValues(backend: TestBackend) throws {
      let set = try backend.make()
      let large = Values.Pattern(name: "1e18") { $0.isMultiple(of: 3) ? -1e18 : 1e18 }
      let outlier = Values.Pattern(name: "outlier") { $0 == 5 ? -1e18 : Float($0 % 5) - 2 }
      for pattern in [Values.zeros, Values.signedZeros, Values.denormals, Values.tiny, large, outlier] {
        for width in [1, 7, 64, 67] {
          if let fault = fault(set, x: pattern.values(width), width: width) {
            Issue.record("\(set.name) \(pattern.name) \(width): \(fault)")
          }
        }
      }
    }

    /// Both into another buffer and in place.
    private func fault(_ set: any KernelSet, x: [Float], width: Int) -> String? {
      let rows = x.count / width, epsilon: Float = 1e-5
      let scales = Values.random(width, seed: 9, scale: 2)
      let (input, weight, out) = (GuardedFloats(x), GuardedFloats(scales), Output(capacity: x.count))
      var expected = x
      for r in 0..<rows {
        expected.withUnsafeMutableBufferPointer { y in
          let row = y.baseAddress! + r * width
          ReferenceKernels.rmsNorm(x: row, weight: scales, y: row, count: width, epsilon: epsilon)
        }
      }
      for y in [out.clear(x.count), input.pointer] {
        set.rmsNorm(
          RMSNormCall(
            x: input.pointer, weight: weight.pointer, y: y, rows: rows, width: width, epsilon: epsilon))
        if !out.isIntact || !input.isIntact { return "written outside of y" }
        let fault = KernelsTests.fault(y, expected) {
          Tolerance.rmsNorm(y: Double(expected[$0]), count: width)
        }
        if let fault { return fault }
      }
      return nil
    }
  }

  @Suite struct SoftmaxTests {
    @Test(arguments: TestBackend.all, [1, 3]) func allRemainders(backend: TestBackend, threads: Int) throws {
      let set = try backend.make(threads: threads)
      for width in Array(1...130) + [1001] {
        for rows in [1, 3] {
          let x = Values.random(rows * width, seed: width, scale: width.isMultiple(of: 2) ? 1 : 20)
          if let fault = fault(set, x, width: width) {
            Issue.record("\(set.name) \(rows) × \(width): \(fault)")
            return
          }
        }
      }
    }

    static let rows: [[Float]] = [
      [-1e4, 0], [0, -1e4], [5], [-1e30], [-.infinity, 1, 2],
      [1, -.infinity, -.infinity, -.infinity, -.infinity],
      [1e30, -1e30, 1e30], [.greatestFiniteMagnitude, -.greatestFiniteMagnitude, 0],
      [0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude],
      // where exp leaves the normal numbers, and where it becomes zero
      [0, -87.3, -87.33654, -87.33655, -87.34, -88, -88.72283, -88.73, -103, -103.98, -104, -150],
      [88.72283, 0, 88.8, 1000, 1087.3, 1088],
    ]

    /// As they are, and with as many more of their last element as bring them into the vectors of every ISA.
    @Test(arguments: TestBackend.all) func extremeValues(backend: TestBackend) throws {
      let set = try backend.make()
      for row in Self.rows {
        for more in [0, 1, 7, 16, 33] {
          let x = row + Array(repeating: row.last!, count: more)
          for x in [x, x.reversed()] {
            if let fault = fault(set, x, width: x.count) { Issue.record("\(set.name) \(x): \(fault)") }
          }
        }
      }
      for width in 1...70 {
        let equal = [Float](repeating: -3.7, count: width)
        if let fault = fault(set, equal, width: width) {
          Issue.record("\(set.name) \(width) equal: \(fault)")
        }
      }
    }

    /// A NaN makes the whole row NaN, as it does in the oracle, and not a distribution of the rest.
    @Test(arguments: TestBackend.all) func notANumberIsNotHidden(backend: TestBackend) throws {
      let set = try backend.make()
      for width in [1, 5, 16, 37] {
        for at in 0..<width {
          var x = Values.random(width, seed: 5)
          x[at] = .nan
          set.softmax(&x, rows: 1, width: width)
          let hidden = x.contains { !$0.isNaN }
          #expect(!hidden, "\(set.name): NaN at \(at) of \(width)")
        }
      }
    }

    private func fault(_ set: any KernelSet, _ x: [Float], width: Int) -> String? {
      var expected = x
      let data = GuardedFloats(x)
      for r in 0..<x.count / width {
        expected.withUnsafeMutableBufferPointer {
          ReferenceKernels.softmax($0.baseAddress! + r * width, count: width)
        }
      }
      set.softmax(data.pointer, rows: x.count / width, width: width)
      guard data.isIntact else { return "written in front of x" }
      let top = Double(x.max()!)
      return KernelsTests.fault(data.pointer, expected) {
        Tolerance.softmax(p: Double(expected[$0]), distance: min(top - Double(x[$0]), 88), count: width)
      }
    }
  }
}
