import Kernels

/// Keys and values of the tokens seen so far, for every layer, in the layout of `KVLayout`.
public final class KVCache: @unchecked Sendable {
  public let layout: KVLayout
  public let layers: Int
  /// Tokens in the cache.
  public private(set) var count = 0

  private let keys: UnsafeMutablePointer<Float>
  private let values: UnsafeMutablePointer<Float>

  /// Room for `capacity` tokens of `layers` layers.
  public init(layers: Int, layout: KVLayout) {
    self.layers = layers
    self.layout = layout
    keys = .allocate(capacity: layers * layout.kvHeads * layout.keyHeadStride)
    values = .allocate(capacity: layers * layout.kvHeads * layout.valueHeadStride)
    keys.initialize(repeating: 0, count: layers * layout.kvHeads * layout.keyHeadStride)
    values.initialize(repeating: 0, count: layers * layout.kvHeads * layout.valueHeadStride)
  }

  deinit {
    keys.deallocate()
    values.deallocate()
  }

  /// Keys and values of one layer, head by head.
  func keys(layer: Int) -> UnsafeMutablePointer<Float> {
    keys + layer * layout.kvHeads * layout.keyHeadStride
  }
  func values(layer: Int) -> UnsafeMutablePointer<Float> {
    values + layer * layout.kvHeads * layout.valueHeadStride
  }

  /// Writes the keys and values of successive tokens, both (tokens, kvHeads, headDim), from `count` on. All layers
  /// having been written, `advance` makes them part of the cache.
  func write(layer: Int, tokens: Int, keys k: UnsafePointer<Float>, values v: UnsafePointer<Float>) {
    precondition(count + tokens <= layout.capacity, "the KV cache holds \(layout.capacity) tokens")
    let d = layout.headDim
    for head in 0..<layout.kvHeads {
      let keys = keys(layer: layer) + head * layout.keyHeadStride
      let values = values(layer: layer) + head * layout.valueHeadStride
      for token in 0..<tokens {
        let source = (token * layout.kvHeads + head) * d
        let first = keys + layout.keyIndex(token: count + token, 0)
        for i in 0..<d { first[i * KVLayout.tileTokens] = k[source + i] }
        (values + (count + token) * d).update(from: v + source, count: d)
      }
    }
  }

  /// Counts `tokens` more as present.
  func advance(by tokens: Int) { count += tokens }

  /// Forgets all but the first `count` tokens.
  public func truncate(to count: Int) {
    precondition((0...self.count).contains(count), "cannot truncate \(self.count) tokens to \(count)")
    self.count = count
  }

  /// Bytes of keys and values that one token reads at a context of `tokens`, over all layers.
  public func bytesRead(atContext tokens: Int) -> Int {
    2 * layers * layout.kvHeads * layout.headDim * tokens * MemoryLayout<Float>.stride
  }
}
