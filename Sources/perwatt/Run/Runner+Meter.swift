import Energy
import Hardware
import Machine
import Quantities
import Results

extension Runner {
  /// A meter that cannot be had is told before anything is measured.
  func checkMeter() throws {
    guard settings.meter != .automatic, !settings.parts.isDisjoint(with: [.model, .claims]) else { return }
    _ = try chooseMeter()
  }

  /// Which sensors there are, for a reader who wants a better one.
  func recordMeters() {
    let meters = EnergyMeters.findings(root: settings.root).map(MeterRecord.init)
    recorder.update { $0.meters = meters }
  }

  func chooseMeter() throws -> MeterChoice {
    try MeterChoice(
      settings.meter, root: settings.root, facts: facts, threads: settings.threads, cpu: meterCPU)
  }
}

extension MeterChoice {
  /// The meter that was asked for, or the best one here.
  /// - Parameter cpu: where sensors are read, apart from the work; nil leaves it to the kernel.
  /// - Throws: `Failure` that begins with the option where what was asked for cannot be had.
  init(
    _ request: MeterRequest, root: FileRoot = .host, facts: MachineFacts, threads: Int, cpu: Int? = nil
  ) throws {
    do {
      self = try EnergyMeters.best(
        root: root, request: request, cpu: cpu, proxy: .suited(to: facts, threads: threads, root: root))
    } catch {
      let name = request.flag?.0 ?? "energy"
      throw Failure("\(error)".hasPrefix(name) ? "\(error)" : "\(name): \(error)")
    }
  }

  /// Published power of this very machine, where the catalogue has it; else that of its kind.
  private static func suited(to facts: MachineFacts, threads: Int, root: FileRoot) -> MeterChoice {
    let usual = MeterChoice.proxy(facts, busyThreads: threads)
    guard let entry = HardwareCatalogue.builtIn.entry(of: facts), let model = PowerModel(entry) else {
      return usual
    }
    return (try? MeterChoice.proxy(model, root: root)) ?? usual
  }
}

extension HardwareCatalogue {
  /// The machine that says this of itself; nil where the catalogue lacks it, and for a part of a machine.
  func entry(of facts: MachineFacts) -> HardwareEntry? {
    guard facts.isVirtual != true else { return nil }
    let (board, cpu) = (facts.board.value ?? "", facts.cpuModel.value ?? "")
    let known =
      Self.boards.first { board.hasPrefix($0.key) }
      ?? Self.cpus.first { cpu.contains($0.key) }
    return known.flatMap { entry($0.value) }
  }

  /// By the beginning of the device tree's model. Left out are boards with relatives of the same beginning.
  private static let boards: KeyValuePairs = [
    "Raspberry Pi 4 Model B": "raspberry-pi-4", "Raspberry Pi 400": "raspberry-pi-400",
    "Raspberry Pi 5 Model B": "raspberry-pi-5", "Orange Pi 5 Max": "orange-pi-5-max",
    "Xunlong Orange Pi 5 Max": "orange-pi-5-max",
  ]
  /// By what the CPU calls itself.
  private static let cpus: KeyValuePairs = ["N150": "intel-n150", "Ultra 7 265K": "intel-core-ultra-265k"]
}

extension PowerModel {
  /// Between rest and full load, as testers metered both at one boundary; nil where they did not.
  init?(_ entry: HardwareEntry) {
    guard let idle = entry.power(.idle), let boundary = idle.boundary.flatMap(Boundary.init) else {
      return nil
    }
    let loads = entry.power.filter { $0.what != .idle && $0.boundary == idle.boundary }
    guard let low = loads.map(\.low).min(), let high = loads.map(\.high).max() else { return nil }
    // A language model's own load is the nearest to ours.
    let central = entry.power(.languageModel).flatMap { loads.contains($0) ? $0.central : nil }
    let figures = ([idle] + loads).map { "\($0.what.title) \($0.text), \($0.source), \($0.date)" }
    self.init(
      machine: entry.name, boundary: boundary,
      idle: WattsRange(idle.low.value, idle.central.value, idle.high.value),
      load: WattsRange(low.value, (central ?? (low + high) / 2).value, high.value),
      origin: figures.joined(separator: "; ")
        + ". Assumption: power grows with the CPUs' utilisation in a straight line.")
  }
}

extension Boundary {
  /// Nil for what no meter here covers.
  fileprivate init?(_ boundary: PowerBoundary) {
    switch boundary {
    case .wall: self = .wall
    case .boardInput: self = .boardInput
    case .socket: self = .socket
    case .rails: self = .rails
    case .gpuOnly: self = .gpuOnly
    case .wholePhone: return nil
    }
  }
}

extension MeterRecord {
  fileprivate init(_ finding: MeterFinding) {
    switch finding.meter {
    case .success(let meter):
      self.init(name: finding.name, origin: .measured(EnergyOrigin(meter)), isAbsent: false)
    case .failure(let problem):
      self.init(
        name: finding.name, origin: .missing(reason: problem.description), isAbsent: problem.isAbsence)
    }
  }
}
