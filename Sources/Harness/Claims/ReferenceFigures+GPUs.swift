import Hardware
import Quantities

extension ReferenceFigures {
  // MARK: H100, H200

  public static let h100Price = SourcedRange(
    Dollars(25_000)...Dollars(30_000), .secondary, "Raymond James estimate, restated by techspot")
  public static let h100ResalePeak = SourcedFigure(
    Dollars(40_000), .secondary, "stratrix and runlocalai: peak resale, 40,000 and more")
  public static let h100Power = SourcedFigure(
    Watts(700), .secondary, at: gpuOnly, "glennklockwood.com: H100 SXM, maximum")
  public static let h100Arithmetic = SourcedFigure(
    FLOPsPerSecond(989.4e12), .secondary, "glennklockwood.com: H100 SXM, dense BF16")
  public static let h100Bandwidth = SourcedFigure(
    BytesPerSecond(3.35e12), .secondary, "glennklockwood.com: H100 SXM")
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
  public static let h200Arithmetic = SourcedFigure(
    FLOPsPerSecond(989e12), .secondary, "hmc-tech comparison: H200 SXM, dense BF16")
  public static let h200Power = SourcedFigure(
    Watts(700), .primary, at: gpuOnly, "MLPerf Inference v4.1 system file: H200 TGP 700 W")
  public static let h200Price = SourcedFigure(
    Dollars(32_000), .secondary, "Hugging Face hardware page: about 32,000")
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
  public static let rtx4070Arithmetic = SourcedFigure(
    FLOPsPerSecond(29.1e12), .secondary, "club386.com: RTX 4070, FP32")
  public static let rtx4070Bandwidth = SourcedFigure(
    BytesPerSecond(504e9), .secondary, "club386.com: RTX 4070")
  public static let a100Arithmetic = SourcedFigure(
    FLOPsPerSecond(312e12), .secondary, "glennklockwood.com, citing the NVIDIA data sheet: A100, dense FP16")
  public static let a100Bandwidth = SourcedFigure(
    BytesPerSecond(2.039e12), .secondary, "glennklockwood.com, citing the NVIDIA data sheet: A100 80GB SXM")
  /// Sources disagree; no single number may be printed as the fact.
  public static let ascendArithmetic = SourcedRange(
    FLOPsPerSecond(256e12)...FLOPsPerSecond(320e12), .secondary,
    "Ascend 910B, dense FP16: jishuzhan.net 256, boardor.com 320")
  /// Sources disagree; no single number may be printed as the fact.
  public static let ascendBandwidth = SourcedRange(
    BytesPerSecond(400e9)...BytesPerSecond(1200e9), .secondary,
    "Ascend 910B: boardor.com 400, jishuzhan.net 768, others 1,200")
  /// Sources disagree; no single number may be printed as the fact.
  public static let ascendPower = SourcedRange(
    Watts(310)...Watts(350), .secondary, "Ascend 910B: boardor.com 310, jishuzhan.net 350")
  public static let ascendTrainingShare = SourcedFigure(
    Percent(80), .secondary,
    "Huawei, June 2024: 910B in LLM training against A100 (SCMP, restated by TechRadar)")

  private static let leaderboard = "ML.ENERGY leaderboard v3.0: vLLM, 1 x H100, Llama-3.1-8B BF16"
}
