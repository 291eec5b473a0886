import Hardware
import Quantities

private typealias R = ReferenceFigures

extension Claim {
  /// Two different models carry the name: the one that made the news, and a small student of it.
  static let deepSeekOnPi = Claim(
    "K2", "A $50 Raspberry Pi the size of a credit card could run DeepSeek", source: Document.techCatwalk,
    by: Method(
      "share of memory bandwidth that decoding reaches here, and what a Pi 5 would make of the same share",
      formula: "tok/s = 17 GB/s × share ÷ bytes for a token; it runs only if the weights fit into memory")
  ) { evidence in
    Judgement(
      .overstated, because: because(evidence.piEstimate),
      [
        fullModel, singlePrecision, ownDecode(evidence), estimate(evidence), publishedSpeed, student, price,
      ],
      from: [
        R.r1Stored, R.piMemory, R.piBandwidth, R.smallestDistil, R.smallDistilFile, R.piSmallDistil,
        R.piMediumDistil,
        R.cheapestPi, R.cheapestPi5,
      ]
    ).with(
      today: evidence.piEstimate.map {
        TodayValue($0, "estimate for a Pi 5 from this machine, 1.5B, 4 bits")
      },
      published: "\(R.piSmallDistil.text), R1-Distill 1.5B on a Pi 5; full model \(R.r1Stored.text)")
  }

  private static var fullModel: String {
    let smallest = Bytes(R.r1Stored.value.value / 2)
    return "The full model: \(R.r1Stored.text) × 4 bits = \(Text.of(smallest)), "
      + "\(Text.times(smallest / R.piMemory.value)) [D] the memory of the largest Pi 5, \(R.piMemory.text)"
  }

  private static func ownDecode(_ evidence: Evidence) -> String {
    let share = evidence.decode.flatMap { decode in
      evidence.bandwidthShare.combined(with: evidence.bandwidthAllThreads) { share, bandwidth in
        "\(Text.name(decode.model)): \(Text.of(decode.speed)) × \(Text.of(decode.weightBytes)) of weights ÷ "
          + "\(Text.of(bandwidth)) read bandwidth = \(Text.percent(share)) of it"
      }
    }
    return share.line(or: "Share of memory bandwidth that decode reaches") { "Measured here, \($0)" }
  }

  private static var singlePrecision: String {
    "In f32 a token reads \(R.smallestDistil.text) × 4 bytes = \(Text.of(SmallDistil.bytes32Bit)): at most "
      + "\(R.piBandwidth.text) ÷ \(Text.of(SmallDistil.bytes32Bit)) = "
      + "\(Text.of(SmallDistil.bound32Bit)) [D] on a Pi 5"
  }

  private static func estimate(_ evidence: Evidence) -> String {
    let text = evidence.piEstimate.combined(with: evidence.bandwidthShare) { speed, share in
      "In 4 bits a token reads most of the file, \(R.smallDistilFile.text): \(R.piBandwidth.text) × "
        + "\(Text.percent(share)) ÷ \(Text.of(SmallDistil.bytes4Bit)) = \(Text.of(speed)), an estimate that assumes "
        + "the same share of bandwidth"
    }
    return text.line(or: "Estimate for a Pi 5 in 4 bits") { $0 }
  }

  private static var publishedSpeed: String {
    "Published for a Pi 5 (4 bits; two runs of one file): R1-Distill 1.5B \(R.piSmallDistil.text), 14B "
      + R.piMediumDistil.text
  }

  private static var student: String {
    let shares = zip(DistilledModel.benchmarks, DistilledModel.all[0].shares)
    return "The 1.5B student keeps of the teacher's score: "
      + shares.map { "\(Text.percent($1)) \($0)" }.joined(separator: ", ") + " [D]"
  }

  private static var price: String {
    "Price, October 2026: Pi 4 with 2 GB \(R.cheapestPi.text), Pi 5 with 2 GB \(R.cheapestPi5.text), not $50"
  }

  private static func because(_ estimate: Reading<TokensPerSecond>) -> String {
    let core =
      "What runs on a Raspberry Pi are students of 1.5 to 14 billion parameters that were trained on DeepSeek-R1's "
      + "answers. The model that made the news has 671 billion; even in 4 bits it needs twenty times the memory of the "
      + "largest Pi 5. The smallest student writes 6 to 9 tokens per second and keeps 26 to 86 % of its teacher's "
      + "scores. At the list prices of October 2026 no Pi with 2 GB costs $50."
    guard let speed = estimate.value else { return estimate.publishedAlone + core }
    return "\(core) What today's measurement suggests for a Pi 5, \(Text.of(speed)), \(place(of: speed))."
  }

  /// Where an estimate lies beside what was published.
  private static func place(of speed: TokensPerSecond) -> String {
    let published = R.piSmallDistil
    if speed > published.high {
      return "is \(Text.times(speed / published.high)) that of the faster of two published runs"
    }
    if speed < published.low {
      return "is \(Text.times(speed / published.low)) that of the slower of two published runs"
    }
    return "lies between two published runs"
  }
}
