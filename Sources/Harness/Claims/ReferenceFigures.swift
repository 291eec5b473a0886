import Hardware
import Quantities

/// Published figures that findings lean on: each with unit, tag and source. Boards and phones here; GPUs,
/// papers and distilled models in the files beside this one.
public enum ReferenceFigures {
  // MARK: Raspberry Pi

  public static let piBandwidth = SourcedFigure(
    BytesPerSecond(17e9), .primary, "Raspberry Pi documentation, bcm2712.adoc: up to 17 GB/s (Pi 5)")
  public static let piMemory = SourcedFigure(
    Bytes(16 * 1_073_741_824), .secondary, "jeffgeerling.com, 'who would buy a Raspberry Pi for $120': 16 GiB"
  )
  public static let piLinpack = SourcedRange(
    FLOPsPerSecond(35.2e9)...FLOPsPerSecond(37.9e9), .primary,
    "geerlingguy/sbc-reviews results.yml and top500-benchmark: HPL in FP64, Pi 5")
  public static let piIdlePower = SourcedFigure(
    Watts(2.8), .primary, at: wall, "geerlingguy/sbc-reviews results.yml: Pi 5 idle")
  public static let piDecodePower = SourcedRange(
    Watts(11)...Watts(13.9), .primary, at: wall,
    "geerlingguy/ai-benchmarks README and issue #7: Pi 5, LLM load")
  public static let piSmallDistil = SourcedFigure(
    TokensPerSecond(6.48), .primary,
    "dambergn/ollama-benchmarks README: Pi 5, DeepSeek-R1-Distill-Qwen-1.5B, quantisation not printed")
  public static let piMediumDistil = SourcedFigure(
    TokensPerSecond(1.2), .primary, "geerlingguy/ai-benchmarks README: Pi 5 16GB, deepseek-r1:14b")
  public static let piMediumDistilPower = SourcedFigure(
    Watts(13), .primary, at: wall, "geerlingguy/ai-benchmarks README: Pi 5 16GB, deepseek-r1:14b, peak")
  public static let cheapestPi = SourcedFigure(
    Dollars(67.5), .secondary, "Raspberry Pi price news, October 2026: Pi 4 with 2 GB")
  public static let cheapestPi5 = SourcedFigure(
    Dollars(77.5), .secondary, "Raspberry Pi price news, October 2026: Pi 5 with 2 GB")

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
