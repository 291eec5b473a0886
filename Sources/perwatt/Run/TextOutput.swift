import Model

/// Text of a model, to standard output as its tokens come.
struct TextOutput {
  private let ends: Set<Int>
  private var decoder: StreamDecoder
  private var stops: StopStrings
  /// Tokens printed.
  private(set) var count = 0

  init(_ tokenizer: Tokenizer, stops: [String]) {
    ends = tokenizer.ends
    decoder = StreamDecoder(tokenizer, atStart: false)
    self.stops = StopStrings(stops)
  }

  /// Prints `token`; false where the text ends with it.
  mutating func push(_ token: Int) throws -> Bool {
    if ends.contains(token) { return false }
    count += 1
    let text = stops.push(decoder.push(token))
    if !text.isEmpty { try Console.print(text) }
    return !stops.isStopped
  }

  /// Prints what was held back, and ends the line.
  mutating func finish() throws {
    let rest = stops.isStopped ? "" : stops.push(decoder.finish()) + stops.finish()
    try Console.print(rest + "\n")
  }
}
