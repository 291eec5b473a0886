import Glibc
import Parallel
import Testing

@testable import Kernels

extension KernelTests {
  /// The probes do the work that they are divided by.
  @Suite struct ProbesTests {
    static let sets = TestBackend.all.compactMap { try? $0.make() as? SIMDKernelSet }

    /// The accumulators grow with every iteration, each rounding by at most a unit.
    @Test(arguments: [0, 1, 1000, 65_536]) func multiplyAddsCountTheirIterations(n: Int) {
      #expect(!Self.sets.isEmpty)
      for set in Self.sets {
        let mean = Double(set.table.multiplyAddProbe(n)) / Double(set.table.multiplyAddProbeFLOPs / 2)
        #expect(abs(mean - exp(Double(n) * log1p(0x1p-20))) <= Double(n + 16) * 0x1p-24, "\(set.name)")
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
