import Machine
import Quantities

extension MachineFacts {
  /// What one history of figures hangs on: CPU model, instruction sets, topology and caches. 16 hexadecimal digits.
  ///
  /// Not the host's name, clock, governor, memory size or system: a change of those is a change within a history, and
  /// shows as a step. A machine whose folder keeps its name while its CPU is another (virtual machines) begins anew.
  public var hardwareKey: String {
    var parts = [architecture, board.value ?? "", cpuModel.value ?? ""]
    parts += isaLevels.map { "\($0)" }
    parts += [usableCores, onlineCores, physicalCores.value ?? 0, threadsPerCore.value ?? 0].map(String.init)
    parts += caches.map { "L\($0.level) \($0.kind) \(Int($0.size.value)) \($0.sharedByCores)" }
    return RunProtocol.fingerprint(parts)
  }
}

extension RunProtocol {
  /// FNV-1a over lines of text, 16 hexadecimal digits. No part may hold a line break, or different lists could join to
  /// the same text.
  static func fingerprint(_ parts: [String]) -> String {
    fingerprint(ofBytes: parts.joined(separator: "\n").utf8)
  }

  package static func fingerprint(ofBytes bytes: some Sequence<UInt8>) -> String {
    let digits = String(fnv1a(bytes), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
