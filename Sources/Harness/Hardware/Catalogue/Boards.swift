import Quantities

extension HardwareEntry {
  static let boards: [HardwareEntry] = [orangePi5, orangePi5Max, jetsonOrinNanoSuper]

  private static let rk3588List = Citation(
    .secondary, "feature list of the RK3588, industrialtablet repository")

  private static func rk3588(_ id: String, _ name: String, fill: (inout HardwareEntry) -> Void)
    -> HardwareEntry
  {
    HardwareEntry(id, name, .board) {
      $0.byteDotProduct = .onCortexA76
      $0.notes = ["Four Cortex-A76 and four Cortex-A55; an NPU of 6 TOPS [S] beside them."]
      fill(&$0)
    }
  }

  public static let orangePi5 = rk3588("orange-pi-5", "Orange Pi 5 (RK3588S)") {
    $0.peaks = [
      .init(.linpack, 53.3e9, top500),
      .init(.int8Dense, 6e12, rk3588List, note: "the NPU, not the cores"),
    ]
    $0.bandwidth = [.init(.copy, 12.42e9, sbcReviews)]
    $0.power = [
      .init(.idle, 1, sbcReviews, at: .wall), .init(.stress, 10, sbcReviews, at: .wall),
      .init(.linpack, 11.5, top500, at: .wall),
    ]
    $0.price = [.init(.tested, 68, sbcReviews)]
  }

  public static let orangePi5Max = rk3588("orange-pi-5-max", "Orange Pi 5 Max (RK3588)") {
    $0.peaks = [.init(.linpack, 52.9e9, top500)]
    $0.bandwidth = [.init(.copy, 12.093e9, sbcReviews)]
    $0.power = [
      .init(.idle, 1.4, sbcReviews, at: .wall), .init(.stress, 10.9, sbcReviews, at: .wall),
      .init(.linpack, 12.8, top500, at: .wall),
    ]
    $0.price = [.init(.tested, 113, sbcReviews)]
  }

  private static let orinSheet = Citation(
    .secondary, "brojogopalsapui.com, from the NVIDIA data sheet", "2024-12")

  public static let jetsonOrinNanoSuper = HardwareEntry(
    "jetson-orin-nano-super", "NVIDIA Jetson Orin Nano Super 8GB", .board
  ) {
    $0.peaks = [
      .init(.int8Sparse, 67e12, orinSheet, note: "counts zeros that are skipped; dense is not given")
    ]
    $0.bandwidth = [.init(.peak, 102e9, orinSheet, note: "68 GB/s before the 'Super' mode")]
    $0.memory = [.init(.installed, 8 * gibi, orinSheet)]
    $0.power = [
      .init(.maximum, Watts(7)...Watts(25), orinSheet, at: .boardInput, note: "selectable"),
      .init(
        .languageModel, Watts(12)...Watts(13), Citation(.primary, "arXiv 2604.24785 Table 3", "2026-04"),
        at: .boardInput),
    ]
    $0.price = [
      .init(.list, 249, orinSheet),
      .init(.tested, 304.78, Citation(.primary, "arXiv 2604.24785 Table 2", "2026-04")),
    ]
  }
}
