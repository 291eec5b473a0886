import Machine
import Measurement
import Quantities
import Results

/// What the machine is doing beside us: its lock, its noise before the run, and a watch during it.
extension Runner {
  /// Waits for other runs, listens to the machine, and begins to watch it; once, before the first case.
  ///
  /// - Throws: what `RunLock.take` throws.
  func begin() throws {
    guard watch == nil else { return }
    let turn = try RunLock.take(waits: settings.waits)
    lock = turn
    if let problem = turn.problem { note("no lock against other runs: \(problem)") }
    // What was read before belongs to the other run.
    if turn.hasWaited { recorder.update { $0.machine = MachineFacts.read(root: settings.root) } }
    if facts.isTuned == true, let hold = LatencyHold(root: settings.root) {
      latency = hold
      note("idle CPUs are kept awake (/dev/cpu_dma_latency) while this machine is tuned")
    }
    let clock = Clock.monotonic
    let noise = NoiseProbe(root: settings.root, now: clock.now).listen(for: Seconds(settings.quick ? 0.2 : 1))
    recorder.update { $0.noise = noise }
    Console.note(noise.summary)
    watch = RunWatch(root: settings.root, now: clock.now)
  }

  /// Takes the last look; nothing where nothing was measured.
  func endWatch() {
    guard var watch else { return }
    let conditions = watch.conditions()
    recorder.update { $0.conditions = conditions }
    for remark in conditions.remarks { note(remark) }
  }
}
