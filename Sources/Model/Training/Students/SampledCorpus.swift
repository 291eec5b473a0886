import Corpora
import Kernels
import Model
import Parallel
import Statistics

/// Texts that a teacher wrote: what students of sequence-level distillation learn from (Kim and Rush 2016, arXiv
/// 1606.07947), as those of DeepSeek-R1 do.
public struct SampledCorpus: Corpus {
  public let name: String
  public let vocabulary: Int
  private let windows: [Split: [[Int32]]]

  /// How a teacher writes.
  public struct Request: Sendable {
    /// Windows of each part.
    public var training: Int, heldOut: Int
    /// Tokens of a window after its first.
    public var length: Int
    public var temperature: Float = 1
    public var seed: UInt64 = 1
    /// What each text begins with.
    public var start: [Int]

    /// - Parameter start: one token at least, `length` at most.
    public init(training: Int, heldOut: Int, length: Int, start: [Int]) {
      precondition(!start.isEmpty && start.count <= length, "texts of \(length) begin with \(start.count)")
      (self.training, self.heldOut) = (training, heldOut)
      (self.length, self.start) = (length, start)
    }
  }

  /// Lets a teacher write, one text after the other on each thread: small models are fastest that way. Each text has random
  /// numbers of its own, so that the number of threads changes nothing.
  ///
  /// - Parameter weights: for the backend that `kernels` makes, once for each thread.
  /// - Throws: where the teacher cannot read its own tokens, such as windows longer than its context.
  public init(
    writtenBy weights: ModelWeights, threads: Int, _ request: Request, kernels: () -> any KernelSet
  ) throws(ModelError) {
    let count = request.training + request.heldOut
    let writers = (0..<max(1, min(threads, count))).map { _ in
      Transformer(
        weights: weights, kernels: kernels(), context: request.length + 1, batch: request.start.count)
    }
    let texts = TextTable(count: count)
    let pool = ThreadPool(threads: writers.count)
    pool.run { thread in
      for index in stride(from: thread, to: count, by: writers.count) {
        texts.rows[index] = Result { () throws(ModelError) in
          try Self.write(
            writers[thread], request, seed: request.seed &+ UInt64(index) &* 0x2545_F491_4F6C_DD1D)
        }
      }
    }
    var all: [[Int32]] = []
    for index in 0..<count { all.append(try texts.rows[index].get()) }
    (name, vocabulary) = ("the teacher's own texts", weights.config.vocabulary)
    windows = [.training: Array(all[..<request.training]), .heldOut: Array(all[request.training...])]
  }

  /// Texts by index, each written by one thread.
  private final class TextTable: @unchecked Sendable {
    let rows: UnsafeMutableBufferPointer<Result<[Int32], ModelError>>

    init(count: Int) {
      rows = .allocate(capacity: count)
      rows.initialize(repeating: .success([]))
    }
    deinit { rows.deinitialize().deallocate() }
  }

  private static func write(_ writer: Transformer, _ request: Request, seed: UInt64) throws(ModelError)
    -> [Int32]
  {
    var sampler = try Sampler(SamplingOptions(temperature: request.temperature), seed: seed)
    var tokens = request.start
    writer.cache.truncate(to: 0)
    var next = request.start[...]
    while tokens.count <= request.length {
      let logits = try writer.forward(Array(next))
      let token = try logits.withSpan { span throws(ModelError) in try sampler.next(span, after: tokens) }
      tokens.append(token)
      next = tokens.suffix(1)
    }
    return tokens.map { Int32($0) }
  }

  /// Window `index` of a shuffled series that goes through all texts again and again.
  ///
  /// - Precondition: `length` is that of the texts, or shorter: then their beginnings.
  public func window(_ index: Int, length: Int, split: Split, seed: UInt64) -> [Int] {
    let part = windows[split] ?? []
    precondition(!part.isEmpty && length < part[0].count, "a window of \(length)")
    var random = SeededGenerator(seed: seed ^ UInt64(index / part.count))
    let shift = random.index(below: part.count)
    return part[(index + shift) % part.count][...length].map { Int($0) }
  }
}
