import Foundation
import Model
import Statistics
import Training

/// Where batches come from: a text, or seeded tokens.
struct TrainingText {
  private let tokens: [Int32]
  private let vocabulary: Int
  private let seed: UInt64

  /// Windows of a text's tokens.
  ///
  /// - Throws: where it is too short for one window.
  init(_ tokens: [Int], vocabulary: Int, length: Int, seed: UInt64, path: String) throws {
    guard tokens.count > length else {
      throw Failure(
        "\(path): \(tokens.count) tokens, a sequence takes \(length + 1); give more text or --length")
    }
    (self.tokens, self.vocabulary, self.seed) = (tokens.map { Int32($0) }, vocabulary, seed)
  }

  /// Tokens without a meaning: what a step costs does not depend on them.
  init(seededTokensOf vocabulary: Int, seed: UInt64) {
    (tokens, self.vocabulary, self.seed) = ([], vocabulary, seed)
  }

  /// The batch of a step; the same one whenever it is asked for, so that a resumed run goes on with its own data.
  func batch(step: Int, sequences: Int, length: Int) -> TokenBatch {
    var mixer = SeededGenerator(seed: seed)
    var random = SeededGenerator(seed: mixer.next() ^ UInt64(step) &* 0xD6E8_FEB8_6659_FD93)
    return TokenBatch(
      windows: (0..<sequences).map { _ in
        guard !tokens.isEmpty else { return (0...length).map { _ in Int32(random.index(below: vocabulary)) } }
        let start = random.index(below: tokens.count - length)
        return Array(tokens[start...start + length])
      })
  }
}
