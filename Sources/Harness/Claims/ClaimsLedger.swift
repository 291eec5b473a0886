import Hardware
import Quantities

/// Every claim that this harness can say something about.
public enum ClaimsLedger {
  public static let claims: [Claim] = [
    .priceAndPowerOfGPU, .deepSeekOnPi, .powerOfPhone, .speedUp800, .tenTimesSupercomputer, .ascendValue,
    .costOfTraining, .hundredTimesEfficient, .exportedGPUs, .electricityPrice,
  ]

  /// Findings in the order of `claims`.
  public static func judge(_ evidence: Evidence) -> [Finding] {
    claims.map { $0.judge(evidence) }
  }
}

/// The documents that make the claims, as cited.
enum Document {
  static let techCatwalk = "P. Escobar, 'tech catwalk'"
  static let talk = "YouTube talk (transcript, Kansai dialect)"
  static let time = "TIME (machine-translated)"
  static let gatePost = "MuXi/Gate post, 2025-12-01"
}
