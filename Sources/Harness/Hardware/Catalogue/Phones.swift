import Quantities

extension HardwareEntry {
  static let phones: [HardwareEntry] = [iPhone16Pro, galaxyS24Ultra, iPhone14Pro, a18Pro]

  private static let tinyBench = Citation(.primary, "arXiv 2603.23640 Table 1", "2026-03")
  private static let melt = Citation(.secondary, "MELT, arXiv 2403.12844, restated", "2024-03")

  public static let iPhone16Pro = HardwareEntry("iphone-16-pro", "iPhone 16 Pro", .phone) {
    $0.power = [
      .init(.idle, 0.6, tinyBench, at: .wholePhone), .init(.maximum, 10, tinyBench, at: .wholePhone),
    ]
  }

  public static let galaxyS24Ultra = HardwareEntry(
    "galaxy-s24-ultra", "Galaxy S24 Ultra (Snapdragon 8 Gen 3)", .phone
  ) {
    $0.peaks = [.init(.int8Dense, 45e12, tinyBench, note: "the NPU; density and precision not stated")]
    $0.power = [
      .init(.idle, 0.8, tinyBench, at: .wholePhone), .init(.maximum, 12, tinyBench, at: .wholePhone),
      .init(
        .languageModel, 1.5, Citation(.derived, "arXiv 2603.23640 v2, restated: 0.146 J/tok × 10.38 tok/s"),
        at: .wholePhone),
    ]
  }

  public static let iPhone14Pro = HardwareEntry("iphone-14-pro", "iPhone 14 Pro", .phone) {
    $0.power = [.init(.languageModel, 13.8, melt, at: .wholePhone, note: "sustained; peaks above 18 W")]
  }

  public static let a18Pro = HardwareEntry("apple-a18-pro", "Apple A18 Pro (in a MacBook Neo)", .phone) {
    $0.peaks = [.init(.linpack, 57e9, top500)]
    $0.bandwidth = [.init(.copy, 30.6e9, sbcReviews)]
    $0.power = [
      .init(.idle, 0.8, sbcReviews, at: .wall), .init(.stress, 9.3, sbcReviews, at: .wall),
      .init(.linpack, 10.6, top500, at: .wall),
    ]
    $0.price = [.init(.launch, 599, sbcReviews, note: "the notebook")]
    $0.notes = ["A phone's processor, measured in a notebook at its power supply."]
  }
}
