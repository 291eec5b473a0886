import Quantities

/// Energy of a piece of work by published figures for one operation and one byte: the same on every machine and in every
/// run. It leaves out what a CPU spends on fetching and ordering instructions, on caches, leakage and idling, which is
/// most of it: a yardstick, not a measurement.
public enum CountedWork {
  public static let source = "counted work: operations and bytes at published picojoules"
  /// Two parts of a machine, and no meter's boundary.
  public static let boundary = "arithmetic and DRAM"
  public static let tier = Tier.proxy

  /// Where the numbers come from.
  public static let origin = """
    Low: 7 nm, f32 multiply 1.31 pJ and add 0.38 pJ, HBM2 from 250 pJ for 64 bits (Jouppi and others, Ten Lessons \
    From Three Generations, ISCA 2021, table 2, which has 1300 pJ for DDR3/4). High: 45 nm, 3.7 and 0.9 pJ, DRAM up to \
    2600 pJ for 64 bits (Horowitz, ISSCC 2014, figure 1.1.9). Central: their geometric mean. Assumptions: a FLOP is \
    half a multiply-add in f32, whatever the weights' format; every byte comes from DRAM once.
    """

  /// Energy of `flops` operations, a multiply-add being two, and `bytes` to or from memory.
  /// - Returns: nil for amounts that are none.
  public static func energy(_ flops: FLOPs, _ bytes: Bytes) -> EnergyRange? {
    guard flops >= .zero, bytes >= .zero, flops.value.isFinite, bytes.value.isFinite else { return nil }
    func joules(_ perFLOP: Double, _ perByte: Double) -> Joules {
      Joules((flops.value * perFLOP + bytes.value * perByte) * 1e-12)
    }
    let (low, high) = (((1.31 + 0.38) / 2, 250.0 / 8), ((3.7 + 0.9) / 2, 2600.0 / 8))
    func mean(_ a: Double, _ b: Double) -> Double { (a * b).squareRoot() }
    return EnergyRange(
      low: joules(low.0, low.1), central: joules(mean(low.0, high.0), mean(low.1, high.1)),
      high: joules(high.0, high.1), memory: .missing(reason: "arithmetic and memory are one sum"))
  }
}
