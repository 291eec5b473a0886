import Quantities

/// The most tokens per second that this machine's measured peaks allow (Williams, Waterman and Patterson,
/// CACM 52(4), 2009).
public struct Roofline: Hashable, Sendable {
  public enum Bound: String, Sendable { case compute, memory }

  public let ceiling: TokensPerSecond
  public let bound: Bound

  /// The lower of arithmetic speed ÷ FLOPs per token and bandwidth ÷ bytes per token.
  public init(peak: FLOPsPerSecond, bandwidth: BytesPerSecond, flopsPerToken: FLOPs, bytesPerToken: Bytes) {
    let compute = peak.value / flopsPerToken.value, memory = bandwidth.value / bytesPerToken.value
    ceiling = TokensPerSecond(min(compute, memory))
    bound = compute <= memory ? .compute : .memory
  }
}
