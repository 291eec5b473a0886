import KernelTypes
import Parallel

extension SIMDKernelSet {
  /// In decode the query heads that share a KV head form the rows of a tile; in prefill successive tokens do.
  public func attention(_ c: AttentionCall) {
    let group = c.q.heads / c.layout.kvHeads
    let rowsAreHeads = c.q.tokens == 1
    let rows = rowsAreHeads ? group : c.q.tokens
    let blocks = (rows + table.panelRows - 1) / table.panelRows
    let tasks = (rowsAreHeads ? c.layout.kvHeads : c.q.heads) * blocks
    let scoreStride = roundUp(c.position + c.q.tokens, KVLayout.tileTokens)
    pool.forEach(count: tasks, chunk: 1) { [table, perThread] range, thread in
      let scores = perThread[thread].floats(table.panelRows * scoreStride)
      for task in range {
        let first = task % blocks * table.panelRows
        let head = rowsAreHeads ? task / blocks * group + first : task / blocks
        let token = rowsAreHeads ? 0 : first
        let kvHead = head / group
        let at = token * c.q.rowStride + head * c.q.headDim
        let stride = rowsAreHeads ? c.q.headDim : c.q.rowStride
        table.attention(
          AttentionRows(
            rows: min(table.panelRows, rows - first), q: c.q.data + at, qStride: stride, out: c.out + at,
            outStride: stride, keys: c.keys + kvHead * c.layout.keyHeadStride,
            values: c.values + kvHead * c.layout.valueHeadStride, headDim: c.layout.headDim,
            keyTile: KVLayout.tileTokens, visible: c.position + token + 1, visibleStep: rowsAreHeads ? 0 : 1,
            scores: scores, scoreStride: scoreStride))
      }
    }
  }
}
