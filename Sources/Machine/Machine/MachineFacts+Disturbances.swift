import Quantities

extension MachineFacts {
  /// What could disturb a measurement here, and what to do: one sentence or two each. What is not known is not
  /// held against the machine.
  public var disturbances: [String] {
    [virtualised, load, clock, boost, siblings, steal, restricted, swapping, battery].compactMap(\.self)
  }

  private var virtualised: String? {
    guard isVirtual == true, let name = hypervisor.value else { return nil }
    return "Virtual machine (\(name)): neighbours share the CPU; compare only figures of one paired run."
  }
  private var load: String? {
    guard let load = loadAverage.value, load / Double(onlineCores) > 0.3 else { return nil }
    return "Load is \(Format.fixed(load, 2)) on \(onlineCores) cores: stop other programs, or wait."
  }
  private var clock: String? {
    guard let governor = governor.value, governor != "performance" else { return nil }
    return "Governor is \(governor), so clocks wander: sudo cpupower frequency-set -g performance"
  }
  private var boost: String? {
    guard turbo.value == true else { return nil }
    return "Turbo is on, so clocks depend on heat: let the machine warm up, or turn turbo off in the BIOS."
  }
  private var siblings: String? {
    guard let threads = threadsPerCore.value, threads > 1 else { return nil }
    let advice =
      physicalCores.value.map { "at most \(min($0, usableCores)) threads" } ?? "one thread per core"
    return "Each core runs \(threads) hardware threads (SMT): use \(advice)."
  }
  private var steal: String? {
    guard let share = stealShare.value, share > 0.01 else { return nil }
    let percent = Format.fixed(share * 100, 1)
    return
      "The hypervisor took \(percent) % of CPU time since boot: repeat at a quieter hour or on own hardware."
  }
  private var restricted: String? {
    guard usableCores < onlineCores else { return nil }
    let cause = cpuQuota.value.map { "CPU quota \(Format.fixed($0, 2)), affinity" } ?? "affinity"
    return "Only \(usableCores) of \(onlineCores) cores may be used (\(cause)): lift the limit, or report it."
  }
  private var swapping: String? {
    guard let used = swapUsed.value, used > .zero else { return nil }
    return "Swap is in use (\(Format.binary(used))): close programs, then sudo swapoff -a && sudo swapon -a"
  }
  private var battery: String? {
    onBattery.value == true ? "The machine runs on battery, which limits clocks: plug it in." : nil
  }
}
