import Hardware
import Quantities

extension ReferenceFigures {
  // MARK: H100, H200

  public static let h100Price = SourcedRange(HardwareEntry.h100SXM.price(.estimate))
  public static let h100ResalePeak = SourcedFigure(HardwareEntry.h100SXM.price(.resale))
  public static let h100Power = SourcedFigure(HardwareEntry.h100SXM.power(.maximum))
  public static let h100Arithmetic = SourcedFigure(HardwareEntry.h100SXM.peak(.fp16Matrix))
  public static let h100Bandwidth = SourcedFigure(HardwareEntry.h100SXM.bandwidth(.peak))
  public static let h100Batch8 = SourcedFigure(
    JoulesPerToken(0.455), .primary, at: gpuOnly, leaderboard)
  public static let h100Batch64 = SourcedFigure(
    JoulesPerToken(0.119), .primary, at: gpuOnly, leaderboard)
  public static let h100Batch512 = SourcedFigure(
    JoulesPerToken(0.0702), .primary, at: gpuOnly, leaderboard)
  public static let h100Batch512Speed = SourcedFigure(TokensPerSecond(9806), .primary, leaderboard)
  public static let h100Single = SourcedFigure(
    TokensPerSecond(145.6), .primary,
    "XiongjieDai/GPU-Benchmarks-on-LLM-Inference: llama.cpp, H100 PCIe, Llama-3-8B Q4_K_M, tg512")
  public static let h200Arithmetic = SourcedFigure(HardwareEntry.h200SXM.peak(.fp16Matrix))
  public static let h200Power = SourcedFigure(HardwareEntry.h200SXM.power(.maximum))
  public static let h200Price = SourcedFigure(HardwareEntry.h200SXM.price(.list))
  public static let h200NodePower = SourcedFigure(
    Watts(6152.98), .primary, at: wall, "MLPerf Inference v4.1, power: 8 x H200 MaxQ, Llama-2-70B, offline")
  public static let h200NodeSpeed = SourcedFigure(
    TokensPerSecond(25_262.1), .primary, "MLPerf Inference v4.1: 8 x H200 MaxQ, Llama-2-70B, offline")
  /// The whole server, output tokens only, many requests at once.
  public static let h200NodeEnergy = SourcedFigure(
    h200NodePower.value / h200NodeSpeed.value, .derived, at: wall,
    "MLPerf Inference v4.1: 6,153 W divided by 25,262 tok/s, Llama-2-70B, offline")

  // MARK: Other GPUs

  public static let rtx4090Speed = SourcedFigure(
    TokensPerSecond(92.5), .primary, "geerlingguy/ai-benchmarks README: RTX 4090 PC, deepseek-r1:14b")
  public static let rtx4090Power = SourcedFigure(
    Watts(464), .primary, at: wall, "geerlingguy/ai-benchmarks README: RTX 4090 PC, deepseek-r1:14b, peak")
  public static let rtx4070Arithmetic = SourcedFigure(HardwareEntry.rtx4070.peak(.fp32))
  public static let rtx4070Bandwidth = SourcedFigure(HardwareEntry.rtx4070.bandwidth(.peak))
  public static let a100Arithmetic = SourcedFigure(HardwareEntry.a100SXM80.peak(.fp16Matrix))
  public static let a100Bandwidth = SourcedFigure(HardwareEntry.a100SXM80.bandwidth(.peak))
  /// Sources disagree; no single number may be printed as the fact.
  public static let ascendArithmetic = SourcedRange(HardwareEntry.ascend910B.peak(.fp16Matrix))
  /// Sources disagree; no single number may be printed as the fact.
  public static let ascendBandwidth = SourcedRange(HardwareEntry.ascend910B.bandwidth(.peak))
  /// Sources disagree; no single number may be printed as the fact.
  public static let ascendPower = SourcedRange(HardwareEntry.ascend910B.power(.maximum))
  public static let ascendTrainingShare = SourcedFigure(
    Percent(80), .secondary,
    "Huawei, June 2024: 910B in LLM training against A100 (SCMP, restated by TechRadar)")

  private static let leaderboard = "ML.ENERGY leaderboard v3.0: vLLM, 1 x H100, Llama-3.1-8B BF16"
}
