import Corpora
import Kernels
import Model
import Training

/// The teacher's file, if there is one, and what is learned from.
struct DistillSource {
  /// Nil where the teacher is trained here.
  var teacher: (name: String, file: GGUFFile, model: TrainableModel)?
  var corpus: any Corpus
  /// The teacher's texts are not written yet: `corpus` stands for them.
  var isWritten = true

  static let languageWindow = 64, textWindow = 128

  /// - Throws: one line for a file that cannot be used.
  init(_ options: DistillSourceOptions, window: Int?) throws {
    teacher = try options.teacher.map { path in
      let file = try GGUFFile(path: path)
      let provider = try GGUFWeights(file: file)
      do {
        return (Self.name(path), file, try TrainableModel(provider))
      } catch { throw Failure("\(path): \(error)") }
    }
    let length = window ?? Self.textWindow
    if let context = teacher?.model.config.context, length > context {
      throw Failure("--window \(length): \(options.teacher!) has a context of \(context); give a smaller one")
    }
    if let data = options.data {
      corpus = try Self.text(data, teacher: teacher?.file, windowLength: length)
    } else {
      corpus = LanguageCorpus()
      isWritten = teacher == nil
    }
  }

  /// A file's name without its folder.
  static func name(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

  /// With the tokenizer of the teacher's file, else byte by byte.
  private static func text(_ path: String, teacher: GGUFFile?, windowLength: Int) throws -> TextCorpus {
    let (name, text) = (name(path), try PerplexityCommand.text(path))
    guard let teacher else {
      return try TextCorpus(name: name, utf8: Array(text.utf8), windowLength: windowLength)
    }
    let tokenizer = try Tokenizer(gguf: teacher)
    return try TextCorpus(
      name: name, tokens: text.isEmpty ? [] : tokenizer.encode(text), vocabulary: tokenizer.count,
      windowLength: windowLength)
  }

  /// What the teacher's texts begin with: the file's first token of a text, or the full stop of the formal language.
  func start() throws -> [Int] {
    guard let teacher else { return [corpus is LanguageCorpus ? FormalLanguage.stop : 0] }
    let bos = try Tokenizer(gguf: teacher.file).bos
    guard let bos else {
      throw Failure("\(teacher.name): has no token to begin a text with; give a text with --data")
    }
    return [bos]
  }
}
