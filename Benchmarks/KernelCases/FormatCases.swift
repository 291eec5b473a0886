import Kernels
import MachineCases
import Measurement
import Parallel
import QuantFormats
import Quantities

/// Products with weights in several formats. A scalar or BLAS backend keeps all weights as f32, so that only SIMD
/// builds take part.
extension KernelCases {
  /// Float32 first: it is what the others are held against.
  static let formats: [TensorFormat] = [.f32, .f16, .bf16, .q8_0, .q4_0, .q4_k, .q6_k]
  /// Of a matrix that is read from memory.
  static let streamColumns = 4096

  /// y = x · Wᵀ for a prompt, f32 in and out, quantising x included: the formats beside each other, so that each one's
  /// ratio to f32 comes from one session.
  public static func formatProducts(sets: [any KernelSet], extent: Extent) throws -> [Case] {
    guard extent != .quick else { return [] }
    return try formatProducts(sets: sets, tokens: extent == .full ? 512 : 128, rows: 2048, columns: 2048)
  }

  static func formatProducts(sets: [any KernelSet], tokens: Int, rows: Int, columns: Int) throws -> [Case] {
    guard !sets.isEmpty else { return [] }
    let alternatives = sets.flatMap { set in
      formats.map { format -> Alternative in
        let label = label("\(format)", of: set, among: sets)
        let kept = WeightKeeping(of: format, by: set, rows: rows, columns: columns)
        guard kept.format == format else { return Alternative.withoutKernels(label) }
        let source = DrawnWeights(format: format, rows: rows, columns: columns)
        return FormatProduct(set: set, source: source, tokens: tokens).alternative(label, tokens: tokens)
      }
    }
    let shape = [tokens, rows, columns].map(String.init)
    return [
      try Case(
        id: "formats.linear.\(shape.joined(separator: "x"))",
        title: "linear \(shape.joined(separator: "×"))\(suffix(sets))",
        work: Work(flops: FLOPs(2 * tokens * rows * columns)), alternatives: alternatives)
    ]
  }

  /// What a change to the kernels is judged by: every operation in float32, and each other format with a prompt and
  /// with one token, in full also with the four of speculative decoding; a case each, so that one can be chosen.
  public static func judged(sets: [any KernelSet], isFull: Bool) throws -> [Case] {
    let shapes = [(isFull ? 512 : 128, 2048), (1, 4096)] + (isFull ? [(4, 4096)] : [])
    let products = try shapes.flatMap { tokens, width in
      try formats.dropFirst().compactMap {
        try formatProduct($0, sets: sets, tokens: tokens, width: width)
      }
    }
    return try all(sets: sets, extent: isFull ? .full : .quick) + products
  }

  /// One format, the backends that have kernels for it side by side; nil without any.
  static func formatProduct(
    _ format: TensorFormat, sets: [any KernelSet], tokens: Int, width: Int
  ) throws -> Case? {
    let source = DrawnWeights(format: format, rows: width, columns: width)
    let able = sets.filter { WeightKeeping(of: format, by: $0, rows: width, columns: width).format == format }
    guard !able.isEmpty else { return nil }
    return try Case(
      id: "kernel.linear.\(format).\(tokens)x\(width)x\(width)",
      title: "linear \(format) \(tokens)×\(width)×\(width)",
      work: Work(flops: FLOPs(2 * tokens * width * width)),
      alternatives: able.map { set in
        FormatProduct(set: set, source: source, tokens: tokens).alternative(set.name, tokens: tokens)
      })
  }

