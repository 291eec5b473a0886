import Machine
import Quantities

/// CPU package counters of Intel and AMD (RAPL) through the kernel's powercap files. All packages are summed, so the
/// figure includes whatever else ran on them. The counters advance about every millisecond: for 1 %, use windows of
/// 200 ms or more.
public struct RAPLPowercapMeter: EnergyMeter {
  public let source: String
  public let boundary = Boundary.socket
  public let tier = Tier.measured
  public let longestWindow: Seconds
  /// Names of the zones that are summed, such as `package-0`.
  public var packages: [String] { packageZones.map(\.name) }

  private let root: FileRoot
  private let packageZones: [RAPLZone]
  private let memoryZones: [RAPLZone]
  private let memoryProblem: String?

  /// Finds the counters and reads each once.
  /// - Throws: `EnergyError` if there is no package or one cannot be read; it names the command that grants access.
  public init(root: FileRoot = .host) throws(EnergyError) {
    let (packages, memory) = RAPLZone.find(root)
    guard !packages.isEmpty else {
      throw EnergyError(
        "RAPL: \(RAPLZone.tree): no package zone (usual in virtual machines, containers and on Arm); "
          + "on own x86 hardware try: sudo modprobe intel_rapl_msr")
    }
    try Self.check(packages, root)
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

  /// Reads all packages, so that one command grants everything that is denied.
  private static func check(_ zones: [RAPLZone], _ root: FileRoot) throws(EnergyError) {
    let denied = zones.map(\.counter).filter { path in
      do throws(FileProblem) {
        _ = try root.contents(path)
        return false
      } catch {
        return error.isDenied
      }
    }
    guard denied.isEmpty else {
      throw EnergyError("RAPL: \(denied[0]): permission denied; \(RAPLZone.grant(denied))")
    }
    for zone in zones { _ = try zone.read(root) }
  }

  public func begin(at now: Seconds) throws -> EnergyMark {
    EnergyMark(time: now, counters: try counters())
  }

  public func energy(since mark: EnergyMark, at now: Seconds) throws -> EnergyRange {
    let end = try counters()
    _ = try length(since: mark, at: now)
    let used = try sum(packageZones, from: mark.counters, to: end)
    let memory: Reading<Joules> =
      if let memoryProblem { .missing(reason: memoryProblem) } else {
        .measured(try sum(memoryZones, from: mark.counters, to: end))
      }
    return EnergyRange(low: used, central: used, high: used, memory: memory)
  }

  private func counters() throws(EnergyError) -> [String: UInt64] {
    var values: [String: UInt64] = [:]
    for zone in packageZones + memoryZones { values[zone.counter] = try zone.read(root) }
    return values
  }

  private func sum(_ zones: [RAPLZone], from old: [String: UInt64], to new: [String: UInt64])
    throws(EnergyError) -> Joules
  {
    var total = Joules.zero
    for zone in zones {
      guard let start = old[zone.counter], let end = new[zone.counter] else {
        throw EnergyError("\(source): the window's mark has no \(zone.name); begin it with this meter")
      }
      guard let used = RAPLZone.difference(from: start, to: end, range: zone.range) else {
        throw EnergyError("RAPL: \(zone.counter) fell from \(start) to \(end) µJ, which no wrap explains")
      }
      // Zero would be read as "costs nothing"; some virtual machines have a counter that never moves.
      guard used > 0 else {
        throw EnergyError(
          "RAPL: \(zone.counter) stood still; use windows of 200 ms or more, or another meter")
      }
      total += Joules(Double(used) * 1e-6)
    }
    return total
  }
}
