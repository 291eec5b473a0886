import Quantities

extension MachineFacts {
  /// A machine of which another program's output tells its CPU and how many threads ran, and nothing else.
  /// - Parameters:
  ///   - key: the folder of its results.
  ///   - threads: stand for its cores, of which there may be more.
  ///   - reason: why everything else is missing.
  public init(key: String, cpuModel: Reading<String>, threads: Int, otherwise reason: String) {
    func missing<Value>() -> Reading<Value> { .missing(reason: reason) }
    (givenKey, self.cpuModel, architecture) = (key, cpuModel, "unknown")
    (board, hypervisor, governor) = (missing(), missing(), missing())
    (usableCores, onlineCores) = (max(threads, 1), max(threads, 1))
    (physicalCores, threadsPerCore, cpuQuota) = (missing(), missing(), missing())
    (isaLevels, caches) = ([], [])
    (memoryTotal, memoryAvailable, swapUsed) = (missing(), missing(), missing())
    (maximumFrequency, turbo, onBattery) = (missing(), missing(), missing())
    (loadAverage, stealShare, temperature) = (missing(), missing(), missing())
    (kernel, operatingSystem, hugepages) = (missing(), missing(), missing())
  }
}
