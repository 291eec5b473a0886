import Machine
import Quantities

/// A power that is not known better than within bounds.
public struct WattsRange: Codable, Sendable, Hashable {
  public var low: Watts
  public var central: Watts
  public var high: Watts

  public init(_ low: Double, _ central: Double, _ high: Double) {
    (self.low, self.central, self.high) = (Watts(low), Watts(central), Watts(high))
  }
}

/// Every number that a proxy for power uses, and where each comes from.
public struct ProxyAssumptions: Codable, Sendable, Hashable {
  /// The kind of machine, as printed.
  public var machine: String
  public var boundary: Boundary
  /// Power that is charged whatever runs.
  public var idle: WattsRange
  /// Power that each busy core adds.
  public var perBusyCore: WattsRange
  /// Where the numbers come from; says "assumption" for what has no source.
  public var origin: String

  public init(
    machine: String, boundary: Boundary, idle: WattsRange, perBusyCore: WattsRange, origin: String
  ) {
    (self.machine, self.boundary, self.origin) = (machine, boundary, origin)
    (self.idle, self.perBusyCore) = (idle, perBusyCore)
  }

  /// The kind of machine that `facts` resemble most.
  public static func suited(to facts: MachineFacts) -> ProxyAssumptions {
    let model = facts.cpuModel.value ?? ""
    let isArm = facts.architecture == "aarch64"
    let serverNames = ["EPYC", "Xeon", "Threadripper", "Opteron", "Neoverse", "Ampere"]
    if facts.isVirtual == true || serverNames.contains(where: { model.contains($0) }) {
      return isArm ? armServer : x86Server
    }
    return isArm ? armBoard : x86Desktop
  }
}

extension ProxyAssumptions {
  private static let boards = "github.com/geerlingguy/sbc-reviews, web/data/results.yml"

  public static let x86Server = ProxyAssumptions(
    machine: "x86 server", boundary: .socket, idle: WattsRange(0, 0, 0), perBusyCore: WattsRange(2, 3.75, 9),
    origin: """
      Central: AMD EPYC 9654, 360 W TDP / 96 cores = 3.75 W, uncore and idle share included, therefore no idle \
      power apart. High: EPYC 9354, 280 W / 32 cores = 8.75 W, rounded up. Low, 2 W: assumption (EPYC 9754: \
      360 W / 128 = 2.8 W at full load; code that waits for memory draws less). AMD EPYC 9004 series table. \
      No memory modules, fans or supply losses. Assumption: a busy core draws its share of the TDP.
      """)

  public static let armServer = ProxyAssumptions(
    machine: "Arm server", boundary: .socket, idle: WattsRange(0, 0, 0), perBusyCore: WattsRange(1, 2.6, 4),
    origin: """
      Central: Ampere Altra Q80-30, 210 W TDP / 80 cores = 2.6 W, uncore and idle share included, therefore no \
      idle power apart. Low, 1 W, and high, 4 W: assumption around Altra Q48-22 (85 W / 48 = 1.8 W) and Q64-33 \
      (220 W / 64 = 3.4 W). Ampere Altra product table. No memory modules, fans or supply losses. Assumption: \
      a busy core draws its share of the TDP.
      """)

  public static let x86Desktop = ProxyAssumptions(
    machine: "x86 desktop", boundary: .wall, idle: WattsRange(9.3, 34.5, 60),
    perBusyCore: WattsRange(3.9, 10.5, 15),
    origin: """
      Wall power in \(boards). Central: Core Ultra 265K PC, idle 34.5 W, stress 244.5 W, 20 cores: (244.5 - 34.5) \
      / 20 = 10.5 W. Low: Intel N150 mini-PC, idle 9.3 W, stress 25 W, 4 cores: 3.9 W. High, 60 W and 15 W: \
      assumption for older or overclocked machines. Laptops may lie below.
      """)

  public static let armBoard = ProxyAssumptions(
    machine: "Arm board", boundary: .wall, idle: WattsRange(1, 2, 4),
    perBusyCore: WattsRange(0.85, 1.3, 2.75),
    origin: """
      Wall power in \(boards). Idle: low Orange Pi 5, 1.0 W; central 2 W and high 4 W: assumption. Per core: low \
      Raspberry Pi 4, (5.0 - 1.6) / 4 = 0.85 W; central Orange Pi 5, (11.5 - 1.0) / 8 = 1.3 W; high Raspberry Pi \
      5 with 16 GB, (13.8 - 2.8) / 4 = 2.75 W.
      """)
}
