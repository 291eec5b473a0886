import Quantities

extension HardwareEntry {
  static let gpus: [HardwareEntry] = [
    a100SXM40, a100SXM80, a100PCIe80, h100SXM, h100PCIe, h200SXM, ascend910B, rtx4070, rtx4090,
  ]

  private static let a100Sheet = Citation(
    .secondary, "glennklockwood.com/garden/processors/A100, citing the NVIDIA data sheet 1758950-r4")
  private static let a100Guide = Citation(.secondary, "thundercompute.com, A100 guide")
  private static let h100Page = Citation(.secondary, "glennklockwood.com/garden/processors/h100")
  private static let h100Table = Citation(.secondary, "hmc-tech.com, H100 against A100")
  private static let h100Brief = Citation(.primary, "NVIDIA PB-11133-001_v02, product brief of the H100 PCIe")
  private static let club386 = Citation(.secondary, "club386.com, RTX 4070 specification and comparison")

  private static func a100(_ id: String, _ name: String, fill: (inout HardwareEntry) -> Void) -> HardwareEntry
  {
    HardwareEntry(id, name, .gpu) {
      $0.peaks = [
        .init(.fp32, 19.5e12, a100Sheet), .init(.fp16Matrix, 312e12, a100Sheet),
        .init(.int8Dense, 624e12, a100Sheet),
      ]
      fill(&$0)
    }
  }

  public static let a100SXM40 = a100("a100-40gb-sxm", "NVIDIA A100 40GB SXM") {
    $0.bandwidth = [.init(.peak, 1.555e12, a100Sheet)]
    $0.memory = [.init(.installed, 40e9, a100Sheet)]
    $0.power = [.init(.maximum, 400, a100Sheet, at: .gpuOnly)]
  }
  public static let a100SXM80 = a100("a100-80gb-sxm", "NVIDIA A100 80GB SXM") {
    $0.bandwidth = [.init(.peak, 2.039e12, a100Sheet)]
    $0.memory = [.init(.installed, 80e9, a100Sheet)]
    $0.power = [.init(.maximum, 400, a100Sheet, at: .gpuOnly)]
  }
  public static let a100PCIe80 = a100("a100-80gb-pcie", "NVIDIA A100 80GB PCIe") {
    $0.bandwidth = [.init(.peak, 1.935e12, a100Sheet)]
    $0.memory = [.init(.installed, 80e9, a100Sheet)]
    $0.power = [.init(.maximum, 300, a100Guide, at: .gpuOnly)]
  }

  private static let h100Estimate = Citation(
    .secondary, "techspot.com/news/99839: Raymond James estimate", "2023-08")
  private static let h100Resale = Citation(
    .secondary, "stratrix and runlocalai: resale at its peak, 40,000 and more")

  public static let h100SXM = HardwareEntry("h100-sxm", "NVIDIA H100 SXM", .gpu) {
    $0.peaks = [
      .init(.fp32, 66.9e12, h100Page), .init(.fp16Matrix, 989.4e12, h100Page),
      .init(.int8Dense, 1979e12, h100Page, note: "FP8 alike"),
    ]
    $0.bandwidth = [.init(.peak, 3.35e12, h100Page)]
    $0.memory = [.init(.installed, 80e9, h100Page)]
    $0.power = [.init(.maximum, 700, h100Page, at: .gpuOnly)]
    $0.price = h100Prices
  }
  public static let h100PCIe = HardwareEntry("h100-pcie", "NVIDIA H100 PCIe", .gpu) {
    $0.peaks = [
      .init(.fp32, 51.2e12, h100Table), .init(.fp16Matrix, 756.5e12, h100Table),
      .init(.int8Dense, 1513e12, h100Table),
    ]
    $0.bandwidth = [.init(.peak, 2e12, h100Brief, note: "the brief says more than 2,000 GB/s")]
    $0.memory = [.init(.installed, 80e9, h100Table)]
    $0.power = [.init(.maximum, 350, h100Brief, at: .gpuOnly)]
    $0.price = h100Prices
  }
  private static let h100Prices: [Price] = [
    .init(.estimate, Dollars(25_000)...Dollars(30_000), h100Estimate),
    .init(.resale, 40_000, h100Resale),
    .init(.list, 30_000, Citation(.secondary, "Hugging Face hardware page")),
  ]

