import Kernels

/// Keys and values of the tokens seen so far, for every layer, in the layout of `KVLayout`.
public final class KVCache: @unchecked Sendable {
  public let layout: KVLayout
  public let layers: Int
  /// Tokens in the cache.
  public private(set) var count = 0

  private let keys: UnsafeMutableRawPointer
  private let values: UnsafeMutableRawPointer

  /// Room for `layout.capacity` tokens of `layers` layers.
  public init(layers: Int, layout: KVLayout) {
    self.layers = layers
    self.layout = layout
    keys = Self.zeros(layers * layout.keyBytes)
    values = Self.zeros(layers * layout.valueBytes)
  }

  deinit {
    keys.deallocate()
    values.deallocate()
  }

  private static func zeros(_ byteCount: Int) -> UnsafeMutableRawPointer {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 4096)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    return memory
  }

  /// Keys and values of one layer, head by head.
  func keys(layer: Int) -> UnsafeMutableRawPointer { keys + layer * layout.keyBytes }
  func values(layer: Int) -> UnsafeMutableRawPointer { values + layer * layout.valueBytes }

  /// Writes the keys and values of successive tokens, both (tokens, kvHeads, headDim), from `count` on. All layers
  /// having been written, `advance` makes them part of the cache.
  func write(layer: Int, keys k: HeadRows, values v: HeadRows, with kernels: any KernelSet) {
    kernels.store(
      KVStore(
        keys: k, values: v, cachedKeys: keys(layer: layer), cachedValues: values(layer: layer),
        layout: layout, position: count))
  }

  /// Counts `tokens` more as present.
  func advance(by tokens: Int) { count += tokens }

  /// Forgets all but the first `count` tokens.
  public func truncate(to count: Int) {
    precondition((0...self.count).contains(count), "cannot truncate \(self.count) tokens to \(count)")
    self.count = count
  }

  /// Bytes of keys and values that one token reads at a context of `tokens`, over all layers.
  public func bytesRead(atContext tokens: Int) -> Int { layers * layout.bytesPerToken * tokens }
}
