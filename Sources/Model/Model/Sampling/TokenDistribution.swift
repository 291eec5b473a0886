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
    if options.topK > 0 { keepLikeliest(Double(options.topK)) { _ in 1 } }
    if options.topP < 1 || options.minP > 0 { weigh(best.logit, temperature: 1) }
    if options.topP < 1 { keepLikeliest(Double(options.topP) * total, size: \.weight) }
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

  /// Keeps the likeliest candidates, the fewest whose sizes add up to `enough`. Quickselect (Hoare 1961, CACM 4, 321): the
  /// likelier part of what is undecided is kept or searched, so that a vocabulary is not sorted for every token. O(n).
  private mutating func keepLikeliest(_ enough: Double, size: (Candidate) -> Double) {
    var undecided = candidates.startIndex..<candidates.endIndex
    var kept = 0.0
    while !undecided.isEmpty {
      let middle = partition(undecided)
      let inFront = candidates[undecided.lowerBound..<middle].reduce(kept) { $0 + size($1) }
      let withIt = inFront + size(candidates[middle])
      if inFront >= enough {
        undecided = undecided.lowerBound..<middle
      } else if withIt >= enough {
        undecided = middle + 1..<middle + 1
      } else {
        (kept, undecided) = (withIt, middle + 1..<undecided.upperBound)
      }
    }
    candidates.removeLast(candidates.count - undecided.upperBound)
  }

  /// Orders `range` around one of its candidates: likelier ones in front of it, the others behind. Returns its place.
  private mutating func partition(_ range: Range<Int>) -> Int {
    let last = range.upperBound - 1
    let (a, b, c) = (range.lowerBound, range.lowerBound + range.count / 2, last)
    // The median of three, so that sorted logits are no bad case.
    let low = candidates[a] > candidates[b] ? b : a
    let high = low == a ? b : a
    let median = candidates[c] > candidates[high] ? high : candidates[low] > candidates[c] ? low : c
    candidates.swapAt(median, last)
    let pivot = candidates[last]
    var place = range.lowerBound
    for index in range.lowerBound..<last where candidates[index] > pivot {
      candidates.swapAt(index, place)
      place += 1
    }
    candidates.swapAt(place, last)
    return place
  }
}
