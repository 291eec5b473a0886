// Names in JSON: snake case, with the unit where there is one.

extension MachineFacts {
  enum CodingKeys: String, CodingKey {
    case cpuModel = "cpu_model"
    case usableCores = "usable_cores"
    case onlineCores = "online_cores"
    case physicalCores = "physical_cores"
    case threadsPerCore = "threads_per_core"
    case cpuQuota = "cpu_quota_cores"
    case isaLevels = "isa_levels"
    case memoryTotal = "memory_total_bytes"
    case memoryAvailable = "memory_available_bytes"
    case swapUsed = "swap_used_bytes"
    case maximumFrequency = "maximum_frequency_hz"
    case loadAverage = "load_average"
    case stealShare = "steal_share"
    case onBattery = "on_battery"
    case temperature = "temperature_celsius"
    case operatingSystem = "operating_system"
    case layoutRandomisation = "layout_randomisation"
    case coreSiblings = "core_siblings"
    case throttleCounters = "throttle_counters"
    case isTuned = "is_tuned"
    case givenKey = "given_key"
    case architecture, board, caches, governor, turbo, hypervisor, kernel, hugepages
  }
}

extension CacheFact {
  enum CodingKeys: String, CodingKey {
    case size = "size_bytes"
    case sharedByCores = "shared_by_cores"
    case level, kind
  }
}
