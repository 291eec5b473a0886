/// Tokens that may come next, and how likely each of them is. Those that are missing have probability 0.
public struct TokenDistribution: Sendable {
  struct Candidate: Sendable {
    var token: Int32
    var logit: Float
    /// In proportion to the probability.
    var weight = 0.0

    /// More likely; the lower number wins ties.
    static func > (a: Candidate, b: Candidate) -> Bool {
      a.logit != b.logit ? a.logit > b.logit : a.token < b.token
    }
  }

  private(set) var candidates: [Candidate] = []
  /// The sum of all weights.
  private(set) var total = 0.0

  init() {}

  /// How many tokens have a probability.
  public var count: Int { candidates.count }

  /// All tokens with their probabilities, in no order that means anything.
  public var probabilities: [(token: Int, probability: Double)] {
    candidates.map { (Int($0.token), $0.weight / total) }
  }

  /// How likely `token` is. Looks through all candidates.
  public func probability(of token: Int) -> Double {
    (candidates.first { Int($0.token) == token }?.weight ?? 0) / total
  }

  /// The token at which the running sum of probabilities passes `share`, a number in [0, 1): an inverse transform.
  public func token(at share: Double) -> Int {
    var left = share * total
    for candidate in candidates {
      left -= candidate.weight
      if left < 0 { return Int(candidate.token) }
    }
    // Rounding left a crumb.
    return Int((candidates.last { $0.weight > 0 } ?? candidates[candidates.count - 1]).token)
  }
}

extension TokenDistribution {
  /// Becomes what `options` make of `logits` after `tokens`. Keeps its memory.
  ///
  /// - Throws: where none of the logits is a number.
  mutating func fill(_ logits: Span<Float>, _ options: SamplingOptions, after tokens: [Int])
    throws(ModelError)
  {
    candidates.removeAll(keepingCapacity: true)
    candidates.reserveCapacity(logits.count)
    for index in logits.indices where !logits[index].isNaN {
      candidates.append(Candidate(token: Int32(truncatingIfNeeded: index), logit: logits[index]))
    }
    if options.repeatPenalty != 1 {
      penalise(tokens.suffix(options.repeatLast), by: options.repeatPenalty, logits)
    }
    guard let best = candidates.max(by: { $1 > $0 }) else { throw Sampler.noNumber(among: logits.count) }
    guard options.temperature > 0, best.logit.isFinite else { return keepOnly(best) }
    if options.topK > 0, options.topK < candidates.count { keepLargest { count, _ in count == options.topK } }
    if options.topP < 1 || options.minP > 0 { weigh(best.logit, temperature: 1) }
    if options.topP < 1 { keepNucleus(of: Double(options.topP)) }
    // The best one weighs 1.
    if options.minP > 0 { candidates.removeAll { $0.weight < Double(options.minP) } }
    weigh(best.logit, temperature: Double(options.temperature))
  }

  private mutating func keepOnly(_ candidate: Candidate) {
    candidates.removeAll(keepingCapacity: true)
    candidates.append(Candidate(token: candidate.token, logit: candidate.logit, weight: 1))
    total = 1
  }

  private mutating func penalise(_ tokens: ArraySlice<Int>, by penalty: Float, _ logits: Span<Float>) {
    for token in tokens where logits.indices.contains(token) {
      // Logits that are no numbers were left out in front of it.
      var index = min(token, candidates.count - 1)
      while index > 0, candidates[index].token > token { index -= 1 }
      // Once for each token, however often it came.
      guard index >= 0, candidates[index].token == token, candidates[index].logit == logits[token] else {
        continue
      }
      let logit = logits[token]
      candidates[index].logit = logit > 0 ? logit / penalty : logit * penalty
    }
  }

  /// Weights e^((logit − best) / temperature).
  private mutating func weigh(_ best: Float, temperature: Double) {
    total = 0
    for index in candidates.indices {
      let weight = portableExponential((Double(candidates[index].logit) - Double(best)) / temperature)
      candidates[index].weight = weight
      total += weight
    }
  }

  /// Keeps the fewest candidates that weigh `share` of all.
  private mutating func keepNucleus(of share: Double) {
    let all = total
    // So light that not even all of them together could belong to it: this spares the heap most of a vocabulary.
    let lightest = (1 - share) * all / Double(candidates.count)
    candidates.removeAll { $0.weight < lightest }
    var weight = 0.0
    keepLargest { _, next in
      weight += next
      return weight >= share * all
    }
  }

  /// Keeps the likeliest candidates, in order, until `isEnough` of the number kept and the last one's weight. Takes
  /// them from a heap: O(n + k log n) for k of n.
  private mutating func keepLargest(until isEnough: (Int, Double) -> Bool) {
    for parent in stride(from: candidates.count / 2 - 1, through: 0, by: -1) {
      sift(parent, candidates.count)
    }
    var end = candidates.count
    while end > 0 {
      end -= 1
      candidates.swapAt(0, end)
      if isEnough(candidates.count - end, candidates[end].weight) { break }
      sift(0, end)
    }
    candidates.reverse()
    candidates.removeLast(end)
  }

  /// Lets the candidate at `start` sink below likelier ones of the heap of `count`.
  private mutating func sift(_ start: Int, _ count: Int) {
    var parent = start
    while 2 * parent + 1 < count {
      var child = 2 * parent + 1
      if child + 1 < count, candidates[child + 1] > candidates[child] { child += 1 }
      guard candidates[child] > candidates[parent] else { return }
      candidates.swapAt(parent, child)
      parent = child
    }
  }
}
