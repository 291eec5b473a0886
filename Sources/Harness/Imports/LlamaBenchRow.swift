import Measurement
import Quantities
import Results

/// A row of llama-bench, of any version: fields that it lacks are missing, old names count as the new ones.
struct LlamaBenchRow {
  static let program = "llama-bench"

  let row: Row
  let test: BenchTest
  /// Seconds.
  let samples: [Double]
  /// Whether the file holds the mean of the repetitions only.
  let isMean: Bool

  /// - Throws: `ImportError` for what no row of llama-bench can be.
  init(_ row: Row) throws(ImportError) {
    self.row = row
    let (prompt, generated) = (try row.count("n_prompt"), try row.count("n_gen"))
    guard prompt != nil || generated != nil else {
      throw row.error("neither n_prompt nor n_gen: no row of llama-bench or llama-batched-bench")
    }
    // Before there was a depth, all tests began with an empty cache.
    test = BenchTest(prompt: prompt ?? 0, generated: generated ?? 0, depth: try row.count("n_depth") ?? 0)
    guard test.tokens > 0 else { throw row.error("n_prompt and n_gen are both 0: nothing was measured") }
    let tokens = Double(test.tokens)
    if let times = try row.positives("samples_ns") {
      (samples, isMean) = (times.map { $0 / 1e9 }, false)
    } else if let rates = try row.positives("samples_ts") {
      (samples, isMean) = (rates.map { tokens / $0 }, false)
    } else if let mean = try row.positive("avg_ns") {
      (samples, isMean) = ([mean / 1e9], true)
    } else if let rate = try row.positive("avg_ts") {
      (samples, isMean) = ([tokens / rate], true)
    } else {
      throw row.error("no time: samples_ns, samples_ts, avg_ns and avg_ts are all missing")
    }
  }

  /// Without its folder, which is nobody's business.
  var modelFile: String? { row.text("model_filename")?.split(separator: "/").last.map(String.init) }

  /// `q4_0` of `llama 7B Q4_0` or `llama 7B mostly Q4_0`; older rows have no more than the type's name.
  private var format: String? {
    let words = row.text("model_type")?.split(separator: " ").dropFirst(2) ?? []
    let kept = words.filter { !["mostly", "all", "-"].contains($0.lowercased()) }
    return kept.isEmpty ? nil : kept.joined(separator: "_")
  }

  /// A version of before `backends` named each kind of it by itself.
  var backends: String? {
    if let backends = row.text("backends") { return backends }
    let kinds = ["cuda", "vulkan", "kompute", "metal", "sycl", "opencl", "blas"]
    guard kinds.contains(where: row.has) else { return nil }
    let used = kinds.filter { ["1", "true"].contains(row.text($0)) }
    return used.isEmpty ? "CPU" : used.map { $0.uppercased() }.joined(separator: ",")
  }

  /// `llama-bench`, and on what it ran if not on plain CPU code.
  var label: String {
    guard let backends, backends.lowercased() != "cpu" else { return Self.program }
    return "\(Self.program):\(backends)"
  }

  // MARK: Settings

  /// What does not matter on a CPU.
  private static let gpuFields: Set = [
    "n_gpu_layers", "n_cpu_moe", "split_mode", "main_gpu", "no_kv_offload", "devices", "tensor_split",
    "no_op_offload", "fit_target", "fit_min_ctx",
  ]
  /// llama-bench's defaults over its versions, in words of its own.
  private static let defaults: [(name: String, values: Set<String>)] = [
    ("n_gpu_layers", ["99", "-1"]), ("n_cpu_moe", ["0"]), ("split_mode", ["layer"]), ("main_gpu", ["0"]),
    ("no_kv_offload", ["0"]), ("flash_attn", ["0", "-1"]), ("devices", ["auto", "none"]),
    ("tensor_split", ["0.00"]), ("tensor_buft_overrides", ["none"]), ("load_mode", ["auto", "mmap"]),
    ("lazy_mode", ["auto", "off"]), ("use_mmap", ["1"]), ("use_direct_io", ["0"]), ("embeddings", ["0"]),
    ("no_op_offload", ["0"]), ("no_host", ["0"]), ("repack", ["1"]), ("fit_target", ["0"]),
    ("fit_min_ctx", ["0"]), ("cpu_mask", ["0x0"]), ("cpu_strict", ["0"]), ("poll", ["50"]),
    ("mul_mat_q", ["1"]), ("n_threads_batch", []),
  ]

