import Parallel
import Testing

@testable import Kernels

extension KernelTests {
  /// The probes do the work that they are divided by.
  @Suite struct ProbesTests {
    static let sets = TestBackend.all.compactMap { try? $0.make() as? SIMDKernelSet }

    /// Every accumulator stays 1, so their sum says how many there are: half of the FLOPs of an iteration.
    @Test func multiplyAddsStayAtOne() {
      #expect(!Self.sets.isEmpty)
      for set in Self.sets {
        let sum = set.table.multiplyAddProbe(100_000)
        #expect(2 * sum == Float(set.table.multiplyAddProbeFLOPs), "\(set.name)")
      }
    }

    /// Everything but a rest of less than eight vectors, and nothing beyond.
    @Test func readsWhatItIsGiven() {
      for set in Self.sets {
        for count in [0, 1, 127, 128, 129, 1000, 4096] {
          let block = 4 * set.table.panelColumns  // eight vectors
          let ones = GuardedFloats([Float](repeating: 1, count: count))
          #expect(set.table.readProbe(ones.pointer, count) == Float(count / block * block), "\(set.name)")
        }
      }
    }

    @Test func flopsCountAllThreads() {
      let one = Probes(pool: ThreadPool(threads: 1)), three = Probes(pool: ThreadPool(threads: 3))
      #expect(three.multiplyAddFLOPs(iterations: 10) == 3 * one.multiplyAddFLOPs(iterations: 10))
      #expect(one.multiplyAddFLOPs(iterations: 10) > 0)
    }
  }
}
