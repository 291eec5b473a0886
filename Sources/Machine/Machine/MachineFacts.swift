import Quantities

/// What a machine is and in which state it was, as far as it tells. Whatever it does not tell is `.missing`, with the
/// path that was tried.
public struct MachineFacts: Codable, Sendable, Hashable {
  /// `AMD EPYC 9654 96-Core Processor`, `Cortex-A76`.
  public var cpuModel: Reading<String>
  /// `x86_64` or `aarch64`.
  public var architecture: String
  /// Model in the device tree: `Raspberry Pi 5 Model B Rev 1.0`.
  public var board: Reading<String>
  /// CPUs that this process may use: its affinity, and whole cores of its control group's quota. At least 1.
  public var usableCores: Int
  /// CPUs that are switched on, hardware threads included. At least 1.
  public var onlineCores: Int
  public var physicalCores: Reading<Int>
  public var threadsPerCore: Reading<Int>
  /// The control group's CPU quota, in cores.
  public var cpuQuota: Reading<Double>
  /// What the CPU and the operating system execute, from plain to fast.
  public var isaLevels: [ISALevel]
  /// The caches of CPU 0.
  public var caches: [CacheFact]
  public var memoryTotal: Reading<Bytes>
  public var memoryAvailable: Reading<Bytes>
  public var swapUsed: Reading<Bytes>
  /// The clock governor; several are joined by ` + `.
  public var governor: Reading<String>
  /// Highest clock of the fastest core, in Hz.
  public var maximumFrequency: Reading<Double>
  /// Whether the clock may exceed its base.
  public var turbo: Reading<Bool>
  /// Name of the hypervisor or the virtual machine; `none` on bare metal.
  public var hypervisor: Reading<String>
  /// Mean number of runnable tasks over the last minute.
  public var loadAverage: Reading<Double>
  /// Share of CPU time since boot that the hypervisor gave to others, 0…1.
  public var stealShare: Reading<Double>
  public var onBattery: Reading<Bool>
  /// CPU temperature in degrees Celsius.
  public var temperature: Reading<Double>
  /// Kernel release.
  public var kernel: Reading<String>
  /// `Debian GNU/Linux 12 (bookworm)`.
  public var operatingSystem: Reading<String>
  /// Transparent huge pages: `always`, `madvise` or `never`.
  public var hugepages: Reading<String>
  /// Address space layout randomisation: 0 off, 1 without the heap, 2 full. Nil in older records, like all below.
  public var layoutRandomisation: Reading<Int>?
  /// The CPUs that share a core with others, core by core, as the kernel lists them: `0,4`. Empty without SMT.
  public var coreSiblings: Reading<[String]>?
  /// How many counters of thermal throttling there are: whether a run would notice.
  public var throttleCounters: Reading<Int>?
  /// Whether settings of `perwatt machine --tune` are in effect.
  public var isTuned: Bool?
  /// The folder of results, where a user named it and the facts were not read here; nil where they make it.
  public var givenKey: String?

  /// Reads everything once, without writing and without privileges; never fails.
  /// - Parameters:
  ///   - root: where `/proc` and `/sys` are.
  ///   - isaLevels: known from the CPU itself, not from files.
  public static func read(root: FileRoot = .host, isaLevels: [ISALevel] = ISALevel.supported) -> MachineFacts
  {
    let info = CPUInfo(root)
    return MachineFacts(root, info, CoreCounts(root, info), MemoryInfo(root), isaLevels)
  }

  private init(
    _ root: FileRoot, _ info: CPUInfo, _ cores: CoreCounts, _ memory: MemoryInfo, _ isaLevels: [ISALevel]
  ) {
    cpuModel = info.model
    architecture = root.line("/proc/sys/kernel/arch").value ?? Self.compiledFor
    board = root.line("/proc/device-tree/model")
    (usableCores, onlineCores) = (cores.usable, cores.online)
    (physicalCores, threadsPerCore, cpuQuota) = (cores.physical, cores.threadsPerCore, cores.quota)
    self.isaLevels = isaLevels
    caches = CacheFact.read(root)
    (memoryTotal, memoryAvailable) = (memory["MemTotal"], memory["MemAvailable"])
    swapUsed = memory["SwapTotal"].combined(with: memory["SwapFree"]) { max($0 - $1, .zero) }
    governor = Clocks.governor(root)
    maximumFrequency = Clocks.maximum(root)
    turbo = Clocks.turbo(root)
    hypervisor = Hypervisor.name(root, info.flags)
    loadAverage = root.text("/proc/loadavg").parsed("/proc/loadavg: not a number") { $0.words.first?.amount }
    stealShare = Condition.stealShare(root)
    onBattery = Condition.onBattery(root)
    temperature = Condition.temperature(root)
    kernel = root.line("/proc/sys/kernel/osrelease")
    operatingSystem = System.name(root)
    hugepages = System.hugepages(root)
    layoutRandomisation = System.layoutRandomisation(root)
    coreSiblings = cores.siblings
    throttleCounters = ThrottleState.available(root)
    isTuned = Tuning(root: root).isTuned
  }

  #if arch(x86_64)
    private static let compiledFor = "x86_64"
  #else
    private static let compiledFor = "aarch64"
  #endif

  /// All caches of the level that is farthest from the core together, if any is known: each serves only so many cores.
  public var lastLevelCache: Bytes? {
    let last = caches.filter { $0.kind != .instruction }.max { ($0.level, $0.size) < ($1.level, $1.size) }
    return last.map { $0.size * (Double(onlineCores) / Double(max($0.sharedByCores, 1))).rounded(.up) }
  }

  /// Whether there is a hypervisor; nil if that is not known.
  public var isVirtual: Bool? { hypervisor.value.map { $0 != Hypervisor.none } }
}

/// The fields of `/proc/meminfo`.
struct MemoryInfo {
  static let path = "/proc/meminfo"
  private let text: Reading<String>

  init(_ root: FileRoot) { text = root.text(Self.path) }

  /// A field in kilobytes of 1,024 bytes.
  subscript(field: String) -> Reading<Bytes> {
    text.parsed("\(Self.path): no \(field)") { text in
      let line = text.split(separator: "\n").first { $0.hasPrefix("\(field):") }
      guard let amount = line?.words.dropFirst().first?.amount, amount < 1e12 else { return nil }
      return Bytes(amount * 1024)
    }
  }
}

/// What runs on the machine.
enum System {
  static func name(_ root: FileRoot) -> Reading<String> {
    let files = ["/etc/os-release", "/usr/lib/os-release"]
    let names = files.compactMap { file -> String? in
      let line = root.text(file).value?.split(separator: "\n").first { $0.hasPrefix("PRETTY_NAME=") }
      return line?.dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" && $0 != "'" }.firstLine
    }
    return names.first.map { .measured($0) }
      ?? .missing(reason: "\(files.joined(separator: ", ")): no PRETTY_NAME")
  }

  static func layoutRandomisation(_ root: FileRoot) -> Reading<Int> {
    root.number("/proc/sys/kernel/randomize_va_space").parsed("randomize_va_space: not a level") {
      Int(exactly: $0)
    }
  }

  /// The word in brackets: `always [madvise] never`.
  static func hugepages(_ root: FileRoot) -> Reading<String> {
    let path = "/sys/kernel/mm/transparent_hugepage/enabled"
    return root.line(path).parsed("\(path): no mode in brackets") { line in
      line.words.first { $0.hasPrefix("[") && $0.hasSuffix("]") && $0.count > 2 }
        .map { String($0.dropFirst().dropLast()) }
    }
  }
}
