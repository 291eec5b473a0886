import Hardware
import Quantities

/// Under which conditions a figure of energy or speed holds. Two figures are divided only where these agree.
struct Conditions: Hashable, Sendable {
  /// What the meter covers; nil for a figure without energy.
  var boundary: String?
  /// `measured`, `estimated`, `proxy`.
  var tier: String
  /// Requests that share a pass over the weights; `many` where only that much is known.
  var batch: String
  /// Bits of a weight.
  var bits: Double

  /// Why the two must not be divided by one another; nil where they may.
  func objection(to other: Conditions) -> String? {
    if boundary != other.boundary {
      return "not comparable: \(boundary ?? "no meter") vs \(other.boundary ?? "no meter")"
    }
    if tier == "proxy" || other.tier == "proxy" { return "not comparable: a proxy is no meter" }
    if batch != other.batch { return "not comparable: batch \(batch) vs \(other.batch)" }
    // Mixtures of formats differ by a few hundredths; formats by a fifth and more.
    guard max(bits, other.bits) <= 1.15 * min(bits, other.bits) else {
      return "not comparable: \(Text.plain(bits)) vs \(Text.plain(other.bits)) bits a weight"
    }
    return nil
  }
}

extension DecodeEvidence {
  /// Bits of a weight, scales included.
  var bits: Double { weightBytes.value * 8 / parameters.value }
}
