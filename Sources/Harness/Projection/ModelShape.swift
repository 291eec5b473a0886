import Quantities

/// The sizes of a transformer that decide its work: a gated network, grouped attention, no mixture of experts.
public struct ModelShape: Hashable, Sendable {
  public let name: String
  public let width: Int
  public let layers: Int
  public let heads: Int
  public let kvHeads: Int
  public let headDim: Int
  public let ffn: Int
  public let vocabulary: Int
  /// Whether the head is the embedding.
  public let tiedHead: Bool

  init(
    _ name: String, _ width: Int, layers: Int, heads: (Int, kv: Int, dim: Int), ffn: Int,
    vocabulary: (Int, tied: Bool)
  ) {
    (self.name, self.width, self.layers, self.ffn) = (name, width, layers, ffn)
    (self.heads, kvHeads, headDim) = heads
    (self.vocabulary, tiedHead) = vocabulary
  }

  struct Matrix {
    enum Role { case plain, embedding, head, sensitive(layer: Int, of: Int) }
    let rows: Int
    let columns: Int
    let role: Role
    var weights: Double { Double(rows) * Double(columns) }
  }

  /// The matrices that every token goes through, head included.
  var multiplied: [Matrix] {
    let query = heads * headDim, kv = kvHeads * headDim
    let layer = (0..<layers).flatMap { index -> [Matrix] in
      let sensitive = Matrix.Role.sensitive(layer: index, of: layers)
      return [
        Matrix(rows: query, columns: width, role: .plain), Matrix(rows: kv, columns: width, role: .plain),
        Matrix(rows: kv, columns: width, role: sensitive), Matrix(rows: width, columns: query, role: .plain),
        Matrix(rows: ffn, columns: width, role: .plain), Matrix(rows: ffn, columns: width, role: .plain),
        Matrix(rows: width, columns: ffn, role: sensitive),
      ]
    }
    return layer + [Matrix(rows: vocabulary, columns: width, role: .head)]
  }

  /// Weights of the matrices; norms and biases are left out, a thousandth at most.
  public var parameters: Double {
    let embedding = tiedHead ? 0 : Double(vocabulary) * Double(width)
    return multiplied.reduce(embedding) { $0 + $1.weights }
  }

  /// Weights that a token is multiplied with, by the format that they have in a file of this type.
  public func multipliedWeights(_ type: WeightType) -> [WeightFormat: Double] {
    multiplied.reduce(into: [:]) { $0[type.format(of: $1), default: 0] += $1.weights }
  }

  /// What the file's matrices take.
  public func fileBytes(_ type: WeightType) -> Bytes {
    let table = Matrix(rows: vocabulary, columns: width, role: .embedding)
    let embedding = tiedHead ? 0 : table.weights * type.format(of: table).bits
    return Bytes(multipliedWeights(type).reduce(embedding) { $0 + $1.value * $1.key.bits } / 8)
  }

  /// Keys and values of so many tokens, in f16.
  public func cacheBytes(tokens: Int) -> Bytes {
    Bytes(2 * 2 * Double(layers) * Double(kvHeads) * Double(headDim) * Double(tokens))
  }

  /// Two products per head of the token's query with so many cached tokens.
  public func attentionFLOPs(tokens: Int) -> FLOPs {
    FLOPs(4 * Double(layers) * Double(heads) * Double(headDim) * Double(tokens))
  }
}
