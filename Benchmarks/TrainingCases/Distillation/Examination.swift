import Corpora
import Glibc
import Model
import Training

/// How well a model predicts held-out text, in nats per token; nil where there is nothing to compare with.
public struct QualityFigures: Sendable, Hashable {
  public struct Score: Sendable, Hashable {
    public let name: String
    public internal(set) var right = 0, asked = 0
  }
  /// Tokens that were predicted.
  public internal(set) var tokens = 0
  public internal(set) var crossEntropy = 0.0
  /// Of the corpus' own probabilities on the same tokens, and the KL divergence of the model from these.
  public internal(set) var floor: Double?, aboveFloor: Double?
  /// KL divergence of the model from its teacher, and the share of positions where both hold one token likeliest.
  public internal(set) var teacherDivergence: Double?, sameTop: Double?
  /// Answers that are right from the first token to the last, by kind of task.
  public internal(set) var scores: [Score] = []
}

/// The held-out text and the tasks that every model of a session is examined with.
public struct Examination {
  /// Windows of held-out text.
  public let batch: TokenBatch
  /// The corpus' own probabilities of every target: (rows, vocabulary); empty where they are not known.
  private let truth: [Double]
  private let tasks: [CorpusTask]
  /// Its logits, (rows, vocabulary); empty before there is a teacher.
  private var teacher: [Float] = []

  /// - Parameter tasks: how many questions, of the formal language only.
  public init(_ corpus: any Corpus, windows: Int, length: Int, tasks: Int, seed: UInt64) {
    let texts = (0..<windows).map { corpus.window($0, length: length, split: .heldOut, seed: seed) }
    batch = TokenBatch(windows: texts.map { $0.map { Int32($0) } })
    let language = corpus as? LanguageCorpus
    truth = language.map { known in texts.flatMap { known.probabilities(of: $0) } } ?? []
    self.tasks = language?.tasks(tasks, seed: seed) ?? []
  }

  /// From now on, models are compared with this one.
  public mutating func setTeacher(_ transformer: Transformer) throws {
    teacher = try transformer.logits(of: batch)
  }

  /// - Throws: where the model cannot read the text, or has logits that are not numbers.
  public func examine(_ transformer: Transformer) throws -> QualityFigures {
    let logits = try transformer.logits(of: batch)
    var figures = try logits.withUnsafeBufferPointer { own in
      try teacher.withUnsafeBufferPointer {
        try compare(own, with: $0, vocabulary: transformer.config.vocabulary)
      }
    }
    figures.scores = try ask(transformer)
    return figures
  }

  private func compare(
    _ own: UnsafeBufferPointer<Float>, with teacher: UnsafeBufferPointer<Float>, vocabulary: Int
  ) throws -> QualityFigures {
    var sums = (cross: 0.0, floor: 0.0, above: 0.0, teacher: 0.0, same: 0.0)
    for row in 0..<batch.rows {
      let range = row * vocabulary..<(row + 1) * vocabulary
      let student = try LogProbabilities(UnsafeBufferPointer(rebasing: own[range]))
      let target = Int(batch.targets[row])
      sums.cross -= student[target]
      if !truth.isEmpty {
        sums.floor -= log(truth[range.lowerBound + target])
        sums.above += divergence(of: student, from: truth[range])
      }
      guard !teacher.isEmpty else { continue }
      let other = try LogProbabilities(UnsafeBufferPointer(rebasing: teacher[range]))
      sums.teacher += other.divergence(of: student)
      sums.same += other.top == student.top ? 1 : 0
    }
    var figures = QualityFigures()
    (figures.tokens, figures.crossEntropy) = (batch.rows, sums.cross / Double(batch.rows))
    if !truth.isEmpty {
      (figures.floor, figures.aboveFloor) = (sums.floor / Double(batch.rows), sums.above / Double(batch.rows))
    }
    guard !teacher.isEmpty else { return figures }
    figures.teacherDivergence = sums.teacher / Double(batch.rows)
    figures.sameTop = sums.same / Double(batch.rows)
    return figures
  }

  /// Σ p · (log p − log q).
  private func divergence(of student: LogProbabilities, from truth: ArraySlice<Double>) -> Double {
    var sum = 0.0
    for (token, share) in truth.enumerated() where share > 0 { sum += share * (log(share) - student[token]) }
    return sum
  }

  /// An answer is right if each of its tokens is the likeliest after those before: greedy decoding would write it.
  private func ask(_ transformer: Transformer) throws -> [QualityFigures.Score] {
    var scores: [QualityFigures.Score] = []
    for task in tasks {
      transformer.cache.truncate(to: 0)
      let logits = try transformer.forward(task.prompt + task.answer.dropLast(), logits: .all)
      let width = transformer.config.vocabulary, first = task.prompt.count - 1
      let isRight = try logits.withSpan { span in
        try task.answer.indices.allSatisfy { index in
          let row = (first + index) * width
          return try Model.Sampler.greedy(span.extracting(row..<row + width)) == task.answer[index]
        }
      }
      let place = scores.firstIndex { $0.name == task.kind.name } ?? scores.endIndex
      if place == scores.endIndex { scores.append(QualityFigures.Score(name: task.kind.name)) }
      scores[place].asked += 1
      scores[place].right += isRight ? 1 : 0
    }
    return scores
  }
}
