import Quantities
import Results
import Statistics

/// A field of llama-bench's output, of the type that it has there (`tools/llama-bench/llama-bench.cpp`).
struct LlamaBenchField {
  enum Value {
    case text(String)
    case integer(Int)
    case flag(Bool)
    case real(Double)
  }
  let name: String
  let value: Value

  init(_ name: String, _ value: Value) { (self.name, self.value) = (name, value) }
}

extension BenchLine {
  /// llama-bench's fields in its order. What does not exist here has a value that says so.
  var fields: [LlamaBenchField] {
    program + model + parameters + inapplicable + test
  }

  private var program: [LlamaBenchField] {
    // Without a word on local changes: compare-llama-bench.py wants hashes of one length.
    let commit = run.origin.commit.value?.hash ?? "unknown"
    return [
      .init("build_commit", .text(peer.map { $0.buildCommit ?? "unknown" } ?? commit)),
      .init("build_number", .integer(peer?.buildNumber ?? 0)),
      .init("cpu_info", .text(peer?.cpu ?? run.machine.cpuModel.value ?? run.machine.architecture)),
      .init("gpu_info", .text("")),
      .init("backends", .text(peer.map { "\($0.label): \($0.backends ?? "CPU")" } ?? measured.label)),
    ]
  }

  private var model: [LlamaBenchField] {
    [
      .init("model_filename", .text(row.model.file)),
      .init("model_type", .text(peer?.modelType ?? row.model.type)),
      .init("model_size", .integer(Int(row.model.size.value))),
      .init("model_n_params", .integer(row.model.parameters)),
    ]
  }

  private var parameters: [LlamaBenchField] {
    let used = row.configuration
    return [
      .init("n_batch", .integer(used.batch)), .init("n_ubatch", .integer(used.microBatch)),
      .init("n_threads", .integer(used.threads)), .init("cpu_mask", .text("0x0")),
      .init("cpu_strict", .flag(run.protocolUsed.cpus != nil && peer == nil)), .init("poll", .integer(50)),
      .init("type_k", .text(used.keys)), .init("type_v", .text(used.values)),
    ]
  }

  private var inapplicable: [LlamaBenchField] {
    [
      .init("n_gpu_layers", .integer(0)), .init("n_cpu_moe", .integer(0)),
      .init("split_mode", .text("layer")),
      .init("main_gpu", .integer(0)), .init("no_kv_offload", .flag(false)), .init("flash_attn", .integer(-1)),
      .init("devices", .text("none")), .init("tensor_split", .text("0.00")),
      // The only field of the key that joins two runs in which settings can stand.
      .init("tensor_buft_overrides", .text(peer.flatMap(\.settingsText) ?? "none")),
      .init("load_mode", .text("mmap")), .init("lazy_mode", .text("off")), .init("embeddings", .flag(false)),
      .init("no_op_offload", .integer(0)), .init("no_host", .flag(false)), .init("repack", .flag(true)),
      .init("fit_target", .integer(0)), .init("fit_min_ctx", .integer(0)),
    ]
  }

  /// Means and standard deviations (n − 1) of times and of rates, as llama-bench defines them.
  private var test: [LlamaBenchField] {
    let nanoseconds = measured.samples.map { $0 * 1e9 }
    return [
      .init("n_prompt", .integer(row.test.prompt)), .init("n_gen", .integer(row.test.generated)),
      .init("n_depth", .integer(row.test.depth)), .init("test_time", .text(row.started)),
      .init("avg_ns", .integer(Int(nanoseconds.mean))),
      .init("stddev_ns", .integer(Int(nanoseconds.standardDeviation))),
      .init("avg_ts", .real(rates.mean)), .init("stddev_ts", .real(rates.standardDeviation)),
    ]
  }

  /// What llama-bench does not have, in nanoseconds and tokens per second; nothing stands for what was not measured.
  var ownFields: [LlamaBenchField] {
    var own: [LlamaBenchField] = []
    func add(_ name: String, _ value: Double?) {
      if let value, value.isFinite { own.append(.init(name, .real(value))) }
    }
    for (name, interval) in [("ts", rate), ("peer_ratio", overPeer)] {
      add("\(name)_median", interval?.median)
      add("\(name)_low", interval?.low)
      add("\(name)_high", interval?.high)
      add("\(name)_confidence", interval?.confidence)
    }
    add("ttft_ns", firstToken.map { $0.value * 1e9 })
    for percent in Self.percents {
      if case .value(let time) = tokenTime(percent) { add("itl_p\(percent)_ns", time * 1e9) }
      add("itl_p\(percent)_bound_ns", tokenTimeBound(percent).map { $0 * 1e9 })
    }
    add("check_error", measured.check.value?.error.value)
    add("check_tolerance", measured.check.value?.tolerance.value)
    return own
  }
}

extension BenchPeer {
  /// Its settings in one word list; nil where it runs as it does by itself.
  var settingsText: String? { settings.isEmpty ? nil : settings.joined(separator: " ") }
}

extension [Double] {
  fileprivate var mean: Double { isEmpty ? 0 : reduce(0, +) / Double(count) }
  fileprivate var standardDeviation: Double {
    guard count > 1 else { return 0 }
    let mean = mean
    return (reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)).squareRoot()
  }
}
