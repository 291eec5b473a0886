import Machine
import Quantities

/// A meter, and what a reader of its figures must know.
public struct MeterChoice: Sendable {
  public let meter: any EnergyMeter
  /// What it covers, and why there is no better one; one line each.
  public var notes: [String] = []
  /// What its figures take for granted, one line each; empty for a sensor.
  public var assumptions: [String] = []
}

/// Which meter the user wants.
public enum MeterRequest: Sendable, Hashable {
  /// The best sensor that can be read, else the proxy.
  case automatic
  /// Power at the wall under this load, read off the user's own meter.
  case watts(Watts)
  /// A file with lines of `timestamp,watts`.
  case csv(String)
  /// A command that prints watts.
  case command(String)
  /// One of the sensors, by its name in `perwatt machine`.
  case named(String)
}

/// A sensor that this machine may have.
public struct MeterFinding: Sendable {
  /// As `MeterRequest.named` has it: `rapl-perf`, `ina`.
  public let name: String
  /// Whether it suits a run's work without being asked for: not a battery, whose windows are too long, a graphics card
  /// or a fit.
  public let isAutomatic: Bool
  /// The meter, or why there is none and what to do.
  public let meter: Result<any EnergyMeter, EnergyError>
}

/// The choice of a meter.
public enum EnergyMeters {
  /// Every sensor there is a meter for, the best first.
  /// - Parameter cpu: where sensors are read, apart from the work; nil leaves it to the kernel.
  public static func findings(root: FileRoot = .host, cpu: Int? = nil) -> [MeterFinding] {
    counters(root)
      + [
        polled("jetson", cpu) { () throws(EnergyError) in try JetsonMeter.find(root) },
        polled("ina", cpu) { () throws(EnergyError) in try HwmonMeters.ina(root) },
        polled("pi5", cpu) { () throws(EnergyError) in try RaspberryPiSensor(root: root) },
        polled("x-gene", cpu) { () throws(EnergyError) in try HwmonMeters.xgene(root) },
        polled("acpi", cpu) { () throws(EnergyError) in try HwmonMeters.acpi(root) },
        polled("zenpower", cpu) { () throws(EnergyError) in try HwmonMeters.zenpower(root) },
        polled("pi5-input", cpu, isAutomatic: false) { () throws(EnergyError) in
          try RaspberryPiSensor(root: root, isFitted: true)
        },
        polled("battery", cpu, isAutomatic: false) { () throws(EnergyError) in try BatterySensor(root: root)
        },
        polled("nvidia-smi", cpu, isAutomatic: false) { () throws(EnergyError) in
          try NVIDIASensor(root: root)
        },
      ]
  }

  private static func counters(_ root: FileRoot) -> [MeterFinding] {
    [
      finding("rapl-perf") { () throws(EnergyError) in try RAPLPerfMeter(root: root) },
      finding("rapl-powercap") { () throws(EnergyError) in try RAPLPowercapMeter(root: root) },
      finding("amd-energy") { () throws(EnergyError) in try AMDEnergyMeter(root: root) },
    ]
  }

  private static func finding(
    _ name: String, isAutomatic: Bool = true, _ make: () throws(EnergyError) -> any EnergyMeter
  ) -> MeterFinding {
    MeterFinding(name: name, isAutomatic: isAutomatic, meter: Result(catching: make))
  }

  private static func polled(
    _ name: String, _ cpu: Int?, isAutomatic: Bool = true,
    _ make: () throws(EnergyError) -> any PowerSensor
  ) -> MeterFinding {
    finding(name, isAutomatic: isAutomatic) { () throws(EnergyError) in
      try PolledMeter(try make(), cpu: cpu)
    }
  }

  /// The meter that was asked for, or the best one here, for work on the CPU.
  /// - Parameters:
  ///   - proxy: what the automatic choice takes without a sensor; it then says so.
  ///   - cpu: where sensors are read, apart from the work; nil leaves it to the kernel.
  /// - Throws: `EnergyError` if what was asked for cannot be had; nothing else takes its place.
  public static func best(
    root: FileRoot = .host, request: MeterRequest = .automatic, cpu: Int? = nil, proxy: MeterChoice
  ) throws(EnergyError) -> MeterChoice {
    switch request {
    case .watts(let watts):
      let constant = "Power is one figure that the user gave; windows differ by their length only."
      return MeterChoice(meter: try FixedWattsMeter(watts), assumptions: [constant])
    case .csv(let path): return MeterChoice(sensor: try CSVMeter(path))
    case .command(let text): return MeterChoice(sensor: try PolledMeter(CommandSensor(text), cpu: cpu))
    case .named(let name): return try named(name, findings(root: root, cpu: cpu))
    case .automatic: return automatic(findings(root: root, cpu: cpu), proxy)
    }
  }

  private static func named(_ name: String, _ findings: [MeterFinding]) throws(EnergyError) -> MeterChoice {
    guard let finding = findings.first(where: { $0.name == name }) else {
      let names = findings.map(\.name).joined(separator: ", ")
      throw EnergyError("no meter is called '\(name)': give one of \(names)")
    }
    let meter = try finding.meter.get()
    guard meter.boundary != .gpuOnly else {
      throw EnergyError("\(name) reads graphics cards, and this work runs on the CPU: use another meter")
    }
    return MeterChoice(sensor: meter)
  }

  private static func automatic(_ findings: [MeterFinding], _ proxy: MeterChoice) -> MeterChoice {
    var problems: [String] = []
    for finding in findings where finding.isAutomatic {
      switch finding.meter {
      case .success(let meter):
        var choice = MeterChoice(sensor: meter)
        choice.notes += problems
        return choice
      case .failure(let problem): if !problem.isAbsence { problems.append(problem.description) }
      }
    }
    // Where no sensor is denied or broken, the usual one tells why there is none.
    let reason =
      problems.isEmpty
      ? findings.lazy.filter { $0.name == "rapl-powercap" }.compactMap(\.problem).first ?? "no sensor"
      : problems.joined(separator: "; ")
    var choice = proxy
    choice.notes.insert("Energy is a proxy, not measured: \(reason)", at: 0)
    return choice
  }
}

extension MeterChoice {
  /// No sensor: power as it is usual for this kind of machine.
  /// - Parameter busyThreads: threads that will work; two on one core count once.
  public static func proxy(_ facts: MachineFacts, busyThreads: Int) -> MeterChoice {
    let cores = min(busyThreads, facts.physicalCores.value ?? busyThreads, facts.usableCores)
    let proxy = ProxyPowerModel(.suited(to: facts), busyCores: cores)
    return MeterChoice(meter: proxy, assumptions: [proxy.assumptions.origin])
  }

  /// No sensor: power of this very machine as it was published, by measured utilisation.
  /// - Throws: `EnergyError` if the powers are none or the system does not tell its CPUs' time.
  public static func proxy(_ model: PowerModel, root: FileRoot = .host) throws(EnergyError) -> MeterChoice {
    MeterChoice(meter: try UtilisationMeter(model, root: root), assumptions: [model.origin])
  }

  fileprivate init(sensor: any EnergyMeter) { self.init(meter: sensor, notes: sensor.notes) }
}

extension MeterFinding {
  fileprivate var problem: String? {
    if case .failure(let problem) = meter { problem.description } else { nil }
  }
}
