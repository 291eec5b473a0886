import Quantities

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A setting of the kernel that root may change for quieter measurements.
struct TuningSetting: Sendable {
  enum Goal: Sendable {
    case exactly(String)
    /// A number that may be lower already.
    case atMost(Int)
  }

  /// As tables call it.
  var name: String
  /// A `*` stands for every entry of its folder.
  var path: String
  var goal: Goal
  /// A file beside it that lists the values it takes, where there is one.
  var choices: String?

  private static let cpu = CoreCounts.folder

  /// What is set, in this order. Hardware threads only where they are asked for, and last: with them, the settings of
  /// their CPUs go.
  static func all(smtOff: Bool) -> [TuningSetting] {
    let always = [
      TuningSetting(
        name: "governor", path: "\(Clocks.folder)/policy*/scaling_governor", goal: .exactly("performance"),
        choices: "scaling_available_governors"),
      TuningSetting(name: "turbo off", path: "\(cpu)/intel_pstate/no_turbo", goal: .exactly("1")),
      TuningSetting(name: "boost", path: "\(Clocks.folder)/boost", goal: .exactly("0")),
      TuningSetting(name: "watchdog", path: "/proc/sys/kernel/nmi_watchdog", goal: .exactly("0")),
      // 1: every user may read the counters of its own programs (Documentation/admin-guide/perf-security).
      TuningSetting(name: "counters", path: "/proc/sys/kernel/perf_event_paranoid", goal: .atMost(1)),
      TuningSetting(name: "NUMA balancing", path: "/proc/sys/kernel/numa_balancing", goal: .exactly("0")),
      TuningSetting(
        name: "huge pages", path: "/sys/kernel/mm/transparent_hugepage/enabled", goal: .exactly("madvise")),
      TuningSetting(name: "swappiness", path: "/proc/sys/vm/swappiness", goal: .atMost(10)),
    ]
    let smt = TuningSetting(name: "SMT", path: "\(cpu)/smt/control", goal: .exactly("off"))
    return always + (smtOff ? [smt] : [])
  }

  /// The files that there are.
  func files(_ root: FileRoot) -> [String] {
    guard let star = path.firstIndex(of: "*") else { return [path] }
    let head = path[..<star], tail = path[path.index(after: star)...]
    guard let slash = head.lastIndex(of: "/") else { return [path] }
    let (folder, stem) = (head[..<slash], head[head.index(after: slash)...])
    return root.list(String(folder)).filter { $0.hasPrefix(stem) }.map { "\(folder)/\($0)\(tail)" }
  }

  /// What the file would be set to; nil where it is fine, or does not take the value.
  func wanted(_ file: String, now: String, _ root: FileRoot) -> String? {
    switch goal {
    case .exactly(let value): return now != value && isTaken(value, by: file, now: now, root) ? value : nil
    case .atMost(let bound): return Int(now).map { $0 > bound } == true ? "\(bound)" : nil
    }
  }

  private func isTaken(_ value: String, by file: String, now: String, _ root: FileRoot) -> Bool {
    // Of hardware threads that the CPU or the BIOS does not offer.
    if ["notsupported", "notimplemented", "forceoff"].contains(now) { return false }
    guard let choices, let slash = file.lastIndex(of: "/") else { return true }
    guard let list = root.line("\(file[..<slash])/\(choices)").value else { return true }
    return list.words.contains { $0 == value }
  }

  /// The value of a setting's file: its line, or the word in brackets of a list of choices.
  static func value(_ file: String, _ root: FileRoot) -> Reading<String> {
    root.line(file).map { line in
      let chosen = line.words.first { $0.hasPrefix("[") && $0.hasSuffix("]") && $0.count > 2 }
      return chosen.map { String($0.dropFirst().dropLast()) } ?? line
    }
  }
}

/// What the state file keeps: where each value was, in the order in which they were changed.
struct TuningState: Equatable {
  struct Entry: Equatable { var path: String, value: String }
  /// Gone with the next start of the machine, as the settings are.
  static let path = "/run/perwatt-tuning"
  private static let header = "perwatt tuning 1"

  var entries: [Entry]

  /// Nil where nothing has been tuned.
  /// - Throws: `TuningError` for a file that is not whole, or that cannot be read.
  static func read(_ root: FileRoot) throws(TuningError) -> TuningState? {
    let text: String
    do { text = try root.contents(path) } catch {
      if error.code == ENOENT { return nil }
      throw .state("\(error)")
    }
    var entries: [Entry] = []
    let lines = text.split(separator: "\n")
    guard lines.first.map(String.init) == header else {
      throw .state("\(path): damaged, its first line is another")
    }
    for line in lines.dropFirst() {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      // Nothing but settings is ever written to.
      guard fields.count == 2, ["/proc/sys/", "/sys/"].contains(where: fields[0].hasPrefix),
        !fields[0].contains(".."), !fields[1].isEmpty
      else { throw .state("\(path): damaged, not a setting: \(String(line).firstLine ?? "unreadable")") }
      entries.append(Entry(path: fields[0], value: fields[1]))
    }
    return TuningState(entries: entries)
  }

  var text: String {
    ([Self.header] + entries.map { "\($0.path)\t\($0.value)" }).joined(separator: "\n") + "\n"
  }
}

/// Why nothing could be tuned or restored; nothing has been changed.
public enum TuningError: Error, CustomStringConvertible, Equatable, Sendable {
  /// The user may not: root may.
  case notPermitted(String)
  /// The state file cannot be used.
  case state(String)

  public var description: String {
    switch self {
    case .notPermitted(let what): "\(what)"
    case .state(let what):
      "\(what); look at it, set the values in it yourself, then remove it (or restart the machine)"
    }
  }
}