  /// `name=value` for what is not as by default.
  var settings: [String] {
    let hasGPU = row.text("gpu_info") != nil
    return Self.defaults.compactMap { name, values in
      guard hasGPU || !Self.gpuFields.contains(name), let value = row.text(name) else { return nil }
      let plain = ["true": "1", "false": "0"][value.lowercased()] ?? value
      return values.contains(plain) ? nil : "\(name)=\(plain)"
    }
  }

  // MARK: Records

  /// The model's name, from the file or else from the user.
  private func model(_ named: String?) -> String {
    let file = modelFile.map { $0.hasSuffix(".gguf") ? String($0.dropLast(5)) : $0 }
    return file ?? named ?? "unnamed"
  }

  /// Built as the ids of our own rows are, with settings before the threads.
  /// - Throws: `ImportError` for names that are too long together.
  func caseID(model named: String?) throws(ImportError) -> String {
    var parts = [test.id, Slug.make(model(named))] + (format.map { [Slug.make($0)] } ?? [])
    let (keys, values) = (row.text("type_k"), row.text("type_v"))
    if let keys, let values { parts.append(Slug.make(keys == values ? keys : "\(keys)-\(values)")) }
    parts += settings.map(Slug.make)
    if let threads = try row.count("n_threads", from: 1) { parts.append("t\(threads)") }
    if let batch = try row.count("n_batch", from: 1), batch != 2048 { parts.append("b\(batch)") }
    if let micro = try row.count("n_ubatch", from: 1), micro != 512 { parts.append("ub\(micro)") }
    let id = parts.joined(separator: ".")
    guard Slug.isValid(id) else {
      throw row.error("names are too long: '\(id)' has more than 200 characters")
    }
    return id
  }

  /// Fields of the newest version that a bench record cannot do without and this row lacks.
  static let needed = [
    "model_filename", "model_type", "model_size", "model_n_params", "n_batch", "n_ubatch", "n_threads",
    "type_k",
    "type_v",
  ]
  var missing: [String] {
    (Self.needed + ["cpu_info", "build_commit", "test_time"]).filter { row.text($0) == nil }
  }

  /// The row as llama-bench's tables show it; nil where it lacks what they need.
  /// - Throws: `ImportError` for sizes that are none.
  func bench(caseID: String) throws(ImportError) -> BenchRecord? {
    guard let file = modelFile, let type = row.text("model_type"), let keys = row.text("type_k"),
      let values = row.text("type_v"), let size = try row.count("model_size"),
      let parameters = try row.count("model_n_params"), let batch = try row.count("n_batch", from: 1),
      let micro = try row.count("n_ubatch", from: 1), let threads = try row.count("n_threads", from: 1)
    else { return nil }
    var record = BenchRecord(
      caseID: caseID, started: row.text("test_time") ?? "",
      model: BenchedModel(file: file, type: type, size: Bytes(size), parameters: parameters), test: test,
      configuration: BenchConfiguration(
        batch: batch, microBatch: micro, threads: threads, keys: keys, values: values))
    var peer = BenchPeer(label: label, settings: settings)
    (peer.buildCommit, peer.buildNumber) = (row.text("build_commit"), try row.count("build_number"))
    (peer.cpu, peer.backends, peer.modelType) = (row.text("cpu_info"), backends, type)
    record.peer = peer
    return record
  }

  /// - Throws: `ImportError` for names that are too long together.
  func record(model named: String?) throws(ImportError) -> CaseRecord {
    let note = isMean ? "the mean of its repetitions; the file holds no samples" : nil
    return CaseRecord(
      told: try caseID(model: named), title: test.name, group: "bench",
      work: Work(tokens: Tokens(test.tokens)),
      by: AlternativeRecord(told: label, samples: samples, note: note))
  }
}
