import Kernels
import Testing

extension KernelTests {
  /// What a backend writes into the cache against the bytes of the reference; what it must leave alone included.
  @Suite struct KVStoreTests {
    /// Both caches after two stores, the second of `tokens` at `position`.
    private func differs(_ set: any KernelSet, _ layout: KVLayout, tokens: Int, position: Int) -> Bool {
      let seen = CacheMemory(layout), expected = CacheMemory(layout)
      let keys = Values.random(layout.kvHeads * tokens * layout.headDim, seed: 5, scale: 3)
      let values = Values.random(keys.count, seed: 6, scale: 70)
      expected.store(keys: keys, values: values, tokens: tokens, at: position, gap: 3, with: Self.scalar)
      seen.store(keys: keys, values: values, tokens: tokens, at: position, gap: 3, with: set)
      return seen.keyBytes != expected.keyBytes || seen.valueBytes != expected.valueBytes
    }

    private static let scalar = ReferenceKernelSet(pool: .init(threads: 1))

    @Test(arguments: KVFormat.allCases) func everyBackendWritesTheSameBytes(format: KVFormat) throws {
      let sets = try TestBackend.all.map { try $0.make(threads: 2) }
      for headDim in [1, 3, 4, 17, 32, 64, 70, 96] where KVLayout.allows(format, headDim: headDim) {
        let layout = KVLayout(kvHeads: 3, headDim: headDim, capacity: 128, keys: format, values: format)
        for (tokens, position) in [(1, 0), (1, 33), (5, 30), (32, 32), (33, 31), (100, 7), (16, 96)] {
          for set in sets where differs(set, layout, tokens: tokens, position: position) {
            Issue.record("\(set.name): \(tokens) tokens of \(headDim) at \(position)")
            return
          }
        }
      }
    }

    /// Ties, subnormal and overflowing halves; blocks of zeros, with an outlier, and with a NaN.
    @Test(arguments: [KVFormat.f16, .q8_0]) func extremeValues(format: KVFormat) throws {
      let special: [Float] = [
        0, -0.0, 1 + 0x1p-11, 1 + 0x1p-11 + 0x1p-23, 1 + 0x3p-11, 0x1p-14, 0x1.ffcp-15, 0x1p-25, 0x1.8p-24,
        -0x1p-24,
        65504, 65519.996, 65520, -65520, 1e30, -3e38, 127, 0.5, 1.5, -2.5, 0x1p-149, -0x1p-126,
      ]
      let layout = KVLayout(kvHeads: 1, headDim: 64, capacity: 64, keys: format, values: format)
      var rows: [[Float]] = (0..<32).map { t in (0..<64).map { special[($0 * 7 + t * 5) % special.count] } }
      rows[1] = Array(repeating: 0, count: 64)
      rows[2] = (0..<64).map { $0 == 40 ? .nan : Float($0) }
      rows[3] = (0..<64).map { $0 == 4 ? .infinity : Float($0) }
      rows[4] = (0..<64).map { Float($0 % 32) * 4 + 3 }
      rows[5] = (0..<64).map { $0 % 32 == 31 ? 127 : Float($0 % 32) - 15.5 }
      let data = Array(rows.joined())
      let expected = CacheMemory(layout)
      expected.store(keys: data, values: data, tokens: 32)
      for set in try TestBackend.all.map({ try $0.make() }) {
        let seen = CacheMemory(layout)
        seen.store(keys: data, values: data, tokens: 32, at: 0, with: set)
        #expect(seen.keyBytes == expected.keyBytes, "\(set.name)")
        #expect(seen.valueBytes == expected.valueBytes, "\(set.name)")
      }
    }

    /// The reference itself: a cache gives back what was put in, to the precision of its format.
    @Test(arguments: KVFormat.allCases) func theReferenceReadsWhatItWrote(format: KVFormat) {
      let layout = KVLayout(kvHeads: 2, headDim: 64, capacity: 40, keys: format, values: format)
      let cache = CacheMemory(layout)
      let keys = Values.random(2 * 40 * 64, seed: 1), values = Values.random(2 * 40 * 64, seed: 2)
      cache.store(keys: keys, values: values, tokens: 40)
      let bound: Float = format == .f32 ? 0 : format == .f16 ? 0x1p-12 : 0.5 / 127 + 0x1p-11
      for head in 0..<2 {
        for token in 0..<40 {
          for i in 0..<64 {
            let at = (head * 40 + token) * 64 + i
            guard abs(layout.key(cache.keys(head), token: token, i) - keys[at]) <= bound,
              abs(layout.value(cache.values(head), token: token, i) - values[at]) <= bound
            else {
              Issue.record("head \(head), token \(token), element \(i)")
              return
            }
          }
        }
      }
    }

    @Test func bytesOfAToken() {
      func bytes(_ keys: KVFormat, _ values: KVFormat) -> Int {
        KVLayout(kvHeads: 2, headDim: 64, capacity: 1, keys: keys, values: values).bytesPerToken
      }
      #expect(bytes(.f32, .f32) == 1024)
      #expect(bytes(.f16, .f16) == 512)
      #expect(bytes(.q8_0, .q8_0) == 272)
      #expect(bytes(.f16, .q8_0) == 392)
      #expect(!KVLayout.allows(.q8_0, headDim: 48) && KVLayout.allows(.q8_0, headDim: 96))
    }
  }
}
