import Kernels
import ReferenceKernels
import Testing

extension KernelTests {
  @Suite struct SwiGLUTests {
    @Test(arguments: TestBackend.all, [1, 3]) func allRemainders(backend: TestBackend, threads: Int) throws {
      let set = try backend.make(threads: threads)
      for count in Array(1...130) + [4095, 4096, 4097, 20_011] {
        let gate = Values.random(count, seed: count, scale: 10), up = Values.random(count, seed: 2)
        if let fault = fault(set, gate: gate, up: up) {
          Issue.record("\(set.name) \(count): \(fault)")
          return
        }
      }
    }

    /// Every gate from where exp(−gate) overflows to where it is lost beside 1, densely.
    @Test(arguments: TestBackend.all) func allGates(backend: TestBackend) throws {
      let set = try backend.make()
      let gate = (0...100_000).map { Float($0 - 50_000) * 0.0022 }
      let up = gate.indices.map { $0.isMultiple(of: 2) ? Float(1) : -3 }
      if let fault = fault(set, gate: gate, up: up) { Issue.record("\(set.name): \(fault)") }
    }

    @Test(arguments: TestBackend.all) func extremeValues(backend: TestBackend) throws {
      let set = try backend.make()
      let gates: [Float] = [
        0, -0.0, 100, -100, 1e4, -1e4, 1e30, -1e30, 1e-30, -1e-30, .leastNonzeroMagnitude,
        -.leastNonzeroMagnitude,
        -87.33654, -87.34, -88.72283, -88.723, -89, -103.9, -104, 87.34, 88.73, 104, .infinity,
      ]
      for up: Float in [1, -1, 1e-30, 1e6, .leastNonzeroMagnitude] {
        for lead in [0, 1, 9] {
          let gate = Array(repeating: Float(0.5), count: lead) + gates
          if let fault = fault(set, gate: gate, up: gate.map { _ in up }) {
            Issue.record("\(set.name) up \(up), \(lead) before: \(fault)")
          }
        }
      }
    }

    /// Both into another buffer and over the gates.
    private func fault(_ set: any KernelSet, gate: [Float], up: [Float]) -> String? {
      let count = gate.count
      let (left, right, out) = (GuardedFloats(gate), GuardedFloats(up), Output(capacity: count))
      var expected = gate
      ReferenceKernels.swiGLU(gate: gate, up: up, out: &expected, count: count)
      for target in [out.clear(count), left.pointer] {
        set.swiGLU(gate: left.pointer, up: right.pointer, out: target, count: count)
        if !out.isIntact || !left.isIntact { return "written outside of out" }
        let fault = KernelsTests.fault(target, expected) {
          Tolerance.swiGLU(y: Double(expected[$0]), gate: Double(gate[$0]), up: Double(up[$0]))
        }
        if let fault { return fault }
      }
      return nil
    }
  }

  @Suite struct AddTests {
    /// One rounding, so that every backend has the same bits.
    @Test(arguments: TestBackend.all, [1, 3]) func isExact(backend: TestBackend, threads: Int) throws {
      let set = try backend.make(threads: threads)
      for count in Array(1...130) + [16_383, 16_385, 70_001] {
        let x = Values.random(count, seed: count, scale: 1e20), y = Values.random(count, seed: 2)
        let (from, to) = (GuardedFloats(x), GuardedFloats(y))
        set.add(from.pointer, to: to.pointer, count: count)
        let wrong = (0..<count).first { to.pointer[$0].bitPattern != (x[$0] + y[$0]).bitPattern }
        guard wrong == nil, to.isIntact else {
          Issue.record("\(set.name) \(count): element \(wrong ?? -1)")
          return
        }
      }
    }
  }
}
