import Hardware
import Quantities

/// Published figures that findings lean on: each with unit, tag and source. Boards and phones here; GPUs,
/// papers and distilled models in the files beside this one.
public enum ReferenceFigures {
  // MARK: Raspberry Pi

  public static let piBandwidth = SourcedFigure(HardwareEntry.raspberryPi5.bandwidth(.peak))
  public static let piMemory = SourcedFigure(
    Bytes(16 * 1_073_741_824), .secondary, "jeffgeerling.com, 'who would buy a Raspberry Pi for $120': 16 GiB"
  )
  public static let piLinpack = SourcedRange(HardwareEntry.raspberryPi5.peak(.linpack))
  public static let piIdlePower = SourcedFigure(HardwareEntry.raspberryPi5.power(.idle))
  public static let piDecodePower = SourcedRange(HardwareEntry.raspberryPi5.power(.languageModel))
  /// Two runs of one file on one board, a day apart.
  public static let piSmallDistil = SourcedRange(
    TokensPerSecond(6.48)...TokensPerSecond(8.86), .primary,
    "dambergn/ollama-benchmarks @4bb1276 (1,249 tokens) and @2118a77 (821 tokens), data/*.md: Pi 5, deepseek-r1:1.5b, "
      + "digest a42b25d8c10a; 2025-02")
  /// What that digest names: R1-Distill-Qwen-1.5B in Q4_K_M.
  public static let smallDistilFile = SourcedFigure(
    Bytes(1_117_322_599), .secondary,
    "listings of Ollama's deepseek-r1:1.5b, digest a42b25d8c10a, Q4_K_M: bytes of the file")
  public static let piMediumDistil = SourcedFigure(
    TokensPerSecond(1.2), .primary, "geerlingguy/ai-benchmarks README: Pi 5 16GB, deepseek-r1:14b")
  public static let piMediumDistilPower = SourcedFigure(
    Watts(13), .primary, at: wall, "geerlingguy/ai-benchmarks README: Pi 5 16GB, deepseek-r1:14b, peak")
  public static let cheapestPi = SourcedFigure(HardwareEntry.raspberryPi4.price(.list))
  public static let cheapestPi5 = SourcedFigure(HardwareEntry.raspberryPi5.price(.list))

  // MARK: Phones

  public static let phoneEnergy = SourcedRange(
    JoulesPerToken(0.12)...JoulesPerToken(0.39), .secondary, at: phone,
    "1.5B models at 4 bits: arXiv 2607.05475, 2603.23640 v2, 2506.19884 (restated by third parties)")
  public static let phonePower = SourcedRange(
    Watts(1.5)...Watts(13.8), .secondary, at: phone,
    "LLM load: Galaxy S24 Ultra (arXiv 2603.23640 v2) to iPhone 14 Pro (MELT, arXiv 2403.12844), restated")
  public static let phoneIdlePower = SourcedRange(
    Watts(0.6)...Watts(0.8), .primary, at: phone, "arXiv 2603.23640 Table 1: iPhone 16 Pro, Galaxy S24 Ultra")

  // MARK: Boundaries of energy

  static let wall = "wall"
  static let phone = "whole phone"
  static let gpuOnly = "GPU only"
}

extension SourcedFigure {
  /// A single figure of the catalogue, whose tests see that it is there.
  init<Kind: FigureKind>(_ figure: HardwareFigure<Q, Kind>?) {
    guard let figure, !figure.isRange else {
      preconditionFailure("the catalogue lacks a figure that a claim uses")
    }
    self.init(figure.low, figure.tag, at: figure.boundary?.title, figure.cited)
  }
}

extension SourcedRange {
  /// What sources say, from the catalogue.
  init<Kind: FigureKind>(_ figure: HardwareFigure<Q, Kind>?) {
    guard let figure else { preconditionFailure("the catalogue lacks a figure that a claim uses") }
    self.init(figure.low...figure.high, figure.tag, at: figure.boundary?.title, figure.cited)
  }
}

extension HardwareFigure {
  /// Source and date, and what a reader must know.
  fileprivate var cited: String { "\(source); \(date)\(note.map { "; \($0)" } ?? "")" }
}
