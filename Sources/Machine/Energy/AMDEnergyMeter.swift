import Machine
import Quantities

/// AMD's own energy driver (`amd_energy`, out of the mainline kernel since Linux 5.13): microjoules of each socket, which
/// the driver itself adds up to 64 bits.
public struct AMDEnergyMeter: EnergyMeter {
  public let boundary = Boundary.socket
  public let tier = Tier.measured
  public var source: String { "amd_energy (\(sockets.map(\.name).joined(separator: ", ")))" }
  public let notes = ["The driver is not in today's kernels; it covers sockets, not memory, fans or supply."]
  private let sockets: [EnergyCounter]
  private let root: FileRoot

  /// - Throws: `EnergyError` if there is no such driver or it may not be read.
  public init(root: FileRoot = .host) throws(EnergyError) {
    let chips = HwmonChip.find(root).filter { $0.name == "amd_energy" }
    sockets = chips.flatMap { chip in
      chip.numbers("energy", "_input", root).compactMap { number -> EnergyCounter? in
        // Cores are counted apart, within the sockets.
        guard let label = root.line("\(chip.folder)/energy\(number)_label").value, label.hasPrefix("Esocket")
        else { return nil }
        return EnergyCounter(
          owner: "amd_energy", name: label, path: "\(chip.folder)/energy\(number)_input")
      }
    }
    self.root = root
    guard !sockets.isEmpty else {
      throw EnergyError("amd_energy: \(HwmonChip.tree): no such sensor", isAbsence: true)
    }
    try EnergyCounter.check(sockets, root)
  }

  public func mark(at now: Seconds) throws(EnergyError) -> EnergyMark {
    EnergyMark(time: now, counters: try EnergyCounter.values(sockets, root))
  }

  public func energy(from start: EnergyMark, to end: EnergyMark) throws(EnergyError) -> EnergyRange {
    _ = try length(from: start, to: end)
    var used = Joules.zero
    for socket in sockets { used += try socket.energy(from: start, to: end) }
    let memory = Reading<Joules>.missing(reason: "amd_energy does not cover memory modules")
    return EnergyRange(low: used, central: used, high: used, memory: memory)
  }
}
