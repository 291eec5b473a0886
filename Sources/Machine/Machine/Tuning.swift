import Quantities

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Sets what root may set for quieter measurements, and puts it back. What a value was is in a file before the first
/// one is changed, so that `reset` works after any end of the program; a second `tune` keeps the first one's memory.
/// One process at a time: the caller holds the machine's lock.
public struct Tuning {
  /// A setting as it is and as it would be.
  public struct Row: Hashable, Sendable {
    public var name: String
    /// With a `*` where there are several files.
    public var path: String
    /// The values of its files, each once, or why there are none.
    public var now: Reading<String>
    /// Nil where nothing would be changed.
    public var wanted: String?
  }

  /// A value that was changed.
  public struct Change: Hashable, Sendable {
    public var path: String, before: String, after: String
  }

  /// What was done, and what could not be.
  public struct Outcome: Sendable {
    public var changes: [Change] = []
    /// One line for each: the file and the reason.
    public var failures: [String] = []
    /// Whether it was asked to stop, and everything is as it was.
    public var isInterrupted = false
  }

  private let root: FileRoot
  /// Called before anything is written, with the file's path; for tests.
  private let willWrite: (String) throws -> Void

  public init(root: FileRoot = .host) { self.init(root: root, willWrite: { _ in }) }
  init(root: FileRoot, willWrite: @escaping (String) throws -> Void) {
    (self.root, self.willWrite) = (root, willWrite)
  }

  /// Whether values wait to be put back.
  public var isTuned: Bool { (try? TuningState.read(root)) != nil }

  /// All settings; changes nothing.
  public func rows(smtOff: Bool) -> [Row] {
    TuningSetting.all(smtOff: smtOff).map { setting in
      let values = setting.files(root).map { (file: $0, now: TuningSetting.value($0, root)) }
      let known = values.compactMap(\.now.value)
      var seen: [String] = []
      for value in known where !seen.contains(value) { seen.append(value) }
      let wanted = values.compactMap { file, now in now.value.flatMap { setting.wanted(file, now: $0, root) }
      }
      let reason = values.first?.now.reason ?? "\(setting.path): no such file"
      return Row(
        name: setting.name, path: setting.path,
        now: seen.isEmpty ? .missing(reason: reason) : .measured(seen.joined(separator: ", ")),
        wanted: wanted.first)
    }
  }

  /// Sets everything that is not yet so. Asked to stop by `isInterrupted`, it puts all back.
  /// - Throws: `TuningError` before anything is changed.
  public func tune(smtOff: Bool, isInterrupted: () -> Bool = { false }) throws -> Outcome {
    let plan = plan(smtOff: smtOff)
    guard !plan.isEmpty else { return Outcome() }
    var state = try TuningState.read(root) ?? TuningState(entries: [])
    let known = Set(state.entries.map(\.path))
    for change in plan where !known.contains(change.path) {
      state.entries.append(.init(path: change.path, value: change.before))
    }
    try save(state)
    var outcome = Outcome()
    for change in plan {
      if isInterrupted() {
        outcome = try reset()
        outcome.isInterrupted = true
        return outcome
      }
      try set(change, &outcome)
    }
    return outcome
  }

  /// Puts back what `tune` found, the last change first. What fails stays in the file for another try.
  /// - Throws: `TuningError` before anything is changed.
  public func reset() throws -> Outcome {
    var outcome = Outcome()
    // What a program left that was ended while it wrote.
    root.discardDraft(of: TuningState.path)
    guard let state = try TuningState.read(root) else { return outcome }
    if let problem = root.denial(TuningState.path) { throw TuningError.notPermitted("\(problem)") }
    var left: [TuningState.Entry] = []
    for entry in state.entries.reversed() {
      let now = TuningSetting.value(entry.path, root).value ?? ""
      let failed = outcome.failures.count
      if now != entry.value {
        try set(Change(path: entry.path, before: now, after: entry.value), &outcome)
      }
      if outcome.failures.count > failed { left.insert(entry, at: 0) }
    }
    try forget(allBut: left, &outcome)
    return outcome
  }

  private func forget(allBut left: [TuningState.Entry], _ outcome: inout Outcome) throws {
    do {
      try willWrite(TuningState.path)
      if left.isEmpty {
        try root.remove(TuningState.path)
      } else {
        try root.replace(TuningState.path, with: TuningState(entries: left).text)
      }
    } catch let problem as FileProblem {
      outcome.failures.append("\(problem)")
    }
  }

  private func plan(smtOff: Bool) -> [Change] {
    TuningSetting.all(smtOff: smtOff).flatMap { setting in
      setting.files(root).compactMap { file in
        guard let now = TuningSetting.value(file, root).value,
          let wanted = setting.wanted(file, now: now, root)
        else { return nil }
        return Change(path: file, before: now, after: wanted)
      }
    }
  }

  private func save(_ state: TuningState) throws {
    do {
      try willWrite(TuningState.path)
      try root.replace(TuningState.path, with: state.text)
    } catch let problem as FileProblem {
      throw problem.isDenied
        ? TuningError.notPermitted("\(problem)")
        : TuningError.state("\(problem): the old values cannot be kept, so nothing was changed")
    }
  }

  /// Believes what the file says afterwards: some drivers take a value and keep their own.
  private func set(_ change: Change, _ outcome: inout Outcome) throws {
    do {
      try willWrite(change.path)
      try root.set(change.path, to: change.after)
    } catch let problem as FileProblem {
      outcome.failures.append("\(problem) (\(change.before), not \(change.after))")
      return
    }
    let now = TuningSetting.value(change.path, root).value ?? "nothing"
    if now == change.after {
      outcome.changes.append(change)
    } else {
      outcome.failures.append("\(change.path): is \(now), not \(change.after)")
    }
  }
}

/// Keeps idle CPUs awake while it lives: `/dev/cpu_dma_latency` holds a bound of 0 µs for as long as it is open
/// (Documentation/power/pm_qos_interface). For root only.
public final class LatencyHold {
  private let file: Int32

  /// Nil where the user may not, or where there is no such device.
  public init?(root: FileRoot = .host) {
    file = open(root.prefix + "/dev/cpu_dma_latency", O_WRONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return nil }
    var bound: Int32 = 0
    guard write(file, &bound, 4) == 4 else {
      close(file)
      return nil
    }
  }
  deinit { close(file) }
}
