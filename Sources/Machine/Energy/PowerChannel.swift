import Machine
import Quantities

/// One rail or input whose power the kernel's files tell.
struct PowerChannel: Sendable, Hashable {
  enum Files: Sendable, Hashable {
    /// A file, and the watts of one count.
    case power(String, scale: Double)
    /// Files in millivolts and milliamperes.
    case product(volts: String, amperes: String)
  }
  let label: String
  let files: Files

  func read(_ root: FileRoot) throws(EnergyError) -> Watts {
    switch files {
    case .power(let path, let scale): return Watts(try Self.number(path, root) * scale)
    case .product(let volts, let amperes):
      return Watts(try Self.number(volts, root) * (try Self.number(amperes, root)) * 1e-6)
    }
  }

  private static func number(_ path: String, _ root: FileRoot) throws(EnergyError) -> Double {
    do {
      let text = try root.contents(path)
      guard let value = Double(text), value.isFinite else {
        throw EnergyError("\(path): not a number; measure without energy")
      }
      return value
    } catch let problem as FileProblem {
      guard problem.isDenied else { throw EnergyError("\(problem); measure without energy") }
      throw EnergyError("\(problem); to allow it until the next boot: sudo chmod a+r \(path)")
    } catch let problem as EnergyError {
      throw problem
    } catch {
      throw EnergyError("\(path): \(error)")
    }
  }

  /// Whether this is what a board takes in, rather than what it gives to one part.
  var isInput: Bool {
    let name = label.uppercased()
    return name == "VIN" || name.hasSuffix("_IN") || name.contains("INPUT")
  }
}

/// The sum of some channels.
struct ChannelSensor: PowerSensor {
  /// `INA226`, `Jetson INA3221`.
  let kind: String
  let boundary: Boundary
  let tier = Tier.measured
  let channels: [PowerChannel]
  let root: FileRoot
  var interval = Seconds(0.05)
  var settling = Seconds.zero
  var notes: [String] = []
  var source: String { "\(kind) (\(channels.map(\.label).joined(separator: ", ")))" }

  func power() throws(EnergyError) -> Watts {
    var total = Watts.zero
    for channel in channels {
      do throws(EnergyError) {
        total += try channel.read(root)
      } catch {
        throw EnergyError("\(kind): \(error)")
      }
    }
    guard total > .zero else {
      throw EnergyError(
        "\(source) reads \(Format.significant(total.value)) W: its shunt may be elsewhere or turned round; use another "
          + "meter")
    }
    return total
  }

  /// A board's input, where one of the channels is that; else all of them, which are rails.
  static func board(
    _ kind: String, _ channels: [PowerChannel], _ root: FileRoot
  ) -> ChannelSensor {
    let inputs = channels.filter(\.isInput)
    guard inputs.isEmpty else {
      return ChannelSensor(kind: kind, boundary: .boardInput, channels: inputs, root: root)
    }
    return ChannelSensor(
      kind: kind, boundary: .rails, channels: channels, root: root,
      notes: [
        "All rails with a sensor are summed; what hangs on others, and the converters' loss, is missing."
      ])
  }
}
