import Kernels
import Parallel

/// A KV cache that ends where a page without access begins, full of bytes that are NaN in every format but int8.
final class CacheMemory {
  let layout: KVLayout
  private let keyMemory: GuardedFloats, valueMemory: GuardedFloats

  init(_ layout: KVLayout) {
    self.layout = layout
    keyMemory = GuardedFloats(capacity: layout.keyBytes / 4)
    valueMemory = GuardedFloats(capacity: layout.valueBytes / 4)
    let nan = Float(bitPattern: 0x7FFF_7FFF)
    _ = keyMemory.place(layout.keyBytes / 4) { _ in nan }
    _ = valueMemory.place(layout.valueBytes / 4) { _ in nan }
  }

  /// Where the keys and the values of a head begin.
  func keys(_ head: Int) -> UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(keyMemory.pointer) + head * layout.keyHeadBytes
  }
  func values(_ head: Int) -> UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(valueMemory.pointer) + head * layout.valueHeadBytes
  }

  var keyBytes: [UInt8] { Array(UnsafeRawBufferPointer(start: keys(0), count: layout.keyBytes)) }
  var valueBytes: [UInt8] { Array(UnsafeRawBufferPointer(start: values(0), count: layout.valueBytes)) }

  /// Stores (kvHeads, tokens, headDim) with the reference.
  func store(keys: [Float], values: [Float], tokens: Int) {
    let scalar = ReferenceKernelSet(pool: ThreadPool(threads: 1))
    store(keys: keys, values: values, tokens: tokens, at: 0, with: scalar)
  }

  /// Stores (kvHeads, tokens, headDim), their vectors `gap` floats apart, from `position` on.
  func store(
    keys: [Float], values: [Float], tokens: Int, at position: Int, gap: Int = 0, with set: any KernelSet
  ) {
    let stride = layout.kvHeads * layout.headDim + gap
    let k = GuardedFloats(interleaved(keys, tokens, stride)),
      v = GuardedFloats(interleaved(values, tokens, stride))
    func rows(_ memory: GuardedFloats) -> HeadRows {
      HeadRows(
        memory.pointer, tokens: tokens, heads: layout.kvHeads, headDim: layout.headDim, rowStride: stride)
    }
    set.store(
      KVStore(
        keys: rows(k), values: rows(v), cachedKeys: self.keys(0), cachedValues: self.values(0),
        layout: layout, position: position))
  }

  /// (kvHeads, tokens, headDim) as (tokens, kvHeads, headDim); the last token ends without a gap.
  private func interleaved(_ x: [Float], _ tokens: Int, _ stride: Int) -> [Float] {
    let d = layout.headDim
    var rows = [Float](repeating: canary, count: (tokens - 1) * stride + layout.kvHeads * d)
    for head in 0..<layout.kvHeads {
      for token in 0..<tokens {
        let from = (head * tokens + token) * d, to = token * stride + head * d
        rows.replaceSubrange(to..<to + d, with: x[from..<from + d])
      }
    }
    return rows
  }
}
