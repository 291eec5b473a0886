import MachineCases
import Measurement
import Parallel
import Quantities
import Testing

@Suite struct PeakCasesTests {
  @Test func probesDoAllOfTheirWork() throws {
    let peaks = try PeakCases.peaks(pool: ThreadPool(threads: 2), bufferBytes: 1 << 20)
    #expect(peaks.map(\.name) == ["fma", "read", "fma", "read"])
    #expect(peaks.map(\.threads) == [1, 1, 2, 2])
    for peak in peaks {
      let results = try Sampler().run(peak.measured, plan: KernelCasesTests.checkOnly)
      #expect(results[0].check?.passed == true, "\(peak.measured.id)")
    }
  }

  @Test func theBufferIsLargerThanTheCacheAndFitsIntoMemory() {
    func size(_ cache: Double?, _ available: Double?) -> Int {
      PeakCases.bufferBytes(lastLevelCache: cache.map(Bytes.init), available: available.map(Bytes.init))
    }
    #expect(size(0x1p25, 0x1p35) == 1 << 27)
    #expect(size(0x1p27, 0x1p35) == 1 << 29)
    #expect(size(0x1p33, 0x1p40) == 1 << 32)
    #expect(size(nil, nil) == 1 << 27)
    #expect(size(0x1p27, 0x1p28) == 1 << 26)
  }
}
