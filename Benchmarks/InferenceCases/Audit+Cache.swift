import KernelCases
import Kernels
import Parallel
import ReferenceKernels

/// What goes into the KV cache and what attention makes of it, call by call. Logits would not do: rounding keys and values
/// goes in steps, which two right backends may take differently.
extension Audit {
  /// The same tokens, stored by the scalar backend elsewhere: every backend writes the same numbers.
  func check(_ call: KVStore) {
    let layout = call.layout
    let bytes = layout.keyBytes + layout.valueBytes
    withUnsafeTemporaryAllocation(byteCount: bytes, alignment: 64) { other in
      other.initializeMemory(as: UInt8.self, repeating: 0)
      var expected = call
      expected.cachedKeys = other.baseAddress!
      expected.cachedValues = other.baseAddress! + layout.keyBytes
      ReferenceKernelSet(pool: ThreadPool(threads: 1)).store(expected)
      for head in 0..<layout.kvHeads {
        for token in call.position..<call.position + call.keys.tokens { compare(call, expected, head, token) }
      }
    }
  }

  private func compare(_ call: KVStore, _ expected: KVStore, _ head: Int, _ token: Int) {
    let layout = call.layout
    func element(_ call: KVStore, _ i: Int) -> (key: Float, value: Float) {
      (
        layout.key(call.cachedKeys + head * layout.keyHeadBytes, token: token, i),
        layout.value(call.cachedValues + head * layout.valueHeadBytes, token: token, i)
      )
    }
    for i in 0..<layout.headDim {
      let (seen, right) = (element(call, i), element(expected, i))
      let least = Double(Float.leastNormalMagnitude)
      note(seen.key, expected: Double(right.key), bound: least, at: i)
      note(seen.value, expected: Double(right.value), bound: least, at: i)
    }
  }

  /// Every element against attention in double over the same cache.
  func check(_ call: AttentionCall) {
    for token in 0..<call.q.tokens {
      for head in 0..<call.q.heads {
        let at = token * call.q.rowStride + head * call.q.headDim
        let oracle = AttentionOracle(call: call, token: token, head: head)
        for i in 0..<call.q.headDim {
          let (expected, bound) = oracle.element(i)
          note(call.out[at + i], expected: expected, bound: bound, at: at + i)
        }
      }
    }
  }
}
