import Machine
import Quantities

/// A meter, and what a reader of its figures must know.
public struct MeterChoice: Sendable {
  public let meter: any EnergyMeter
  /// What it covers, and why there is no better one; one line each.
  public var notes: [String] = []
  /// What its figures take for granted, one line each; empty for a sensor.
  public var assumptions: [String] = []
}

/// The choice of a meter.
public enum EnergyMeters {
  /// The best meter here: the user's watts if given, else RAPL where it can be read, else the proxy.
  /// - Parameters:
  ///   - busyThreads: threads that will work; two on one core count once.
  ///   - userWatts: power at the wall under this load, read off the user's own meter.
  /// - Throws: `EnergyError` only if `userWatts` is no power.
  public static func best(
    root: FileRoot = .host, facts: MachineFacts, busyThreads: Int, userWatts: Watts? = nil
  ) throws(EnergyError) -> MeterChoice {
    if let userWatts {
      let constant = "Power is one figure that the user gave; windows differ by their length only."
      return MeterChoice(meter: try FixedWattsMeter(userWatts), assumptions: [constant])
    }
    do throws(EnergyError) {
      let meter = try RAPLPowercapMeter(root: root)
      return MeterChoice(meter: meter, notes: notes(of: meter))
    } catch {
      let cores = min(busyThreads, facts.physicalCores.value ?? busyThreads, facts.usableCores)
      let proxy = ProxyPowerModel(.suited(to: facts), busyCores: cores)
      return MeterChoice(
        meter: proxy, notes: ["Energy is a proxy, not measured: \(error)"],
        assumptions: [proxy.assumptions.origin])
    }
  }

  private static func notes(of meter: RAPLPowercapMeter) -> [String] {
    let always =
      "RAPL covers whole packages, with all that runs on them, but no memory modules, fans or supply."
    // Some Threadrippers report each die with the whole package's energy.
    guard meter.packages.contains(where: { $0.contains("-die-") }) else { return [always] }
    return [
      always, "Dies are summed; on some boards each repeats the whole package: check with a wall meter.",
    ]
  }
}
