import Machine
import Quantities

#if canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// Graphics cards of NVIDIA by `nvidia-smi`, for rows of work that runs on them; never for a CPU's.
struct NVIDIASensor: PowerSensor {
  let query: ShellCommand
  let boundary = Boundary.gpuOnly
  let tier = Tier.measured
  let interval = Seconds(0.2)
  /// The driver averages over up to a second on some cards.
  let settling = Seconds(1)
  let source = "nvidia-smi"
  let notes = [
    "The cards alone, without their host; the driver averages over up to a second on some of them."
  ]
  static let program = "/usr/bin/nvidia-smi"

  /// - Throws: `EnergyError` where the program is not there.
  init(root: FileRoot = .host) throws(EnergyError) {
    guard access(root.place(of: Self.program), X_OK) == 0 else {
      throw EnergyError("nvidia-smi: \(Self.program) is not there", isAbsence: true)
    }
    query = ShellCommand(
      "'\(root.place(of: Self.program))' --query-gpu=power.draw --format=csv,noheader,nounits",
      title: "nvidia-smi")
  }

  func power() throws(EnergyError) -> Watts { try Self.sum(of: try query.output()) }

  /// One line of watts for each card.
  static func sum(of text: String) throws(EnergyError) -> Watts {
    var total = Watts.zero
    for line in text.split(whereSeparator: \.isNewline) {
      guard let watts = CommandSensor.watts(in: String(line)) else {
        throw EnergyError(
          "nvidia-smi: '\(line.prefix(40))' is no power: this card or driver does not tell it")
      }
      total += watts
    }
    guard total > .zero else { throw EnergyError("nvidia-smi: it lists no card") }
    return total
  }
}
