import Hardware
import Quantities

private typealias R = ReferenceFigures

/// Claims whose subject is no quantity that a benchmark measures. They stand in the ledger so that nobody takes silence
/// for consent.
extension Claim {
  private static func untestable(
    _ id: String, _ statement: String, source: String, because why: String, _ lines: [String],
    from figures: [any Sourced] = []
  ) -> Claim {
    let method = Method("nothing: the claim is about no quantity of a machine", formula: "none")
    return Claim(id, statement, source: source, by: method) { _ in
      Judgement(.notTestable, because: why, lines, from: figures)
    }
  }

  static let ownStack = untestable(
    "K8", "CUDA may not be run on third-party hardware, so developers of algorithms need another stack",
    source: Document.techCatwalk,
    because:
      "Whether a licence forbids something is a matter of law, not of measurement. That another stack exists is plain: "
      + "the flood model behind the '10x' was written in HIP and MPI, without CUDA.",
    ["The paper behind K5 names HIP and MPI, no CUDA (doi 10.13243/j.cnki.slxb.20240326)"])

  static let openSourceLag = untestable(
    "K11", "Open models trail closed ones by at most six months", source: Document.talk,
    because:
      "A lag between models is read off an index of benchmark scores over years; no machine measures it. The published "
      + "estimate that was found is longer, but is about another pair: Epoch AI puts the lag of Chinese behind US models "
      + "at 7 months on average, and at 14 at most. It is not the lag of open models behind closed ones.",
    ["Epoch Capabilities Index, since 2023: mean \(R.lag.text), \(R.lagRange.text)"],
    from: [R.lag, R.lagRange])

  static let quickReplicas = untestable(
    "K12", "Chinese laboratories replicate US frontier models within weeks or months, and quite efficiently",
    source: Document.talk,
    because:
      "How long a laboratory needs to follow another is history, not a measurement, and 'quite efficiently' names no "
      + "unit. What a replica costs to run is the subject of K10.",
    ["Epoch AI's estimate of the lag: mean \(R.lag.text), \(R.lagRange.text)"], from: [R.lag, R.lagRange])

  static let sevenMonths = untestable(
    "K14", "Chinese language models trail those of the US by seven months on average", source: Document.time,
    because:
      "The number is quoted correctly from Epoch AI's index, as third parties restate it; the least lag was 4 months, the "
      + "greatest 14. A benchmark of machines can neither confirm nor refute it.",
    ["Epoch Capabilities Index, since 2023: mean \(R.lag.text), \(R.lagRange.text)"],
    from: [R.lag, R.lagRange])

  static let mistakenIdentity = untestable(
    "K16", "DeepSeek's models told users that they were ChatGPT by OpenAI", source: Document.time,
    because:
      "What a hosted model answered on some day cannot be measured afterwards. Such an answer would also prove little: a "
      + "model may have read texts by ChatGPT anywhere in its training data.",
    ["No figure: the claim is an anecdote"])

  static let talentedTeam = untestable(
    "K20", "DeepSeek-R1 shows what a talented team can do with limited resources", source: Document.time,
    because:
      "Talent has no unit. The resources have: 2,048 processors for the final run of the base model, whose rent is put "
      + "at $5.6 million, and servers that an outside estimate puts at $1.6 billion.",
    ["Final run: \(R.trainingCluster.text) H800, \(R.trainingRent.text); servers \(R.serverCapital.text)"],
    from: [R.trainingCluster, R.trainingRent, R.serverCapital])
}
