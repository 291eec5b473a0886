import Machine
import Quantities

/// A file that counts microjoules.
struct EnergyCounter: Sendable {
  /// The kind of meter, as errors begin with: `RAPL`.
  let owner: String
  /// `package-0`, `dram`.
  let name: String
  let path: String
  /// The counter's last value before it starts again at 0; nil where none is told.
  var range: UInt64?

  /// The counter now, in microjoules.
  func read(_ root: FileRoot) throws(EnergyError) -> UInt64 {
    let text: String
    do {
      text = try root.contents(path)
    } catch {
      guard error.isDenied else { throw EnergyError("\(owner): \(error); measure without energy") }
      throw EnergyError("\(owner): \(error); \(Self.grant([path]))")
    }
    guard let value = UInt64(text) else {
      throw EnergyError("\(owner): \(path): not a number of microjoules; measure without energy")
    }
    return value
  }

  /// The price and the command of letting every user read counters.
  static func grant(_ paths: [String]) -> String {
    "to allow it until the next boot, which re-opens a side channel (CVE-2020-8694) to local users: "
      + "sudo chmod a+r \(paths.joined(separator: " "))"
  }

  /// Reads all counters once, so that one command grants everything that is denied.
  static func check(_ counters: [EnergyCounter], _ root: FileRoot) throws(EnergyError) {
    let denied = counters.filter { counter in
      do throws(FileProblem) {
        _ = try root.contents(counter.path)
        return false
      } catch {
        return error.isDenied
      }
    }
    if let first = denied.first {
      let command = grant(denied.map(\.path))
      throw EnergyError("\(first.owner): \(first.path): permission denied; \(command)")
    }
    for counter in counters { _ = try counter.read(root) }
  }

  /// The values of some counters by path.
  static func values(_ counters: [EnergyCounter], _ root: FileRoot) throws(EnergyError) -> [String: UInt64] {
    var values: [String: UInt64] = [:]
    for counter in counters { values[counter.path] = try counter.read(root) }
    return values
  }

  /// What this counter counted between two marks.
  func energy(from start: EnergyMark, to end: EnergyMark) throws(EnergyError) -> Joules {
    guard let old = start.counters[path], let new = end.counters[path] else {
      throw EnergyError("\(owner): the window's mark has no \(name); begin it with this meter")
    }
    guard let used = Self.difference(from: old, to: new, range: range) else {
      throw EnergyError("\(owner): \(path) fell from \(old) to \(new) µJ, which no wrap explains")
    }
    // Zero would be read as "costs nothing"; some virtual machines have a counter that never moves.
    guard used > 0 else {
      throw EnergyError(
        "\(owner): \(path) stood still; use windows of 200 ms or more, or another meter")
    }
    return Joules(Double(used) * 1e-6)
  }

  /// Microjoules between two values of a counter, which starts again at most once.
  static func difference(from old: UInt64, to new: UInt64, range: UInt64?) -> UInt64? {
    if new >= old { return new - old }
    guard let range, range >= old else { return nil }
    return range - old + new
  }
}
