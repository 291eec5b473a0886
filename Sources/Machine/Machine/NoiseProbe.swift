import CMachine
import Quantities
import Statistics

/// Listens to the machine before a run: times a fixed loop again and again, and compares the kernel's counters of
/// before and after. It needs no privileges and changes nothing.
public struct NoiseProbe {
  private let root: FileRoot
  private let now: () -> Seconds
  private let work: (_ rounds: Int) -> Void

  /// One lap; a timer's tick (250 or 1,000 per second) hits few of them.
  static let lap = Seconds(1e-4)

  /// - Parameters:
  ///   - now: a clock that never runs backwards.
  ///   - work: spends time in proportion to `rounds`, always the same; for tests.
  public init(root: FileRoot = .host, now: @escaping () -> Seconds, work: @escaping (Int) -> Void = Self.spin)
  {
    (self.root, self.now, self.work) = (root, now, work)
  }

  /// Dependent multiplications: no memory, no system call, so that only others can make it slower.
  public static func spin(_ rounds: Int) { _ = cm_spin(1, Int64(rounds)) }

  /// Listens for about `duration`; takes a few milliseconds more. Ticks of the kernel are 10 ms: from a fraction of a
  /// second, shares of CPU time are coarse.
  public func listen(for duration: Seconds) -> NoiseReport {
    let cpus = CPUOrder.allowed(root).value
    let before = Snapshot(root, cpus, now())
    let laps = laps(for: duration)
    let after = Snapshot(root, cpus, now())
    let parts =
      [NoisePart(.jitter, Self.jitter(laps)), NoisePart(.excursions, Self.excursions(laps))]
      + after.parts(since: before) + settings
    return NoiseReport(duration: after.time - before.time, parts: parts)
  }

  private func laps(for duration: Seconds) -> [Double] {
    var rounds = 1000
    // The clock rises to speed meanwhile; the bound is for clocks that stand still.
    while rounds < 1 << 30, time(rounds) < Self.lap { rounds *= 2 }
    let end = now() + duration
    var laps: [Double] = []
    while laps.count < 50_000, laps.count < 20 || now() < end { laps.append(time(rounds).value) }
    return laps
  }

  private func time(_ rounds: Int) -> Seconds {
    let start = now()
    work(rounds)
    return now() - start
  }

  static func jitter(_ laps: [Double]) -> Reading<Double> {
    let median = Quantiles.median(laps)
    guard median > 0 else { return .missing(reason: "the clock stands still") }
    // 1.4826 makes it the standard deviation where times are normal (Rousseeuw and Croux 1993).
    return .measured(1.4826 * Quantiles.median(laps.map { abs($0 - median) }) / median)
  }

  static func excursions(_ laps: [Double]) -> Reading<Double> {
    let sorted = laps.sorted()
    let median = Quantiles.quantile(ofSorted: sorted, 0.5)
    guard median > 0 else { return .missing(reason: "the clock stands still") }
    return .measured(max(Quantiles.quantile(ofSorted: sorted, 0.99) / median - 1, 0))
  }

  private var settings: [NoisePart] {
    [
      NoisePart(.governor, Clocks.governor(root).map { $0 == "performance" ? 0 : 1 }),
      NoisePart(.turbo, Clocks.turbo(root).map { $0 ? 1 : 0 }),
    ]
  }
}

extension NoiseProbe {
  /// The kernel's counters at one moment.
  struct Snapshot {
    var time: Seconds
    var ticks: Reading<CPUTicks>
    var own: Reading<OwnTicks>
    /// Of the hardware threads beside ours.
    var siblings: Reading<CPUTicks>
    /// Seconds in which some program waited for a CPU.
    var waited: Reading<Double>
    var throttle: ThrottleState

    init(_ root: FileRoot, _ cpus: [Int]?, _ time: Seconds) {
      self.time = time
      (ticks, own) = (CPUTicks.read(root, cpus: cpus), OwnTicks.read(root))
      (siblings, waited) = (Self.siblings(root, own), Self.waited(root))
      throttle = ThrottleState.read(root)
    }

    private static func siblings(_ root: FileRoot, _ own: Reading<OwnTicks>) -> Reading<CPUTicks> {
      guard let cpu = own.value?.cpu else { return .missing(reason: own.reason ?? OwnTicks.path) }
      let path = CPUOrder.siblingsFile(cpu)
      guard let list = root.text(path).value?.cpuList else {
        return .missing(reason: "\(path): not a CPU list")
      }
      let others = list.filter { $0 != cpu }
      return others.isEmpty
        ? .missing(reason: "the core has one hardware thread") : CPUTicks.read(root, cpus: others)
    }

    /// Pressure stall information (Documentation/accounting/psi.rst), in microseconds.
    private static func waited(_ root: FileRoot) -> Reading<Double> {
      let path = "/proc/pressure/cpu"
      return root.text(path).parsed("\(path): no total of 'some'") { text in
        let line = text.split(separator: "\n").first { $0.hasPrefix("some ") }
        return line?.words.first { $0.hasPrefix("total=") }?.dropFirst(6).amount.map { $0 / 1e6 }
      }
    }

    func parts(since before: Snapshot) -> [NoisePart] {
      let spent = ticks.combined(with: before.ticks) { $0.since($1) }
      let used = own.combined(with: before.own) { max($0.used - $1.used, 0) }
      let length = time - before.time
      return [
        NoisePart(.steal, spent.map { Self.share($0.steal, of: $0.busy + $0.steal) }),
        NoisePart(
          .waiting, waited.combined(with: before.waited) { max($0 - $1, 0) / max(length.value, 1e-9) }),
        NoisePart(.others, spent.combined(with: used) { Self.share($0.busy - $1, of: $0.total) }),
        NoisePart(.sibling, siblingShare(since: before)),
        NoisePart(.throttle, throttled(since: before)),
      ]
    }

    private func siblingShare(since before: Snapshot) -> Reading<Double> {
      guard own.value?.cpu == before.own.value?.cpu else {
        return .missing(reason: "\(OwnTicks.path): the probe was moved to another CPU")
      }
      let spent = siblings.combined(with: before.siblings) { $0.since($1) }
      return spent.map { Self.share($0.busy, of: $0.total) }
    }

    /// One tick is no evidence: it may have begun before.
    private static func share(_ ticks: Double, of all: Double) -> Double { max(ticks - 1, 0) / max(all, 1) }

    private func throttled(since before: Snapshot) -> Reading<Double> {
      let rises = throttle.counts.compactMap { file, count in
        before.throttle.counts[file].map { max(count - $0, 0) }
      }
      let worst = (rises + Array(throttle.cooling.values)).max()
      return worst.map { .measured($0) }
        ?? .missing(
          reason:
            "\(ThrottleState.cpuFolder)/cpu*/thermal_throttle, \(ThrottleState.coolingFolder): no counter")
    }
  }
}
