/// How the next token is picked. The filters work in the order of llama.cpp: repetition penalty, top-k, top-p, min-p,
/// temperature. As they stand, all are off and the likeliest token is taken.
public struct SamplingOptions: Hashable, Sendable {
  /// Logits are divided by it. 0 takes the likeliest token.
  public var temperature: Float = 0
  /// Only so many of the likeliest tokens; 0 keeps all.
  public var topK = 0
  /// Only the fewest tokens that together have this probability (nucleus sampling; Holtzman et al. 2020, arXiv 1904.09751).
  public var topP: Float = 1
  /// Only tokens that are this likely in relation to the likeliest (Nguyen et al. 2024, arXiv 2407.01082).
  public var minP: Float = 0
  /// Logits of tokens that came before are divided by it, negative ones multiplied (Keskar et al. 2019, arXiv 1909.05858).
  public var repeatPenalty: Float = 1
  /// How many tokens back the penalty looks.
  public var repeatLast = 64

  /// All filters off, at `temperature`.
  public init(temperature: Float = 0) { self.temperature = temperature }

  /// What cannot be used, and what to give instead; nil where all is well.
  public var problem: String? {
    if !(temperature >= 0 && temperature.isFinite) {
      return "temperature \(temperature): give 0 for the likeliest token, or a positive number"
    }
    if topK < 0 { return "top-k \(topK): give a number of tokens, or 0 for all" }
    if !(topP > 0 && topP <= 1) { return "top-p \(topP): give a probability above 0, 1 at most" }
    if !(minP >= 0 && minP <= 1) { return "min-p \(minP): give a share from 0 to 1" }
    if !(repeatPenalty > 0 && repeatPenalty.isFinite) {
      return "repeat-penalty \(repeatPenalty): give 1 for none, or another positive number"
    }
    if repeatLast < 0 { return "repeat-last-n \(repeatLast): give a number of tokens, or 0 for none" }
    return nil
  }
}
