import Machine
import Quantities

/// Something about a run, as text for people: where it differs between two runs, it may be the reason for their times.
public struct RunFact: Hashable, Sendable {
  public var name: String
  public var value: String

  public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }

  /// The name of the fact which other program took turns with ours.
  public static let beside = "Measured beside"

  /// The machine and its settings, threads, program, commit, suite, peer and validity of a run, each with the same name in
  /// every run and in the same order.
  static func all(_ origin: RunOrigin, _ machine: MachineFacts, _ used: RunProtocol, _ validity: Validity)
    -> [RunFact]
  {
    machineFacts(machine, used) + [
      RunFact("perwatt", origin.toolVersion),
      RunFact("Commit", text(origin.commit.map { $0.hash + ($0.dirty ? " with local changes" : "") })),
      RunFact("Build", origin.buildConfiguration), RunFact("Suite", origin.suite),
      RunFact(beside, used.flags["--peer"] ?? "no other program"),
      RunFact("Validity", validity.status.rawValue),
    ]
  }

  private static func machineFacts(_ machine: MachineFacts, _ used: RunProtocol) -> [RunFact] {
    [
      RunFact("CPU", text(machine.cpuModel)), RunFact("Board", text(machine.board)),
      RunFact("Architecture", machine.architecture),
      RunFact("ISA levels", machine.isaLevels.map(\.rawValue).joined(separator: " ")),
      RunFact("Usable cores", "\(machine.usableCores)"), RunFact("Threads", "\(used.threads)"),
      RunFact("Pinned to CPUs", used.cpus.map { $0.map(String.init).joined(separator: " ") } ?? "no"),
      RunFact("Memory", text(machine.memoryTotal.map(Format.binary))),
      RunFact("Huge pages", text(machine.hugepages)), RunFact("Governor", text(machine.governor)),
      RunFact("Turbo", text(machine.turbo.map { $0 ? "on" : "off" })),
      RunFact("Hypervisor", text(machine.hypervisor)), RunFact("Kernel", text(machine.kernel)),
      RunFact("System", text(machine.operatingSystem)),
    ]
  }

  private static func text(_ reading: Reading<String>) -> String { reading.value ?? "not known" }
}

extension RunRecord {
  /// What may differ between two runs.
  public var facts: [RunFact] { RunFact.all(origin, machine, protocolUsed, validity) }
}
