import Machine
import Quantities
import Results

/// What else differs between two sides than their times: each of these may be the reason.
enum RunDifferences {
  static func lines(_ reference: RunSide, _ candidate: RunSide) -> [String] {
    facts.compactMap { name, value in
      let (old, new) = (Set(reference.runs.map(value)).sorted(), Set(candidate.runs.map(value)).sorted())
      return old == new ? nil : "\(name): \(old.joined(separator: ", ")) → \(new.joined(separator: ", "))"
    }
  }

  private static let facts: [(String, @Sendable (RunRecord) -> String)] = [
    ("CPU", { text($0.machine.cpuModel) }), ("Board", { text($0.machine.board) }),
    ("Architecture", { $0.machine.architecture }),
    ("ISA levels", { $0.machine.isaLevels.map(\.rawValue).joined(separator: " ") }),
    ("Usable cores", { "\($0.machine.usableCores)" }),
    ("Threads", { "\($0.protocolUsed.threads)" }),
    ("Pinned to CPUs", { $0.protocolUsed.cpus.map { $0.map(String.init).joined(separator: " ") } ?? "no" }),
    ("Memory", { text($0.machine.memoryTotal.map(Format.binary)) }),
    ("Huge pages", { text($0.machine.hugepages) }), ("Governor", { text($0.machine.governor) }),
    ("Turbo", { text($0.machine.turbo.map { $0 ? "on" : "off" }) }),
    ("Hypervisor", { text($0.machine.hypervisor) }), ("Kernel", { text($0.machine.kernel) }),
    ("System", { text($0.machine.operatingSystem) }), ("perwatt", { $0.origin.toolVersion }),
    ("Commit", { text($0.origin.commit.map { $0.hash + ($0.dirty ? " with local changes" : "") }) }),
    ("Build", { $0.origin.buildConfiguration }), ("Suite", { $0.origin.suite }),
    ("Validity", { $0.validity.status.rawValue }),
  ]

  private static func text(_ reading: Reading<String>) -> String { reading.value ?? "not known" }
}
