import CMachine
import Quantities

/// How many CPUs there are, and how many of them this process may use.
struct CoreCounts {
  static let folder = "/sys/devices/system/cpu"
  let online: Int
  let usable: Int
  let physical: Reading<Int>
  let threadsPerCore: Reading<Int>
  /// Lists of CPUs that share a core, as the kernel writes them.
  let siblings: Reading<[String]>
  /// CPU time per wall time that the control groups grant.
  let quota: Reading<Double>

  init(_ root: FileRoot, _ info: CPUInfo) {
    let cpus = root.text("\(Self.folder)/online").value?.cpuList ?? Array(0..<max(1, info.processors))
    online = cpus.count
    quota = CPUQuota.cores(root)
    let granted = quota.value.map { max(1, Int(min($0, 131_072))) } ?? online
    usable = max(1, min(Self.allowed(root) ?? online, granted))

    let siblings = Self.siblings(root, cpus)
    physical = siblings.map { Set($0).count }
    threadsPerCore = siblings.map { $0.map(\.count).max() ?? 1 }
    self.siblings = siblings.map { lists in
      var cores: [[Int]] = []
      for list in lists where list.count > 1 && !cores.contains(list) { cores.append(list) }
      return cores.map { $0.map(String.init).joined(separator: ",") }
    }
  }

  private static func allowed(_ root: FileRoot) -> Int? {
    if let cpus = CPUOrder.allowed(root).value { return cpus.count }
    var count: Int32 = 0
    return root == .host && cm_affinity_count(&count) == 0 ? Int(count) : nil
  }

  /// For each online CPU, the CPUs on its core.
  private static func siblings(_ root: FileRoot, _ cpus: [Int]) -> Reading<[[Int]]> {
    var all: [[Int]] = []
    for cpu in cpus {
      let path = "\(folder)/cpu\(cpu)/topology/thread_siblings_list"
      switch root.text(path).parsed("\(path): not a CPU list", \.cpuList) {
      case .measured(let list): all.append(list)
      case .missing(let reason): return .missing(reason: reason)
      }
    }
    return .measured(all)
  }
}

/// CPU bandwidth limits of control groups, version 2 (`cpu.max`) and 1 (`cpu.cfs_quota_us`).
enum CPUQuota {
  static let path = "/proc/self/cgroup"

  /// The tightest limit of the process's groups and all groups above them, in cores.
  static func cores(_ root: FileRoot) -> Reading<Double> {
    let all = root.text(path).map { $0.split(separator: "\n").flatMap { limits(root, String($0)) } }
    return all.parsed("\(path): its groups set no CPU quota") { $0.min() }
  }

  /// - Parameter line: `id:controllers:group`; version 2 has no controllers.
  private static func limits(_ root: FileRoot, _ line: String) -> [Double] {
    let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
    guard fields.count == 3 else { return [] }
    let mounts: [String]
    switch fields[1] {
    case "": mounts = ["", "/unified"]
    case let names where names.split(separator: ",").contains("cpu"): mounts = ["/\(names)", "/cpu"]
    default: return []
    }
    // In a container the group's path is often the host's, and only the mount's top is there.
    var group = fields[2].split(separator: "/").filter { $0 != ".." }.prefix(32)
    var found: [Double] = []
    while true {
      let tail = group.map { "/\($0)" }.joined()
      found += mounts.compactMap { limit(root, "/sys/fs/cgroup\($0)\(tail)", version2: fields[1].isEmpty) }
      if group.popLast() == nil { return found }
    }
  }

  private static func limit(_ root: FileRoot, _ folder: String, version2: Bool) -> Double? {
    let files = version2 ? ["cpu.max"] : ["cpu.cfs_quota_us", "cpu.cfs_period_us"]
    let words = files.flatMap { (root.text("\(folder)/\($0)").value ?? "").words }
    // "max" and -1 mean no limit; neither is an amount.
    guard words.count == 2, let time = words[0].amount, let period = words[1].amount else { return nil }
    return time > 0 && period > 0 ? time / period : nil
  }
}
