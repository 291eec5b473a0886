import KernelTypes
import Parallel

extension SIMDKernelSet {
  /// Tasks are KV heads × chunks of query tokens, or of one chunk, ranges of cached tokens whose contributions are
  /// added up at the end. The division follows from the shapes alone, so that results do not depend on the threads.
  public func attention(_ c: AttentionCall) {
    var plan = AttentionPlan(c, panelRows: table.panelRows)
    plan.partials = partialAttention.floats(plan.partialFloats)
    withUnsafePointer(to: plan) {
      attentionCall = $0
      attentionLoop.run(count: plan.tasks, chunk: 1)
      guard plan.ranges > 1 else { return }
      mergeLoop.run(count: plan.kvHeads, chunk: share(plan.kvHeads, unit: 4))
    }
  }

  func attend(_ tasks: Range<Int>, thread: Int) {
    let plan = attentionCall!
    let scratch = perThread.floats(
      table.attentionScratch(plan.pointee.rows, plan.pointee.call.q.headDim), thread: thread)
    for task in tasks { table.attention(plan.pointee.rows(task, scratch: scratch)) }
  }

  func merge(_ heads: Range<Int>) {
    let plan = attentionCall!
    for head in heads {
      let rows = plan.pointee.rows(head * plan.pointee.ranges, scratch: plan.pointee.partials!)
      table.mergeAttention(rows, rows.partial!, plan.pointee.ranges)
    }
  }

  public func store(_ c: KVStore) {
    let tokens = c.keys.tokens, kvHeads = c.layout.kvHeads
    // A fork costs more than a few tokens do.
    let chunk = tokens < 16 ? kvHeads : 1
    pool.forEach(count: kvHeads, chunk: chunk) { heads, thread in
      let scratch = perThread.floats(CacheRows.scratchFloats, thread: thread)
      for head in heads {
        table.storeKeys(
          CacheRows(
            c.keys.vector(0, head), tokens: tokens, headDim: c.keys.headDim, rowStride: c.keys.rowStride,
            to: c.cachedKeys + head * c.layout.keyHeadBytes, format: c.layout.keys.cacheFormat,
            position: c.position, scratch: scratch))
        table.storeValues(
          CacheRows(
            c.values.vector(0, head), tokens: tokens, headDim: c.values.headDim,
            rowStride: c.values.rowStride, to: c.cachedValues + head * c.layout.valueHeadBytes,
            format: c.layout.values.cacheFormat, position: c.position, scratch: scratch))
      }
    }
  }
}

/// How one call of attention is divided.
struct AttentionPlan {
  let call: AttentionCall
  /// Results of ranges, before they are added up.
  var partials: UnsafeMutablePointer<Float>?
  /// Query heads that share a KV head.
  let group: Int
  let chunkTokens: Int, chunks: Int
  let rangeTokens: Int, ranges: Int

  var kvHeads: Int { call.layout.kvHeads }
  var tasks: Int { kvHeads * chunks * ranges }
  /// Rows of the largest task.
  var rows: Int { min(chunkTokens, call.q.tokens) * group }
  var partialFloats: Int { ranges > 1 ? kvHeads * ranges * rangeFloats : 1 }
  private var rangeFloats: Int { rows * (call.q.headDim + 2) }

  /// Rows that a block of keys and values meets before the next one: enough to pay for making floats of it, few enough
  /// for their scores to stay in L2.
  static let usualRows = 96
  /// Ranges are worth a task of their own from here on; tasks beyond so many serve no machine.
  static let leastRange = 512, enoughTasks = 64
  /// Tokens of the kernels' blocks; a range of another length would end with a cut one.
  static let block = 256

  init(_ call: AttentionCall, panelRows: Int) {
    self.call = call
    group = call.q.heads / call.layout.kvHeads
    chunkTokens = panelRows * max(1, Self.usualRows / (panelRows * group))
    chunks = (call.q.tokens + chunkTokens - 1) / chunkTokens
    let context = call.position + call.q.tokens
    let wanted = min(
      (context + Self.leastRange - 1) / Self.leastRange, Self.enoughTasks / call.layout.kvHeads)
    rangeTokens =
      chunks > 1 || wanted < 2
      ? context : (context + wanted * Self.block - 1) / (wanted * Self.block) * Self.block
    ranges = (context + rangeTokens - 1) / rangeTokens
  }

  /// The operands of one task. Later chunks see more and come first, so that the last task is a short one.
  func rows(_ task: Int, scratch: UnsafeMutablePointer<Float>) -> AttentionRows {
    let c = call, layout = c.layout
    let kvHead = task / ranges % kvHeads, range = task % ranges
    let token = (chunks - 1 - task / (ranges * kvHeads)) * chunkTokens
    let at = token * c.q.rowStride + kvHead * group * c.q.headDim
    let cache = CachedHead(
      keys: c.keys + kvHead * layout.keyHeadBytes, layout.keys.cacheFormat,
      values: c.values + kvHead * layout.valueHeadBytes, layout.values.cacheFormat, headDim: layout.headDim)
    return AttentionRows(
      tokens: min(chunkTokens, c.q.tokens - token), heads: group, q: c.q.data + at, out: c.out + at,
      tokenStride: c.q.rowStride, cache: cache, visible: c.position + token + 1, start: range * rangeTokens,
      end: (range + 1) * rangeTokens,
      partial: ranges > 1 ? partials! + (kvHead * ranges + range) * rangeFloats : nil, scratch: scratch)
  }
}
