import Quantities

extension HardwareEntry {
  static let raspberries: [HardwareEntry] = [
    raspberryPi4, raspberryPi400, raspberryPi5, raspberryPi500Plus,
  ]

  /// Boards measured by one person with one method: Linpack, `stress-ng`, a wall meter, a copy of memory.
  static let sbcReviews = Citation(
    .primary, "github.com/geerlingguy/sbc-reviews @968b675 web/data/results.yml")
  static let top500 = Citation(
    .primary, "github.com/geerlingguy/sbc-reviews @968b675, geerlingguy/top500-benchmark @be7b678")
  public static let aiBenchmarks = Citation(
    .primary, "github.com/geerlingguy/ai-benchmarks @bdf9441 README and issues")
  private static let perCycle = "counts FLOPs per cycle and core that no Arm document found here confirms"
  private static let news = Citation(.secondary, "raspberrypi.com news 2026-10-01, restated", "2026-10")

  public static let raspberryPi4 = HardwareEntry("raspberry-pi-4", "Raspberry Pi 4", .board) {
    $0.peaks = [
      .init(.linpack, FLOPsPerSecond(11.8e9)...FLOPsPerSecond(11.9e9), top500),
      .init(
        .fp32, 57.6e9, Citation(.derived, "4 Cortex-A72 at 1.8 GHz × 8 FLOP per cycle"), note: perCycle),
    ]
    $0.bandwidth = [
      .init(.copy, 2.738e9, sbcReviews),
      .init(.peak, 12.8e9, Citation(.derived, "32-bit LPDDR4-3200: 3,200 MT/s × 4 bytes")),
    ]
    $0.memory = [.init(.installed, Bytes(2 * gibi)...Bytes(8 * gibi), sbcReviews)]
    $0.power = [
      .init(.idle, 1.6, sbcReviews, at: .wall), .init(.stress, 5, sbcReviews, at: .wall),
      .init(.linpack, 7.2, top500, at: .wall),
    ]
    $0.price = [
      .init(.tested, 75, sbcReviews, note: "8 GB"), .init(.list, 67.5, news, note: "2 GB"),
    ]
    $0.byteDotProduct = .onCortexA72
  }

  public static let raspberryPi400 = HardwareEntry("raspberry-pi-400", "Raspberry Pi 400", .board) {
    $0.peaks = [.init(.linpack, 11.1e9, top500)]
    $0.bandwidth = [.init(.copy, 2.565e9, sbcReviews)]
    $0.memory = [.init(.installed, 4 * gibi, aiBenchmarks)]
    $0.power = [
      .init(.idle, 2.7, sbcReviews, at: .wall), .init(.stress, 5.2, sbcReviews, at: .wall),
      .init(.linpack, 6.4, top500, at: .wall), .init(.languageModel, 6, aiBenchmarks, at: .wall),
    ]
    $0.price = [.init(.tested, 70, sbcReviews)]
    $0.byteDotProduct = .onCortexA72
  }

  public static let raspberryPi5 = HardwareEntry("raspberry-pi-5", "Raspberry Pi 5", .board) {
    $0.peaks = [
      .init(.linpack, FLOPsPerSecond(35.2e9)...FLOPsPerSecond(37.9e9), top500, note: "8 GB to 16 GB"),
      .init(
        .fp32, 153.6e9, Citation(.derived, "4 Cortex-A76 at 2.4 GHz × 16 FLOP per cycle"), note: perCycle),
      .init(
        .fp16, 307e9, Citation(.derived, "4 Cortex-A76 at 2.4 GHz × 32 FLOP per cycle"), note: perCycle),
      .init(
        .int8Dense, 614e9, Citation(.derived, "4 Cortex-A76 at 2.4 GHz × 64 operations per cycle"),
        note: perCycle),
    ]
    $0.bandwidth = [
      .init(.copy, 4.805e9, sbcReviews),
      .init(
        .peak, 17e9, Citation(.primary, "raspberrypi/documentation bcm2712.adoc: up to 17 GB/s"),
        note: "32-bit LPDDR4X-4267"),
    ]
    $0.memory = [
      .init(
        .installed, Bytes(2 * gibi)...Bytes(16 * gibi),
        Citation(.secondary, "jeffgeerling.com, 'who would buy a Raspberry Pi for $120'"))
    ]
    $0.power = [
      .init(.idle, 2.8, sbcReviews, at: .wall), .init(.stress, 9.7, sbcReviews, at: .wall),
      .init(.linpack, Watts(12.7)...Watts(13.8), top500, at: .wall),
      .init(.languageModel, Watts(11)...Watts(13.9), aiBenchmarks, at: .wall),
    ]
    $0.price = pi5Prices
    $0.byteDotProduct = .onCortexA76
  }
  private static let pi5Prices: [Price] = [
    .init(.list, 77.5, news, note: "2 GB"),
    .init(
      .list, 120,
      Citation(.secondary, "jeffgeerling.com, 'who would buy a Raspberry Pi for $120'", "2025-01"),
      note: "16 GB"),
    .init(
      .launch, Dollars(60)...Dollars(80), Citation(.secondary, "techspot.com, launch text", "2023-10"),
      note: "4 GB and 8 GB"),
    .init(.tested, 80, sbcReviews, note: "8 GB"),
  ]

  public static let raspberryPi500Plus = HardwareEntry("raspberry-pi-500-plus", "Raspberry Pi 500+", .board) {
    $0.peaks = [.init(.linpack, 35.6e9, top500)]
    $0.bandwidth = [.init(.copy, 5.865e9, sbcReviews)]
    $0.power = [
      .init(.idle, 2.9, sbcReviews, at: .wall), .init(.stress, 9.4, sbcReviews, at: .wall),
      .init(.linpack, 12.9, top500, at: .wall), .init(.languageModel, 13, aiBenchmarks, at: .wall),
    ]
    $0.price = [.init(.tested, 200, sbcReviews)]
    $0.byteDotProduct = .onCortexA76
  }

  /// Bytes of a GiB, in which memory is sold.
  static let gibi = 1_073_741_824.0
}

extension ByteDotProduct {
  static let onCortexA72 = Self(false, "LLVM 21: clang -mcpu=cortex-a72 lacks __ARM_FEATURE_DOTPROD")
  static let onCortexA76 = Self(true, "LLVM 21: clang -mcpu=cortex-a76 defines __ARM_FEATURE_DOTPROD")
}
