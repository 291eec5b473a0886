import Hardware
import Quantities

/// Every technical claim of the source documents, K1 to K24, also those that no measurement can decide.
public enum ClaimsLedger {
  public static let claims: [Claim] = [
    .priceAndPowerOfGPU, .deepSeekOnPi, .powerOfPhone, .speedUp800, .tenTimesSupercomputer, .ascendValue,
    .lessComputeAndData, .ownStack, .costOfTraining, .hundredTimesEfficient, .openSourceLag, .quickReplicas,
    .savedBillions, .sevenMonths, .distillationExplains, .mistakenIdentity, .computeDrives, .exportedGPUs,
    .electricityOfTraining, .talentedTeam, .systemOptimisation, .electricityPrice, .buildingCost,
    .generationCapacity,
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
