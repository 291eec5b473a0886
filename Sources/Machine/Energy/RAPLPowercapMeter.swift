import Machine
import Quantities

/// CPU package counters of Intel and AMD (RAPL) through the kernel's powercap files. All packages are summed, so the
/// figure includes whatever else ran on them. The counters advance about every millisecond.
public struct RAPLPowercapMeter: EnergyMeter {
  public let source: String
  public let boundary = Boundary.socket
  public let tier = Tier.measured
  public let longestWindow: Seconds
  public let notes = [
    "RAPL covers whole packages, with all that runs on them, but no memory modules, fans or supply."
  ]
  /// Names of the zones that are summed, such as `package-0`.
  public var packages: [String] { packageZones.map(\.name) }

  private let root: FileRoot
  private let packageZones: [EnergyCounter]
  private let memoryZones: [EnergyCounter]
  private let memoryProblem: String?

  /// Finds the counters and reads each once.
  /// - Throws: `EnergyError` if there is no package or one cannot be read; it names the command that grants access.
  public init(root: FileRoot = .host) throws(EnergyError) {
    let (packages, memory) = RAPLZone.find(root)
    guard !packages.isEmpty else {
      throw EnergyError(
        "RAPL: \(RAPLZone.tree): no package zone (usual in virtual machines, containers and on Arm); "
          + "on own x86 hardware try: sudo modprobe intel_rapl_msr", isAbsence: true)
    }
    try EnergyCounter.check(packages, root)
    do throws(EnergyError) {
      for zone in memory { _ = try zone.read(root) }
      memoryProblem = memory.isEmpty ? "RAPL: \(RAPLZone.tree): no dram zone" : nil
    } catch {
      memoryProblem = error.description
    }
    (self.root, packageZones) = (root, packages)
    memoryZones = memoryProblem == nil ? memory : []
    source = "RAPL (" + (packages + memoryZones).map(\.name).joined(separator: ", ") + ")"
    let smallest = (packages + memoryZones).compactMap(\.range).min()
    longestWindow = Seconds(smallest.map { Double($0) * 1e-6 / Self.highestPower.value } ?? .infinity)
  }

  /// More than any package draws for long (the largest are sold with 500 W): bounds how soon a counter wraps.
  private static let highestPower = Watts(700)

  public func mark(at now: Seconds) throws(EnergyError) -> EnergyMark {
    EnergyMark(time: now, counters: try EnergyCounter.values(packageZones + memoryZones, root))
  }

  /// At most twenty updates; a counter that stands still is found out at the window's end.
  public func awaitUpdate() {
    let first = packageZones[0]
    guard let old = try? first.read(root) else { return }
    let limit = MonotonicTime.now + Seconds(0.02)
    while MonotonicTime.now < limit, (try? first.read(root)) == old {}
  }

  public func energy(from start: EnergyMark, to end: EnergyMark) throws(EnergyError) -> EnergyRange {
    _ = try length(from: start, to: end)
    let shares = try Self.shares(packageZones, from: start, to: end)
    let used = Joules(shares.reduce(0) { $0 + $1.value })
    let memory: Reading<Joules> =
      if let memoryProblem { .missing(reason: memoryProblem) } else {
        .measured(Joules(try Self.shares(memoryZones, from: start, to: end).reduce(0) { $0 + $1.value }))
      }
    var range = EnergyRange(low: used, central: used, high: used, memory: memory)
    range.notes = mirrors(shares)
    return range
  }

  private static func shares(_ zones: [EnergyCounter], from start: EnergyMark, to end: EnergyMark)
    throws(EnergyError) -> [Joules]
  {
    var shares: [Joules] = []
    for zone in zones { shares.append(try zone.energy(from: start, to: end)) }
    return shares
  }

  /// Some Threadrippers report each die with the whole package's energy.
  private func mirrors(_ shares: [Joules]) -> [String] {
    var notes: [String] = []
    for (index, zone) in packageZones.enumerated() {
      guard let package = zone.package else { continue }
      let twin = packageZones[..<index].indices.first {
        packageZones[$0].package == package
          && abs(shares[$0].value - shares[index].value) <= 0.001 * shares[index].value
      }
      guard let twin else { continue }
      notes.append(
        "\(packageZones[twin].name) and \(zone.name) counted the same: each may repeat the whole package, and the sum "
          + "be twice the energy; check with a wall meter")
    }
    return notes
  }
}

extension EnergyCounter {
  /// The package of a die: `package-0` for `package-0-die-1`; nil for a whole package.
  fileprivate var package: String? {
    let words = name.split(separator: "-")
    return words.count == 4 && words[2] == "die" ? words[..<2].joined(separator: "-") : nil
  }
}
