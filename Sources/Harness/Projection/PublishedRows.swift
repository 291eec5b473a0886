import Hardware

extension PublishedRow {
  /// Every published row with model, format (printed, or Ollama's default) and machine that was found.
  public static let all: [PublishedRow] =
    geerling + dambergn + stratosphere + leaderboard + llamafile + papers + gpus

  private static let geerling: [PublishedRow] = {
    let source = Source(citation: HardwareEntry.aiBenchmarks)
    let old = Source(citation: HardwareEntry.aiBenchmarks, assumed: .uniform(.q4_0))
    let (pi, n150) = ("raspberry-pi-5", "intel-n150")
    return [
      source.row(pi, "r1-distill-qwen-14b", nil, 1.20), source.row(pi, "llama-3.2-3b", nil, 4.88),
      source.row(pi, "llama-3.1-8b", nil, 2.17), old.row(pi, "llama-2-13b", nil, 1.36),
      source.row(pi, "llama-3.2-3b", nil, 4.61),
      source.row("raspberry-pi-500-plus", "llama-3.2-3b", nil, 5.55),
      source.row("raspberry-pi-400", "llama-3.2-3b", nil, 1.60),
      source.row(
        pi, "llama-3.1-70b", nil, 0.85,
        outlier: "ten boards share it over a network, which the law leaves out"),
      source.row(
        pi, "Qwen3-30B-A3B 2.70 bpw", nil, 7.99, prefill: 10.91,
        outlier: "a mixture of experts: the law counts every weight"),
      source.row(n150, "r1-distill-qwen-1.5b", nil, 17.02),
      source.row(n150, "r1-distill-llama-8b", nil, 3.55), source.row(n150, "r1-distill-qwen-14b", nil, 2.13),
    ]
  }()

  /// The digests that the files print say which file of Ollama's ran, and its size which format that has.
  private static let dambergn: [PublishedRow] = {
    let source = Source(
      citation: Citation(.primary, "github.com/dambergn/ollama-benchmarks @2118a77 data/*.md", "2025-02"))
    let (q8, q4) = (WeightType.uniform(.q8_0), WeightType.uniform(.q4_0))
    let rows: [(String, WeightType, Double, Double)] = [
      ("r1-distill-qwen-1.5b", .q4KM, 8.86, 3.13), ("r1-distill-qwen-7b", .q4KM, 1.53, 0.76),
      ("r1-distill-llama-8b", .q4KM, 1.43, 0.70), ("qwen2.5-0.5b", .q4KM, 20.35, 7.92),
      ("qwen2.5-1.5b", .q4KM, 7.49, 3.54), ("qwen2.5-3b", .q4KM, 3.59, 1.74),
      ("qwen2.5-7b", .q4KM, 1.61, 0.78), ("llama-3.2-1b", q8, 7.69, 2.55),
      ("llama-3.2-3b", .q4KM, 3.25, 1.50),
      ("phi-3-mini-3.8b", q4, 2.60, 1.51),
    ]
    // A day earlier, over 1,249 tokens instead of 821.
    let earlier = source.row("raspberry-pi-5", "r1-distill-qwen-1.5b", .q4KM, 6.48)
    return rows.flatMap { model, type, five, four in
      [source.row("raspberry-pi-5", model, type, five), source.row("raspberry-pi-4", model, type, four)]
    } + [earlier]
  }()

  private static let stratosphere: [PublishedRow] = {
    let source = Source(
      citation: Citation(
        .primary,
        "github.com/stratosphereips/StratosphereLinuxIPS docs/immune/research_rpi_llm_performance.md"))
    let pi = "raspberry-pi-5"
    return [
      source.row(pi, "qwen2.5-1.5b", .q4KM, 9.97), source.row(pi, "llama-3.2-1b", .q4KM, 11.22),
      source.row(pi, "gemma-3-1b", .q4KM, 11.53),
      source.row(pi, "a model of 3B", .q4KM, 4.69, outlier: "which model of 3B is not said"),
      source.row(
        pi, "BitNet b1.58-2B-4T", nil, 8.13, outlier: "ternary weights: no format that the law knows"),
    ]
  }()

  private static let leaderboard: [PublishedRow] = {
    let source = Source(
      citation: Citation(.primary, "Hugging Face space nyunai/edge-llm-leaderboard, CSV, pp512 and tg128"))
    let pi = "raspberry-pi-5"
    let q8 = WeightType.uniform(.q8_0)
    return [
      source.row(pi, "qwen2.5-1.5b", q8, 5.79, prefill: 21.9),
      source.row(pi, "qwen2.5-3b", q8, 2.94, prefill: 10.5),
      source.row(pi, "qwen2.5-7b", q8, 1.30, prefill: 4.25),
      source.row(
        pi, "OLMoE-1B-7B Q4_0_4_4", .uniform(.q4_0), 12.99, prefill: 50.4,
        outlier: "a mixture of experts: the law counts every weight"),
    ]
  }()

  private static let llamafile: [PublishedRow] = {
    let source = Source(
      citation: Citation(
        .secondary, "justine.lol/matmul, 'LLaMA Now Goes Faster on CPUs', restated", "2024-03"))
    let q8 = WeightType.uniform(.q8_0)
    return [
      source.row("raspberry-pi-5", "tinyllama-1.1b", q8, 9, prefill: 45),
      source.row("raspberry-pi-4", "tinyllama-1.1b", q8, 3, prefill: 10),
    ]
  }()

  private static let papers: [PublishedRow] = {
    let edge = Source(citation: Citation(.primary, "arXiv 2604.24785 'Cloud to Edge' Table 3", "2026-04"))
    let robots = Source(
      citation: Citation(.secondary, "'Benchmarking Local LMs for Social Robots', theneuralfeed.com"))
    let endToEnd = "end to end, the wait for the first token included"
    return [
      edge.row(
        "raspberry-pi-5", "r1-distill-qwen-1.5b", .q4KM, 0.32,
        outlier: "\(endToEnd); 20 times below two other sources: a mis-set run"),
      edge.row("jetson-orin-nano-super", "r1-distill-qwen-1.5b", .q4KM, 6.01, outlier: endToEnd),
      robots.row(
        "raspberry-pi-4", "Granite4 Tiny Hybrid 7B", nil, 2.5,
        outlier: "a mixture of experts with state-space layers: the law counts every weight"),
    ]
  }()
}
