import Model

extension ModelConfig {
  /// A shape of the same kind with about `share` of the width, heads and feed-forward width. Heads keep their dimension and
  /// their rotation, so that a slice of the larger model has this shape: heads and KV heads are rounded so that the latter
  /// divide the former, the rest to whole numbers.
  ///
  /// - Parameter layers: nil for as many.
  /// - Throws: where `share` is not between 0 and 1, or there are more layers than here.
  public func student(share: Double, layers: Int? = nil) throws(ModelError) -> ModelConfig {
    guard share > 0, share <= 1 else {
      throw ModelError("a student with \(share) of its teacher's width; give a share above 0, 1 at most")
    }
    guard (1...self.layers).contains(layers ?? self.layers) else {
      throw ModelError("a student of \(layers!) layers; give 1 to \(self.layers), its teacher's")
    }
    func part(_ count: Int) -> Int { max(1, Int((Double(count) * share).rounded())) }
    var config = self
    config.layers = layers ?? self.layers
    let heads = part(self.heads), most = min(heads, part(kvHeads))
    (config.heads, config.kvHeads) = (heads, (1...most).last { heads.isMultiple(of: $0) } ?? 1)
    config.width = width == self.heads * headDim ? heads * headDim : part(width)
    config.ffn = part(ffn)
    try config.validate()
    return config
  }
}
