import Hardware

extension PublishedRow {
  /// llama.cpp, MLC and RKLLM, one stream.
  static let gpus: [PublishedRow] = dataCentre + desktop + nvidiaEdge + rockchip

  private static let dataCentre: [PublishedRow] = {
    let source = Source(
      citation: Citation(.primary, "github.com/XiongjieDai/GPU-Benchmarks-on-LLM-Inference @aa72e0e"),
      group: .accelerators)
    let older = Source(
      citation: Citation(
        .primary, "github.com/XiongjieDai/GPU-Benchmarks-on-LLM-Inference @00dd2bd", "2023-12"),
      group: .accelerators)
    let (h100, a100) = ("h100-pcie", "a100-80gb-pcie")
    let (f16, q4) = (WeightType.uniform(.f16), WeightType.uniform(.q4_0))
    return [
      source.row(h100, "llama-3.1-8b", .q4KM, 145.6, prefill: 8125),
      source.row(h100, "llama-3.1-8b", f16, 67.8),
      source.row(h100, "llama-3.1-70b", .q4KM, 25.0), older.row(h100, "llama-2-7b", q4, 133.8),
      older.row(h100, "llama-2-7b", f16, 83.3), older.row(a100, "llama-2-7b", q4, 136.2),
      older.row(a100, "llama-2-7b", f16, 73.8),
    ]
  }()

  private static let desktop: [PublishedRow] = {
    let source = Source(citation: HardwareEntry.aiBenchmarks, group: .accelerators)
    return [
      source.row("rtx-4090", "r1-distill-qwen-14b", nil, 92.5),
      source.row("rtx-4090", "llama-3.2-3b", nil, 334.7),
      source.row("rtx-4070", "llama-3.2-3b", nil, 160.7),
    ]
  }()

  private static let nvidiaEdge: [PublishedRow] = {
    let edge = Source(
      citation: Citation(.primary, "arXiv 2604.24785 'Cloud to Edge' Table 3", "2026-04"),
      group: .accelerators)
    let blog = Source(
      citation: Citation(.secondary, "NVIDIA blog, restated in msmcs-robotics/WayfindR-driver: INT4, MLC"),
      group: .accelerators)
    let (orin, int4) = ("jetson-orin-nano-super", WeightType.uniform(.q4_0))
    return [
      edge.row(
        orin, "r1-distill-qwen-1.5b", .q4KM, 9.59,
        outlier: "end to end, the wait for the first token included"),
      blog.row(orin, "llama-3.1-8b", int4, 19.14), blog.row(orin, "llama-3.2-3b", int4, 43.07),
      blog.row(orin, "qwen2.5-7b", int4, 21.75),
    ]
  }()

  private static let rockchip: [PublishedRow] = {
    let source = Source(
      citation: Citation(.primary, "github.com/airockchip/rknn-llm benchmark.md @878f936: RK3588 NPU, w8a8"),
      group: .accelerators)
    let npu = "runs on the NPU; the catalogue's arithmetic is that of the cores"
    let rows = [
      ("qwen2.5-1.5b", 16.69), ("tinyllama-1.1b", 24.43), ("qwen2.5-0.5b", 41.58), ("phi-3-mini-3.8b", 7.45),
    ]
    return rows.map { source.row("orange-pi-5", $0, .uniform(.q8_0), $1, outlier: npu) }
  }()
}
