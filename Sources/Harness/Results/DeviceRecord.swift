import Quantities

/// What did the work of a run that another program took, such as `Benchmarks/gpu/reference.py`.
public struct DeviceRecord: Codable, Hashable, Sendable {
  public enum Kind: String, Codable, Sendable { case cuda, cpu }

  public var kind: Kind
  /// As its driver calls it: `NVIDIA H100 80GB HBM3`.
  public var name: String
  /// Its own memory.
  public var memory: Reading<Bytes>
  public var driver: Reading<String>
  /// What its driver lets it draw.
  public var powerLimit: Reading<Watts>
  /// `PyTorch 2.11.0, CUDA 13.0`.
  public var software: String
  /// How kernels were launched: `eager`, `CUDA graph`.
  public var execution: String

  public init(kind: Kind, name: String, software: String, execution: String, otherwise reason: String) {
    (self.kind, self.name, self.software, self.execution) = (kind, name, software, execution)
    (memory, driver) = (.missing(reason: reason), .missing(reason: reason))
    powerLimit = .missing(reason: reason)
  }

  private enum CodingKeys: String, CodingKey {
    case memory = "memory_bytes"
    case powerLimit = "power_limit_w"
    case kind, name, driver, software, execution
  }
}
