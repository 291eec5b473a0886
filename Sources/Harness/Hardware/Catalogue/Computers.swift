import Quantities

extension HardwareEntry {
  static let computers: [HardwareEntry] = [intelN150, coreUltra265K, macMiniM4]

  private static func measured(
    _ id: String, _ name: String, linpack: Double, copy: Double, fill: (inout HardwareEntry) -> Void
  ) -> HardwareEntry {
    HardwareEntry(id, name, .computer) {
      $0.peaks = [.init(.linpack, linpack, top500)]
      $0.bandwidth = [.init(.copy, copy, sbcReviews)]
      fill(&$0)
    }
  }

  public static let intelN150 = measured("intel-n150", "Intel N150 mini-PC", linpack: 62.1e9, copy: 9.567e9) {
    $0.power = [
      .init(.idle, 9.3, sbcReviews, at: .wall), .init(.stress, 25, sbcReviews, at: .wall),
      .init(.linpack, 28.5, top500, at: .wall),
      .init(.languageModel, Watts(26.5)...Watts(30.3), aiBenchmarks, at: .wall),
    ]
    $0.price = [.init(.tested, 160, sbcReviews)]
    $0.byteDotProduct = ByteDotProduct(
      true, "LLVM 21: clang -march=gracemont defines __AVXVNNI__")
  }

  public static let coreUltra265K = measured(
    "intel-core-ultra-265k", "Intel Core Ultra 265K PC", linpack: 741e9, copy: 37.141e9
  ) {
    $0.power = [
      .init(.idle, 34.5, sbcReviews, at: .wall), .init(.stress, 244.5, sbcReviews, at: .wall),
      .init(.linpack, 273, top500, at: .wall),
    ]
    $0.price = [.init(.tested, 2998, sbcReviews)]
  }

  public static let macMiniM4 = measured("mac-mini-m4", "Mac mini M4", linpack: 300e9, copy: 44.987e9) {
    $0.power = [
      .init(.idle, 4.1, sbcReviews, at: .wall), .init(.stress, 31.2, sbcReviews, at: .wall),
      .init(.linpack, 39.6, top500, at: .wall),
    ]
    $0.price = [.init(.tested, 1499, sbcReviews)]
  }
}
