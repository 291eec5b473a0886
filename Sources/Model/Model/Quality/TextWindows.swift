/// A text cut into windows of as many tokens, each read from an empty context; its second half is predicted, so that
/// every prediction has at least half a window before it (as llama.cpp's `llama-perplexity`).
public struct TextWindows: Sendable {
  /// Tokens per window.
  public let context: Int
  /// How many there are; what is left of the text after the last one is not read.
  public let count: Int
  private let tokens: [Int]
  private let bos: Int?

  /// - Parameters:
  ///   - tokens: of the whole text, after `bos` where the model wants one.
  ///   - bos: takes the place of each window's first token.
  ///   - most: windows at most; nil for all.
  /// - Throws: where the text is shorter than one window, or a window has nothing to predict.
  public init(tokens: [Int], context: Int, bos: Int?, most: Int? = nil) throws(ModelError) {
    guard context >= 3 else {
      throw ModelError("windows of \(context) tokens have no second half to predict; give at least 3")
    }
    let whole = tokens.count / context
    guard whole >= 1 else {
      throw ModelError(
        "the text has \(tokens.count) tokens, fewer than a window of \(context); give a longer one or a smaller -c"
      )
    }
    (self.tokens, self.context, self.bos, count) = (tokens, context, bos, min(whole, most ?? whole))
  }

  /// Tokens that a window predicts.
  public var scoredPerWindow: Int { context - 1 - firstScored }

  /// The position whose logits predict the first scored token.
  var firstScored: Int { context / 2 }

  /// What window `index` reads: all but its last token, which is only predicted.
  func input(_ index: Int) -> [Int] {
    var window = Array(tokens[index * context..<(index + 1) * context - 1])
    if let bos { window[0] = bos }
    return window
  }

  /// The token that follows `position` in window `index`.
  func target(_ index: Int, after position: Int) -> Int { tokens[index * context + position + 1] }
}
