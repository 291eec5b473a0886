import Model

/// Which parts of a teacher a student keeps.
///
/// Layers: evenly spread, the first and the last among them. Within a layer and for the residual stream: the parts with the
/// largest weights, as structured pruning by magnitude has it (Li et al. 2017, arXiv 1608.08710), in their old order:
///
/// - channels of the residual stream by Σ (their weights in embedding and head)², the same in all layers,
/// - KV heads, each with the query heads that it serves, by Σ of the squares of value and output weights,
/// - query heads of a KV head likewise by their output weights,
/// - feed-forward neurons by Σ (down weights)² · Σ (gate and up weights)².
public struct Pruning: Sendable {
  /// The teacher's layer for each of the student's.
  let layers: [Int]
  /// Channels of the residual stream.
  let channels: [Int]

  private let teacher: TrainableModel
  private let shape: ModelConfig

  /// - Throws: where `shape` is no slice of the teacher's.
  public init(_ teacher: TrainableModel, to shape: ModelConfig) throws(ModelError) {
    let old = teacher.config
    let sizes = [
      ("width", shape.width, old.width), ("layers", shape.layers, old.layers),
      ("KV heads", shape.kvHeads, old.kvHeads), ("feed-forward width", shape.ffn, old.ffn),
      ("query heads of a KV head", shape.heads / shape.kvHeads, old.heads / old.kvHeads),
    ]
    if let (name, new, most) = sizes.first(where: { $0.1 > $0.2 }) {
      throw ModelError("\(name) \(new) cannot be cut out of a teacher's \(most); give a smaller student")
    }
    guard shape.headDim == old.headDim, shape.vocabulary == old.vocabulary, shape.tiedHead == old.tiedHead,
      shape.ropePairing == old.ropePairing, shape.qkvBias == old.qkvBias
    else {
      throw ModelError("a student of another kind than its teacher cannot be cut out of it; start it fresh")
    }
    (self.teacher, self.shape) = (teacher, shape)
    layers = (0..<shape.layers).map { index in
      shape.layers == 1 ? 0 : Int((Double(index * (old.layers - 1)) / Double(shape.layers - 1)).rounded())
    }
    let tables = ["token_embd.weight"] + (old.tiedHead ? [] : ["output.weight"])
    channels = Self.largest(shape.width, of: old.width) { channel in
      tables.reduce(0.0) { $0 + Self.columnSquares(teacher[$1], width: old.width, column: channel) }
    }
  }

  /// The student: the teacher's numbers in their new places.
  public func student() throws(ModelError) -> TrainableModel {
    let student = try TrainableModel(shape: shape)
    let whole = Array(0..<shape.vocabulary)
    copy("token_embd.weight", to: student, rows: whole, columns: channels)
    if !shape.tiedHead { copy("output.weight", to: student, rows: whole, columns: channels) }
    copyVector("output_norm.weight", to: student, channels)
    for (index, layer) in layers.enumerated() { copyLayer(layer, to: student, index) }
    return student
  }

  private func copyLayer(_ old: Int, to student: TrainableModel, _ new: Int) {
    let (queries, keys) = headRows(old), neurons = neurons(old)
    let (from, into) = ("blk.\(old).", "blk.\(new).")
    for (name, rows, columns) in [
      ("attn_q", queries, channels), ("attn_k", keys, channels), ("attn_v", keys, channels),
      ("attn_output", channels, queries), ("ffn_gate", neurons, channels), ("ffn_up", neurons, channels),
      ("ffn_down", channels, neurons),
    ] {
      copy(from + name + ".weight", as: into + name + ".weight", to: student, rows: rows, columns: columns)
    }
    copyVector(from + "attn_norm.weight", as: into + "attn_norm.weight", to: student, channels)
    copyVector(from + "ffn_norm.weight", as: into + "ffn_norm.weight", to: student, channels)
    guard shape.qkvBias else { return }
    for (name, rows) in [("attn_q", queries), ("attn_k", keys), ("attn_v", keys)] {
      copyVector(from + name + ".bias", as: into + name + ".bias", to: student, rows)
    }
  }

  /// Rows of the query projection and of key and value projections that stay.
  func headRows(_ layer: Int) -> (queries: [Int], keys: [Int]) {
    let old = teacher.config, e = old.headDim, group = old.heads / old.kvHeads
    let output = teacher["blk.\(layer).attn_output.weight"], value = teacher["blk.\(layer).attn_v.weight"]
    func weight(ofQueryHead head: Int) -> Double {
      (head * e..<(head + 1) * e).reduce(0.0) {
        $0 + Self.columnSquares(output, width: old.heads * e, column: $1)
      }
    }
    let groups = Self.largest(shape.kvHeads, of: old.kvHeads) { kv in
      let values = value[kv * e * old.width..<(kv + 1) * e * old.width]
      return (kv * group..<(kv + 1) * group).reduce(Self.squares(values)) { $0 + weight(ofQueryHead: $1) }
    }
    let heads = groups.flatMap { kv in
      Self.largest(shape.heads / shape.kvHeads, of: group) { weight(ofQueryHead: kv * group + $0) }
        .map { kv * group + $0 }
    }
    func rows(_ heads: [Int]) -> [Int] { heads.flatMap { $0 * e..<($0 + 1) * e } }
    return (rows(heads), rows(groups))
  }

  /// Feed-forward neurons that stay.
  func neurons(_ layer: Int) -> [Int] {
    let old = teacher.config, d = old.width
    let (gate, up) = (teacher["blk.\(layer).ffn_gate.weight"], teacher["blk.\(layer).ffn_up.weight"])
    let down = teacher["blk.\(layer).ffn_down.weight"]
    return Self.largest(shape.ffn, of: old.ffn) { neuron in
      let row = neuron * d..<(neuron + 1) * d
      return Self.columnSquares(down, width: old.ffn, column: neuron)
        * (Self.squares(gate[row]) + Self.squares(up[row]))
    }
  }

  private func copy(
    _ name: String, as other: String? = nil, to student: TrainableModel, rows: [Int], columns: [Int]
  ) {
    let old = teacher[name], new = student[other ?? name]
    let width = old.count / (teacher.tensors.first { $0.spec.name == name }?.spec.shape[1] ?? 1)
    for (row, from) in rows.enumerated() {
      for (column, place) in columns.enumerated() {
        new[row * columns.count + column] = old[from * width + place]
      }
    }
  }

  private func copyVector(
    _ name: String, as other: String? = nil, to student: TrainableModel, _ places: [Int]
  ) {
    let old = teacher[name], new = student[other ?? name]
    for (index, place) in places.enumerated() { new[index] = old[place] }
  }

  /// The `count` of 0 ..< `all` with the largest weights, in their order; of equal ones the first.
  static func largest(_ count: Int, of all: Int, by weight: (Int) -> Double) -> [Int] {
    let weights = (0..<all).map(weight)
    let order = weights.indices.sorted { weights[$0] != weights[$1] ? weights[$0] > weights[$1] : $0 < $1 }
    return order.prefix(count).sorted()
  }

  private static func squares(_ x: some Sequence<Float>) -> Double {
    x.reduce(0.0) { $0 + Double($1) * Double($1) }
  }

  /// Σ of the squares of one column of a matrix with rows of `width`.
  private static func columnSquares(
    _ matrix: UnsafeMutableBufferPointer<Float>, width: Int, column: Int
  ) -> Double {
    squares(stride(from: column, to: matrix.count, by: width).lazy.map { matrix[$0] })
  }
}