  /// y = W · x, as in decoding, with at least `bytes` of weights in each format, beside a plain read of as many bytes:
  /// bandwidth drifts by the minute, so that a share of it needs both in one rotation.
  public static func streams(sets: [any KernelSet], bytes: Int) throws -> [Case] {
    guard !sets.isEmpty else { return [] }
    return try formats.map { format in
      let stream = Stream(format, sets: sets, bytes: bytes)
      let columns = streamColumns
      var alternatives = sets.map { set -> Alternative in
        let label = label("\(format)", of: set, among: sets)
        return stream.product(set, tokens: 1)?.alternative(label, tokens: 1)
          ?? .withoutKernels(label)
      }
      if let read = stream.read(pool: sets[0].pool) { alternatives.append(read) }
      return try Case(
        id: "kernel.linear.\(format).1x\(stream.rows)x\(columns)",
        title: "GEMV \(format) \(stream.rows)×\(columns)\(suffix(sets))",
        work: Work(bytes: stream.byteCount.map(Bytes.init)), alternatives: alternatives)
    }
  }

  /// What further columns cost, as in speculative decoding, where the weights come from memory.
  public static func columns(sets: [any KernelSet], bytes: Int) throws -> [Case] {
    guard !sets.isEmpty else { return [] }
    return try [TensorFormat.q8_0, .q4_k].map { format in
      let stream = Stream(format, sets: sets, bytes: bytes)
      let alternatives = sets.flatMap { set in
        let product = stream.product(set, tokens: 8)
        return [1, 2, 4, 6, 8].map { tokens -> Alternative in
          let label = label("\(tokens) column\(tokens == 1 ? "" : "s")", of: set, among: sets)
          return product?.alternative(label, tokens: tokens) ?? .withoutKernels(label)
        }
      }
      return try Case(
        id: "columns.linear.\(format).\(stream.rows)x\(streamColumns)",
        title: "linear \(format) \(stream.rows)×\(streamColumns)\(suffix(sets))",
        work: Work(bytes: stream.byteCount.map(Bytes.init)), alternatives: alternatives)
    }
  }

  /// `q8_0` where one backend takes part, else `simd:avx2 q8_0`.
  private static func label(_ name: String, of set: any KernelSet, among sets: [any KernelSet]) -> String {
    sets.count == 1 ? name : "\(set.name) \(name)"
  }

  /// Where labels do not name the backend.
  private static func suffix(_ sets: [any KernelSet]) -> String {
    sets.count == 1 ? ", \(sets[0].name)" : ""
  }
}

extension Alternative {
  /// The format is named by the label or the case.
  fileprivate static func withoutKernels(_ label: String) -> Alternative {
    Alternative(
      skipped: label, reason: "there are no kernels for this format: its weights would lie in memory as F32")
  }
}

/// A weight matrix that no cache holds.
private struct Stream {
  let rows: Int
  /// What one pass over the prepared weights reads: the least among the backends; nil where none keeps the format.
  let byteCount: Int?
  private let source: DrawnWeights
  private let able: [ObjectIdentifier]

  /// At least `bytes` in the format's own blocks.
  init(_ format: TensorFormat, sets: [any KernelSet], bytes: Int) {
    let unit = WeightKeeping.unit, columns = KernelCases.streamColumns
    let unitBytes = unit * format.rowBytes(columns)!
    let rows = max((bytes + unitBytes - 1) / unitBytes, 1) * unit
    let kept = sets.map { ($0, WeightKeeping(of: format, by: $0, rows: rows, columns: columns)) }
      .filter { $0.1.format == format }
    (self.rows, able) = (rows, kept.map { ObjectIdentifier($0.0) })
    byteCount = kept.map(\.1.byteCount).min()
    source = DrawnWeights(format: format, rows: rows, columns: columns)
  }

  /// Nil where the backend has no kernels for the format.
  func product(_ set: any KernelSet, tokens: Int) -> FormatProduct? {
    guard able.contains(ObjectIdentifier(set)) else { return nil }
    return FormatProduct(set: set, source: source, tokens: tokens)
  }

  func read(pool: ThreadPool) -> Alternative? {
    guard let byteCount else { return nil }
    let buffer = ReadBuffer(bytes: byteCount, filledBy: Probes(pool: pool))
    return PeakCases.reading(buffer, label: "read", pool: pool)
  }
}
