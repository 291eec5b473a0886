import Hardware
import Quantities

extension ReferenceFigures {
  // MARK: DeepSeek

  public static let r1Stored = SourcedFigure(Parameters(671e9), .primary, "DeepSeek-R1 README: total")
  public static let r1Active = SourcedFigure(
    Parameters(37e9), .primary, "DeepSeek-R1 README: active for each token")
  public static let smallestDistil = SourcedFigure(
    Parameters(1.5e9), .primary, "DeepSeek-R1 README: DeepSeek-R1-Distill-Qwen-1.5B")
  public static let trainingTokens = SourcedFigure(Tokens(14.8e12), .primary, v3Report)
  public static let pretrainingHours = SourcedFigure(GPUHours(2.664e6), .primary, v3Report + " Table 1")
  public static let trainingHours = SourcedFigure(GPUHours(2.788e6), .primary, v3Report + " Table 1")
  public static let trainingCluster = SourcedFigure(Count(2048), .primary, v3Report + ": H800 processors")
  public static let trainingRent = SourcedFigure(
    Dollars(5.576e6), .primary, v3Report + " Table 1, at an assumed $2 per GPU-hour, without earlier research"
  )
  public static let serverCapital = SourcedFigure(
    Dollars(1.6e9), .secondary, "SemiAnalysis estimate of DeepSeek's servers, restated")

  public static let answerBefore = SourcedFigure(Tokens(769), .primary, v3Report + " Table 9: MATH-500")
  public static let answerAfter = SourcedFigure(Tokens(1510), .primary, v3Report + " Table 9: MATH-500")
  public static let zeroAIME = SourcedFigure(
    Percent(47), .primary, "DeepSeek-R1 paper, Table 6: R1-Zero-Qwen-32B")
  public static let distilledAIME = SourcedFigure(
    Percent(72.6), .primary, "DeepSeek-R1 paper, Table 6: R1-Distill-Qwen-32B")

  // MARK: Lag between models

  public static let lag = SourcedFigure(Months(7), .secondary, epoch)
  public static let lagRange = SourcedRange(Months(4)...Months(14), .secondary, epoch)
  private static let epoch =
    "epoch.ai, Capabilities Index, restated by handwiki Ai_race_graph and trendingtopics.eu"

  // MARK: Scientific computing

  public static let peridynamicsSerial = SourcedFigure(
    Multiple(800), .secondary, "Tom's Hardware and zhenguoke.com on doi 10.1016/j.enganabound.2025.106133")
  public static let peridynamicsOpenMP = SourcedFigure(
    Multiple(100), .secondary, "Tom's Hardware and zhenguoke.com on doi 10.1016/j.enganabound.2025.106133")
  public static let tritonNodes = SourcedFigure(
    Count(64), .secondary, "press on doi 10.13243/j.cnki.slxb.20240326: TRITON on Summit, 6x speed-up")
  public static let hohaiNodes = SourcedFigure(
    Count(7), .secondary, "press on doi 10.13243/j.cnki.slxb.20240326: same 6x speed-up")

  private static let v3Report = "DeepSeek-V3 technical report"
}

/// A model distilled from DeepSeek-R1 and its published scores (pass@1 of the unquantised checkpoint).
public struct DistilledModel: Sendable, Hashable {
  public let name: String
  public let parameters: Parameters
  /// AIME 2024, MATH-500, GPQA Diamond, LiveCodeBench, in `DistilledModel.benchmarks` order.
  public let scores: [Percent]

  public static let benchmarks = ["AIME", "MATH", "GPQA", "LiveCode"]
  public static let source = "DeepSeek-R1 README and paper, benchmark tables"
  static let teacher = [79.8, 97.3, 71.5, 65.9].map(Percent.init)
  static let all = [
    DistilledModel("Qwen-1.5B", 1.5e9, [28.9, 83.9, 33.8, 16.9]),
    DistilledModel("Qwen-7B", 7e9, [55.5, 92.8, 49.1, 37.6]),
    DistilledModel("Llama-8B", 8e9, [50.4, 89.1, 49.0, 39.6]),
    DistilledModel("Qwen-14B", 14e9, [69.7, 93.9, 59.1, 53.1]),
    DistilledModel("Qwen-32B", 32e9, [72.6, 94.3, 62.1, 57.2]),
    DistilledModel("Llama-70B", 70e9, [70.0, 94.5, 65.2, 57.5]),
  ]

  private init(_ name: String, _ parameters: Double, _ scores: [Double]) {
    (self.name, self.parameters, self.scores) = (name, Parameters(parameters), scores.map(Percent.init))
  }

  /// Score as a share of the teacher's, per benchmark.
  var shares: [Double] { zip(scores, Self.teacher).map { $0 / $1 } }
  /// How many times fewer parameters work on a token than in the teacher.
  var fewerActive: Double { ReferenceFigures.r1Active.value / parameters }
  /// How many times fewer parameters are stored than in the teacher.
  var fewerStored: Double { ReferenceFigures.r1Stored.value / parameters }
}

/// Time, as forecasts count it.
public struct Months: Quantity {
  public static let unit = "months"
  public let value: Double
  public init(_ value: Double) { self.value = value }
}
