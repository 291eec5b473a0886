import Quantities

/// In which order threads take the CPUs that this process may use, where each is to have its own.
public enum CPUOrder {
  /// Every CPU of the process's mask, one of each core before the second ones: two threads of one core share its
  /// arithmetic units. By number where `/sys` does not tell which CPUs share a core.
  public static func usable(root: FileRoot = .host) -> Reading<[Int]> {
    allowed(root).map { allowed in
      let online = root.text("\(CoreCounts.folder)/online").value?.cpuList
      let cpus = allowed.filter { online?.contains($0) ?? true }
      let ranks = cpus.map { cpu in siblings(root, cpu).filter { $0 < cpu && cpus.contains($0) }.count }
      return zip(ranks, cpus).sorted { $0 < $1 }.map(\.1)
    }
  }

  /// The process's mask, not the calling thread's, which may be pinned.
  static func allowed(_ root: FileRoot) -> Reading<[Int]> {
    let path = "/proc/self/status", name = "Cpus_allowed_list:"
    return root.text(path).parsed("\(path): no \(name.dropLast())") { text in
      text.split(separator: "\n").first { $0.hasPrefix(name) }?.dropFirst(name.count).cpuList
    }
  }

  /// The CPUs on the core of `cpu`; none where that is not told.
  private static func siblings(_ root: FileRoot, _ cpu: Int) -> [Int] {
    root.text(siblingsFile(cpu)).value?.cpuList ?? []
  }

  static func siblingsFile(_ cpu: Int) -> String {
    "\(CoreCounts.folder)/cpu\(cpu)/topology/thread_siblings_list"
  }
}
