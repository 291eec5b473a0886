import Glibc
import Kernels
import Measurement
import Parallel
import Quantities
import ReferenceKernels

extension KernelCases {
  /// 16 query heads over 4 KV heads of 64, as in small llama models: a prompt of 256 tokens, one token after 2,048, and
  /// one after 4,096 with a cache of halves and of int8.
  static func attentionSubjects() -> [KernelSubject] {
    [
      attention(tokens: 256, position: 0, .f32), attention(tokens: 1, position: 2047, .f32),
      attention(tokens: 1, position: 4095, .f16), attention(tokens: 1, position: 4095, .q8_0),
    ]
  }

  private static func attention(tokens: Int, position: Int, _ format: KVFormat) -> KernelSubject {
    let heads = 16, headDim = 64
    let layout = KVLayout(
      kvHeads: 4, headDim: headDim, capacity: position + tokens, keys: format, values: format)
    let q = Operand(tokens * heads * headDim), out = Operand(tokens * heads * headDim)
    let keys = Operand((layout.keyBytes + 3) / 4), values = Operand((layout.valueBytes + 3) / 4)
    fill(layout, tokens: position + tokens, keys: keys, values: values)
    let call = AttentionCall(
      q: HeadRows(q.data, tokens: tokens, heads: heads, headDim: headDim), out: out.data, keys: keys.data,
      values: values.data, layout: layout, position: position)
    // Query t sees position + t + 1 tokens; each costs a product with its key and one with its value.
    let seen = (0..<tokens).reduce(0) { $0 + position + $1 + 1 }
    let cache = layout.bytesPerToken * (position + tokens)
    let phase = tokens == 1 ? "decode" : "prefill"
    let format = format == .f32 ? "" : " \(format.rawValue)"
    return KernelSubject(
      id: "kernel.attention.\(phase).\(layout.keys.rawValue).h\(heads)kv4d\(headDim)t\(position + tokens)",
      title: "attention \(phase)\(format) t=\(position + tokens)", operation: .attention,
      work: Work(flops: FLOPs(4 * seen * heads * headDim), bytes: Bytes(cache + 4 * (q.count + out.count))),
      reset: out.spoil, run: { $0.attention(call) },
      compare: { compare(call, owners: [q, out, keys, values]) })
  }

  /// Seeded keys and values, stored by the reference.
  private static func fill(_ layout: KVLayout, tokens: Int, keys: Operand, values: Operand) {
    let width = layout.kvHeads * layout.headDim
    let k = Operand(tokens * width, seed: 2), v = Operand(tokens * width, seed: 3)
    let heads = [k, v].map {
      HeadRows($0.data, tokens: tokens, heads: layout.kvHeads, headDim: layout.headDim)
    }
    ReferenceKernelSet(pool: ThreadPool(threads: 1)).store(
      KVStore(
        keys: heads[0], values: heads[1], cachedKeys: keys.data, cachedValues: values.data, layout: layout,
        position: 0))
    withExtendedLifetime((k, v)) {}
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
