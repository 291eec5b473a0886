import Glibc
import Kernels
import Measurement
import Quantities
import ReferenceKernels

extension KernelCases {
  /// 16 query heads over 4 KV heads of 64, as in small llama models: a prompt of 256 tokens, and one token after 2,048.
  static func attentionSubjects() -> [KernelSubject] {
    [attention(tokens: 256, position: 0), attention(tokens: 1, position: 2047)]
  }

  private static func attention(tokens: Int, position: Int) -> KernelSubject {
    let heads = 16, headDim = 64
    let layout = KVLayout(kvHeads: 4, headDim: headDim, capacity: position + tokens)
    let q = Operand(tokens * heads * headDim), out = Operand(tokens * heads * headDim)
    let keys = Operand(layout.kvHeads * layout.keyHeadStride, seed: 2)
    let values = Operand(layout.kvHeads * layout.valueHeadStride, seed: 3)
    let call = AttentionCall(
      q: HeadRows(q.data, tokens: tokens, heads: heads, headDim: headDim), out: out.data, keys: keys.data,
      values: values.data, layout: layout, position: position)
    // Query t sees position + t + 1 tokens; each costs a product with its key and one with its value.
    let seen = (0..<tokens).reduce(0) { $0 + position + $1 + 1 }
    let cache = 2 * layout.kvHeads * headDim * (position + tokens)
    let phase = tokens == 1 ? "decode" : "prefill"
    return KernelSubject(
      id: "kernel.attention.\(phase).f32.h\(heads)kv4d\(headDim)t\(position + tokens)",
      title: "attention \(phase) t=\(position + tokens)", operation: .attention,
      work: Work(flops: FLOPs(4 * seen * heads * headDim), bytes: Bytes(4 * (cache + q.count + out.count))),
      reset: out.spoil, run: { $0.attention(call) },
      compare: { compare(call, owners: [q, out, keys, values]) })
  }

  /// Compares some heads of the first, a middle and the last token.
  private static func compare(_ c: AttentionCall, owners: [Operand]) -> Comparison {
    var found = Comparison()
    let d = c.q.headDim
    for token in Set([0, c.q.tokens / 2, c.q.tokens - 1]).sorted() {
      for head in stride(from: 0, to: c.q.heads, by: 5) {
        let at = token * c.q.rowStride + head * d
        let oracle = AttentionOracle(call: c, token: token, head: head)
        for i in 0..<d {
          let (expected, bound) = oracle.element(i)
          found.add(Double(c.out[at + i]), expected: expected, tolerance: bound, at: at + i)
        }
      }
    }
    withExtendedLifetime(owners) {}
    return found
  }
}

/// Attention of one head of one token in double, with its error bound.
private struct AttentionOracle {
  private let weights: [Double]
  private let score: Double
  private let value: (_ token: Int, _ i: Int) -> Double
  private let headDim: Int

  init(call c: AttentionCall, token: Int, head: Int) {
    let d = c.q.headDim, layout = c.layout
    let kvHead = head * layout.kvHeads / c.q.heads
    let q = c.q.data + token * c.q.rowStride + head * d
    let keys = c.keys + kvHead * layout.keyHeadStride, values = c.values + kvHead * layout.valueHeadStride
    var scores: [Double] = [], magnitude = 0.0
    for t in 0...(c.position + token) {
      let products = (0..<d).map { Double(q[$0]) * Double(keys[layout.keyIndex(token: t, $0)]) }
      scores.append(products.reduce(0, +) / Double(d).squareRoot())
      magnitude = max(magnitude, products.reduce(0) { $0 + abs($1) } / Double(d).squareRoot())
    }
    let top = scores.max()!
    let exponentials = scores.map { exp($0 - top) }
    let sum = exponentials.reduce(0, +)
    weights = exponentials.map { $0 / sum }
    score = magnitude
    headDim = d
    value = { Double(values[$0 * d + $1]) }
  }

  func element(_ i: Int) -> (expected: Double, bound: Double) {
    var sum = 0.0, magnitude = 0.0
    for (t, weight) in weights.enumerated() {
      sum += weight * value(t, i)
      magnitude += weight * abs(value(t, i))
    }
    let bound = Tolerance.attention(
      magnitude: magnitude, score: score, headDim: headDim, tokens: weights.count)
    return (sum, bound)
  }
}
