import Quantities

/// Clock settings of all frequency domains.
enum Clocks {
  static let folder = "\(CoreCounts.folder)/cpufreq"

  static func governor(_ root: FileRoot) -> Reading<String> {
    let names = Set(policies(root).compactMap { root.line("\($0)/scaling_governor").value })
    guard !names.isEmpty else { return .missing(reason: "\(folder)/policy*/scaling_governor: none readable") }
    return .measured(names.sorted().joined(separator: " + "))
  }

  /// In Hz; the kernel tells kHz.
  static func maximum(_ root: FileRoot) -> Reading<Double> {
    let clocks = policies(root).compactMap { root.number("\($0)/cpuinfo_max_freq").value }
    guard let fastest = clocks.max(), fastest > 0, fastest < 1e9 else {
      return .missing(reason: "\(folder)/policy*/cpuinfo_max_freq: none readable")
    }
    return .measured(fastest * 1000)
  }

  static func turbo(_ root: FileRoot) -> Reading<Bool> {
    let (off, on) = ("\(CoreCounts.folder)/intel_pstate/no_turbo", "\(folder)/boost")
    if let value = root.number(off).value { return .measured(value == 0) }
    if let value = root.number(on).value { return .measured(value != 0) }
    return .missing(reason: "\(off), \(on): neither readable")
  }

  static func policies(_ root: FileRoot) -> [String] {
    root.list(folder).filter { $0.hasPrefix("policy") }.map { "\(folder)/\($0)" }
  }
}
