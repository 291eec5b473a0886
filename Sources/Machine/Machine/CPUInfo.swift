import Quantities

/// What `/proc/cpuinfo` tells.
struct CPUInfo {
  static let path = "/proc/cpuinfo"
  /// Model name; on Arm, where there is none, the names of the core types joined by ` + `.
  let model: Reading<String>
  /// x86 feature flags; nil where there is no such line.
  let flags: Set<Substring>?
  /// Number of `processor` entries.
  let processors: Int

  init(_ root: FileRoot) {
    let text = root.text(Self.path)
    let lines = (text.value ?? "").split(separator: "\n").compactMap { line -> (Substring, String)? in
      guard let colon = line.firstIndex(of: ":") else { return nil }
      return (Substring(line[..<colon].trimmed), line[line.index(after: colon)...].trimmed)
    }
    func values(_ key: String) -> [String] { lines.filter { $0.0 == key }.map(\.1) }
    let arm = Self.armCores(implementers: values("CPU implementer"), parts: values("CPU part"))
    model = text.parsed("\(Self.path): no model name") { _ in values("model name").first?.firstLine ?? arm }
    flags = values("flags").first.map { Set($0.words.map { Substring(String($0)) }) }
    processors = values("processor").count
  }

  private static func armCores(implementers: [String], parts: [String]) -> String? {
    var names: [String] = []
    for (implementer, part) in zip(implementers, parts) {
      guard let implementer = implementer.firstLine, let part = part.firstLine else { continue }
      let name = armNames["\(implementer) \(part)"] ?? "Arm core \(implementer)/\(part)"
      if !names.contains(name), names.count < 4 { names.append(name) }
    }
    return names.isEmpty ? nil : names.joined(separator: " + ")
  }

  /// Implementer and part numbers of MIDR_EL1, as in the kernel's arch/arm64/include/asm/cputype.h.
  private static let armNames = [
    "0x41 0xd03": "Cortex-A53", "0x41 0xd05": "Cortex-A55", "0x41 0xd07": "Cortex-A57",
    "0x41 0xd08": "Cortex-A72", "0x41 0xd09": "Cortex-A73", "0x41 0xd0a": "Cortex-A75",
    "0x41 0xd0b": "Cortex-A76", "0x41 0xd0c": "Neoverse-N1", "0x41 0xd0d": "Cortex-A77",
    "0x41 0xd40": "Neoverse-V1", "0x41 0xd41": "Cortex-A78", "0x41 0xd42": "Cortex-A78AE",
    "0x41 0xd44": "Cortex-X1", "0x41 0xd46": "Cortex-A510", "0x41 0xd47": "Cortex-A710",
    "0x41 0xd48": "Cortex-X2", "0x41 0xd49": "Neoverse-N2", "0x41 0xd4b": "Cortex-A78C",
    "0x41 0xd4d": "Cortex-A715", "0x41 0xd4e": "Cortex-X3", "0x41 0xd4f": "Neoverse-V2",
    "0x41 0xd80": "Cortex-A520", "0x41 0xd81": "Cortex-A720", "0x41 0xd82": "Cortex-X4",
    "0x41 0xd84": "Neoverse-V3", "0x41 0xd8e": "Neoverse-N3", "0xc0 0xac3": "Ampere-1",
    "0xc0 0xac4": "Ampere-1A",
  ]
}
