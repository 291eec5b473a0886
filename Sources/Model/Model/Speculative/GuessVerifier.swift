/// Keeps or replaces guesses so that the result has the distribution wanted (Leviathan et al. 2023, §2.3). With p wanted
/// and q guessed from, token x is kept with probability min(1, p(x) / q(x)), or else replaced by one drawn from
/// max(0, p − q): P(x) = min(p, q) + (1 − Σ min(p, q)) · max(0, p − q) / Σ max(0, p − q) = p(x).
struct GuessVerifier: Sendable {
  /// q as a table; all zeros between calls.
  private var table: [Double]

  init(vocabulary: Int) { table = Array(repeating: 0, count: vocabulary) }

  /// The token in place of `guess`, which was drawn from `guessed`; nil where it is kept.
  mutating func verify(
    _ guess: Int, drawnFrom guessed: TokenDistribution, wanted: TokenDistribution, with sampler: inout Sampler
  ) -> Int? {
    let (p, q) = (wanted.probability(of: guess), guessed.probability(of: guess))
    if p >= q || sampler.uniform() * q < p { return nil }
    for candidate in guessed.candidates { table[Int(candidate.token)] = candidate.weight / guessed.total }
    defer { for candidate in guessed.candidates { table[Int(candidate.token)] = 0 } }
    func excess(_ candidate: TokenDistribution.Candidate) -> Double {
      max(0, candidate.weight / wanted.total - table[Int(candidate.token)])
    }
    let total = wanted.candidates.reduce(0) { $0 + excess($1) }
    var left = sampler.uniform() * total
    for candidate in wanted.candidates {
      left -= excess(candidate)
      if left < 0 { return Int(candidate.token) }
    }
    // The excess is a crumb of rounding, and with it the chance to come here.
    return sampler.draw(from: wanted)
  }
}
