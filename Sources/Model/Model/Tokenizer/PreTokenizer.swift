/// Cuts a text into the words inside which bytes join. Each kind is what a regular expression of its model says, written
/// as scanners; several expressions follow each other, each of them cutting the pieces of the one before.
struct PreTokenizer: Sendable {
  enum Stage: Sendable {
    case words(WordPattern)
    case runs(RunPattern)
  }

  let stages: [Stage]
  /// A word that is a token stays whole, whatever the merges say.
  let takesWholeWords: Bool
  /// A text begins with `bos` where the file says nothing else.
  let addsBOS: Bool

  /// The kind with the name under `tokenizer.ggml.pre`, or nil where it is not known.
  init?(name: String) {
    guard let known = Self.known.first(where: { $0.names.contains(name) }) else { return nil }
    let isLlama = Self.llamaNames.contains(name)
    (stages, takesWholeWords, addsBOS) = (known.stages, isLlama, isLlama)
  }

  /// All names that are known.
  static var names: [String] { known.flatMap(\.names) }

  /// The words of `text` as ranges of code points, in order; together they are the whole text.
  func split(_ text: ScalarText) -> [Range<Int>] {
    var pieces = text.scalars.isEmpty ? [] : [text.scalars.indices]
    for stage in stages {
      var next: [Range<Int>] = []
      next.reserveCapacity(pieces.count)
      for piece in pieces {
        switch stage {
        case .words(let pattern): pattern.split(text, piece, into: &next)
        case .runs(let pattern): pattern.split(text, piece, into: &next)
        }
      }
      pieces = next
    }
    return pieces
  }

  private static let llamaNames = [
    "llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "lfm2", "pixtral",
  ]

  /// Names by what they stand for. Names in one row have the same regular expressions.
  private static let known: [(names: [String], stages: [Stage])] = [
    (llamaNames, [.words(.gpt4(digits: 3, marks: false))]),
    (["dbrx", "smaug-bpe"], [.words(.gpt4(digits: 3, marks: false))]),
    (
      ["qwen2", "deepseek-r1-qwen", "stablelm2", "megrez", "hunyuan", "kormo"],
      [.words(.gpt4(digits: 1, marks: false))]
    ),
    (["qwen35"], [.words(.gpt4(digits: 1, marks: true))]),
    (
      ["gpt-2", "phi-2", "mpt", "olmo", "jais", "trillion", "granite-docling", "exaone4", "roberta-bpe"],
      [.words(.gpt2)]
    ),
    (
      ["smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b"],
      [.runs(RunPattern([.number], lengths: 1...1)), .words(.gpt2)]
    ),
    (
      ["falcon"],
      [
        .runs(RunPattern([.punctuation], others: "$+<=>^~|`")), .words(.gpt2),
        .runs(RunPattern([], others: "0123456789", lengths: 3...3)),
      ]
    ),
    (
      ["default"],
      [
        .runs(RunPattern([.punctuation], others: "$+<=>^~|")), .words(.gpt2), .runs(RunPattern([.number])),
        .runs(RunPattern([], others: "0123456789", lengths: 3...3)),
      ]
    ),
    (
      ["deepseek-coder"],
      [
        .runs(RunPattern([], others: "\r\n", lengths: 1...1)), .runs(RunPattern([.letter], afterSpace: true)),
        .runs(RunPattern([.punctuation], afterSpace: true)),
        .runs(RunPattern([], ranges: [0x4E00...0x9FA5, 0x0800...0x4E00, 0xAC00...0xD7FF])),
        .runs(RunPattern([.number], lengths: 1...1)),
      ]
    ),
  ]
}
