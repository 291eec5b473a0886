import Hardware
import Quantities

private typealias R = ReferenceFigures

extension Claim {
  static let electricityOfTraining = Claim(
    "K19", "AI training uses incredible amounts of electricity", source: Document.time,
    by: Method(
      "energy of an operation while this machine reads a prompt",
      formula: "kWh = GPU-hours × W; or 6 × parameters at work × tokens × J/FLOP")
  ) { evidence in
    Judgement(
      .undecided,
      because:
        "'Incredible' is no number. One can be given: the final run of DeepSeek-V3 took 2.788 million GPU-hours, which at "
        + "700 W each is about 2 gigawatt-hours for the processors alone, or what 220 kW draw in a year. Servers, cooling "
        + "and all earlier runs come on top and were not published.",
      [processors, yearly, onThisMachine(evidence)],
      from: [R.trainingHours, R.h100Power, R.r1Active, R.trainingTokens]
    ).with(
      today: evidence.work.map {
        let (low, high) = (PicojoulesPerFLOP($0.lowPerFLOP), PicojoulesPerFLOP($0.highPerFLOP))
        let middle = PicojoulesPerFLOP((low.value * high.value).squareRoot())
        return TodayValue(low, middle, high, "\($0.boundary), \($0.tier), reading a prompt")
      },
      published: "\(Text.of(hours)) [D]: \(R.trainingHours.text) × \(R.h100Power.text)")
  }

  private static var hours: KilowattHours {
    KilowattHours(R.trainingHours.value.value * R.h100Power.value.value / 1000)
  }

  private static var processors: String {
    "\(R.trainingHours.text) × \(R.h100Power.text) of an H100 (an H800's was not found) = \(Text.of(hours)) [D]"
  }
  private static var yearly: String {
    "÷ 8,766 hours = \(Text.plain(hours.value / 8766)) kW [D] all year; no servers, no cooling, no earlier runs"
  }

  private static func onThisMachine(_ evidence: Evidence) -> String {
    evidence.work.line(or: "The same work on this machine") {
      let joules = [$0.lowPerFLOP, $0.highPerFLOP].map { trainingWork.value * $0.value / 3.6e6 }
      let conditions = "\($0.boundary), \($0.tier), f32"
      return "The same work here: 6 × \(R.r1Active.text) × \(R.trainingTokens.text) at "
        + "\(Text.range(PicojoulesPerFLOP($0.lowPerFLOP), PicojoulesPerFLOP($0.highPerFLOP))) = "
        + "\(Text.range(KilowattHours(joules[0]), KilowattHours(joules[1]))) (\(conditions))"
    }
  }
}

/// Electricity, as it is sold.
struct KilowattHours: Quantity {
  static let unit = "kWh"
  let value: Double
  init(_ value: Double) { self.value = value }
}
