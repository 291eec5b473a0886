import Measurement

/// How a run was carried out. Two runs with one `hash` sampled the same cases by the same plan; threads, seed and flags
/// (backends among them) stand beside it and must be equal too before two runs are compared.
public struct RunProtocol: Codable, Hashable, Sendable {
  /// Raised whenever the harness measures differently, so that old and new figures are not mixed.
  /// 2: warm-up to a steady state, events counted around each sample.
  public static let harnessVersion = 2

  public var plan: SamplingPlan
  public var threads: Int
  /// The CPU of each thread; nil where the threads were not pinned.
  public var cpus: [Int]?
  /// The seed of all random inputs.
  public var seed: UInt64
  /// The command's flags, as given.
  public var flags: [String: String]
  /// The program that took the times, and the version of its way to do so; nil for our own runs, whose way is
  /// `harnessVersion`.
  public var method: String?
  /// The order of execution, in words.
  public var order: String
  /// FNV-1a over the harness version, the plan and the ids of the cases; 16 hexadecimal digits.
  public var hash: String

  public init(
    plan: SamplingPlan, caseIDs: [String], threads: Int, seed: UInt64, flags: [String: String] = [:],
    cpus: [Int]? = nil
  ) {
    self.cpus = cpus
    (self.plan, self.threads, self.seed, self.flags) = (plan, threads, seed, flags)
    order = Schedule.note
    hash = Self.hash(version: Self.harnessVersion, plan: plan, caseIDs: caseIDs)
  }

  static func hash(version: Int, plan: SamplingPlan, caseIDs: [String]) -> String {
    let times = [plan.minimumSample, plan.budget, plan.warmUp].map { "\($0.value)" }
    let counts = [version, plan.minSamples, plan.maxSamples].map(String.init)
    return fingerprint(counts + times + caseIDs)
  }

  /// The 64-bit FNV-1a hash (Fowler, Noll, Vo; RFC 9923).
  static func fnv1a(_ bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}
