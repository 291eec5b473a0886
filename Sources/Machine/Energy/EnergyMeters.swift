import Machine
import Quantities

/// The choice of a meter.
public enum EnergyMeters {
  /// The best meter here: the user's watts if given, else RAPL where it can be read, else the proxy.
  /// - Parameters:
  ///   - busyThreads: threads that will work; two on one core count once.
  ///   - userWatts: power at the wall under this load, read off the user's own meter.
  /// - Returns: the meter, and what a reader of its figures must know, one line each.
  /// - Throws: `EnergyError` only if `userWatts` is no power.
  public static func best(
    root: FileRoot = .host, facts: MachineFacts, busyThreads: Int, userWatts: Watts? = nil
  ) throws(EnergyError) -> (meter: any EnergyMeter, notes: [String]) {
    if let userWatts {
      let note = "Power is one figure that the user gave; windows differ by their length only."
      return (try FixedWattsMeter(userWatts), [note])
    }
    do throws(EnergyError) {
      let meter = try RAPLPowercapMeter(root: root)
      return (meter, notes(of: meter))
    } catch {
      let cores = min(busyThreads, facts.physicalCores.value ?? busyThreads, facts.usableCores)
      let proxy = ProxyPowerModel(.suited(to: facts), busyCores: cores)
      return (proxy, [error.description, "Energy is a proxy, not measured. \(proxy.assumptions.origin)"])
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