  private static let h200Submission = Citation(
    .primary, "MLPerf Inference v4.1 system file (mlcommons/inference_results_v4.1): H200 TGP 700 W",
    "2024-08")

  public static let h200SXM = HardwareEntry("h200-sxm", "NVIDIA H200 SXM", .gpu) {
    $0.peaks = [
      .init(.fp32, 66.9e12, h200Table), .init(.fp16Matrix, 989e12, h200Table),
      .init(.int8Dense, 1979e12, h200Table),
    ]
    $0.bandwidth = [.init(.peak, 4.8e12, h200Table)]
    $0.memory = [.init(.installed, 141e9, h200Submission)]
    $0.power = [.init(.maximum, 700, h200Submission, at: .gpuOnly)]
    $0.price = [
      .init(.list, 32_000, Citation(.secondary, "Hugging Face hardware page: about 32,000")),
      .init(
        .estimate, Dollars(28_000)...Dollars(31_000), Citation(.secondary, "runlocalai, 2026", "2026-01")),
    ]
  }
  private static let h200Table = Citation(
    .secondary, "hmc-tech.com comparison; Hugging Face devidasmishra/ai-inference-hardware-economics-2026")

  private static let ascendSources = Citation(
    .secondary,
    "boardor.com: 320 TF, 400 GB/s, 310 W; jishuzhan.net/1872432607539499010: 256 TF, 768 GB/s, 350 W")

  /// Sources disagree; no single number may be printed as the fact.
  public static let ascend910B = HardwareEntry("ascend-910b", "Huawei Ascend 910B", .gpu) {
    $0.peaks = [
      .init(.fp16Matrix, FLOPsPerSecond(256e12)...FLOPsPerSecond(320e12), ascendSources),
      .init(.int8Dense, 512e12, ascendSources),
    ]
    $0.bandwidth = [
      .init(
        .peak, BytesPerSecond(400e9)...BytesPerSecond(1200e9), ascendSources,
        note: "400 and 768 GB/s by these two, 1,200 by others")
    ]
    $0.memory = [.init(.installed, 64e9, Citation(.secondary, "boardor.com"))]
    $0.power = [.init(.maximum, Watts(310)...Watts(350), ascendSources, at: .gpuOnly)]
    $0.notes = [
      "Sources disagree on every figure: only ranges are given.",
      "CSET, 'Pushing the Limits': officially 80 TF more than the 910; a quarter of that is another way to count.",
    ]
  }

  public static let rtx4070 = HardwareEntry("rtx-4070", "NVIDIA RTX 4070", .gpu) {
    $0.peaks = [.init(.fp32, 29.1e12, club386)]
    $0.bandwidth = [.init(.peak, 504e9, club386)]
    $0.power = [
      .init(.maximum, 200, club386, at: .gpuOnly, note: "186 W on average in games"),
      .init(
        .idle, 10, Citation(.secondary, "thefpsreview.com, slide by NVIDIA", "2023-04"), at: .gpuOnly),
    ]
    $0.price = [.init(.launch, 599, Citation(.secondary, "club386.com", "2023-04"))]
  }
  public static let rtx4090 = HardwareEntry("rtx-4090", "NVIDIA RTX 4090", .gpu) {
    $0.peaks = [.init(.fp32, 82.6e12, club386)]
    $0.bandwidth = [.init(.peak, 1.008e12, club386)]
    $0.power = [.init(.maximum, 450, club386, at: .gpuOnly)]
    $0.price = [.init(.launch, 1599, Citation(.secondary, "club386.com", "2022-10"))]
  }
}
