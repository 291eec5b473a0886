import Parallel
import QuantFormats

/// A copy of a model with its matrices in another number format, tensor by tensor: memory for some rows is enough.
///
/// Which tensors change, and into what where a row is no whole number of blocks, is as in llama.cpp's
/// `llama-quantize --pure` (src/llama-quant.cpp).
public struct GGUFConversion: Sendable {
  /// One tensor's way.
  public struct Step: Sendable {
    public let tensor: GGUFTensor
    /// The format that it gets: its own where it only moves.
    public let format: TensorFormat
    /// Its rows are no whole blocks of the format asked for.
    public let isFallback: Bool
    /// It does not only move.
    public var changes: Bool { format != tensor.format }
    var rows: Int { tensor.elements / tensor.shape[0] }
  }

  /// Formats to convert to.
  public static let targets: [TensorFormat] = [.q8_0, .q4_0, .q4_k, .q6_k, .bf16, .f16, .f32]

  /// All tensors, in the order of the file.
  public let steps: [Step]
  /// The new file.
  public let layout: GGUFLayout
  private let file: GGUFFile
  private let chunkBytes: Int

  /// Plans the conversion of `file`.
  ///
  /// - Parameter chunkBytes: how much is encoded at a time: enough for every thread to have work, little beside any
  ///   model.
  /// - Throws: where a matrix is in a format that cannot be read.
  public init(of file: GGUFFile, to format: TensorFormat, chunkBytes: Int = 8 << 20) throws(GGUFError) {
    var steps: [Step] = []
    for tensor in file.tensorsInOrder { steps.append(try Step(tensor, to: format, path: file.path)) }
    var layout = try GGUFLayout(of: file)
    layout.tensors = steps.map { GGUFLayout.Tensor($0.tensor.name, $0.format, shape: $0.tensor.shape) }
    layout.set("general.file_type", GGUFField(format.fileType))
    layout.set("general.quantization_version", GGUFField(UInt32(2)))
    (self.file, self.steps, self.layout, self.chunkBytes) = (file, steps, layout, chunkBytes)
  }

  /// Matrices were quantised before: what that cost stays, and this adds to it.
  public var requantises: Bool {
    steps.contains { $0.tensor.format.blockElements > 1 && $0.changes }
  }

  /// Converts one tensor and appends it to `writer`, which expects this one.
  ///
  /// - Throws: where a number cannot be held in the new format, or the disk is full.
  public func convert(_ step: Step, with pool: ThreadPool, into writer: GGUFWriter) throws(GGUFError) {
    guard step.changes else { return try writer.append(step.tensor.bytes) }
    let encoder = RowEncoder(step, threads: pool.threads, chunkBytes: chunkBytes)
    for start in stride(from: 0, to: step.rows, by: encoder.capacity) {
      let rows = start..<min(start + encoder.capacity, step.rows)
      let (encoded, bad) = encoder.encode(rows, with: pool)
      if let bad { throw unfit(bad, step) }
      try writer.append(encoded)
    }
  }

  private func unfit(_ row: Int, _ step: Step) -> GGUFError {
    let place = "row \(row) of '\(printable(step.tensor.name))'"
    let problem = "\(place) holds NaN or more than ±\(step.format.largest), which \(step.format.name) cannot"
    return GGUFError(file.path, problem, fix: "convert to bf16 or f32, or download it again")
  }
}

extension GGUFConversion.Step {
  fileprivate init(_ tensor: GGUFTensor, to wanted: TensorFormat, path: String) throws(GGUFError) {
    self.tensor = tensor
    guard Self.isConverted(tensor), tensor.format != wanted else {
      (format, isFallback) = (tensor.format, false)
      return
    }
    guard TensorFormat.decodable.contains(tensor.format) else {
      let problem = "tensor '\(printable(tensor.name))' is in \(tensor.format.name), which cannot be read"
      throw GGUFError(path, problem, fix: "start from the model in F32, F16 or BF16")
    }
    let chain = [wanted, wanted.fallback, .f16]
    format = chain.first { $0.rowBytes(tensor.shape[0]) != nil } ?? .f16
    isFallback = format != wanted
  }

  /// Norms, biases and other vectors stay, and so do matrices that are small and delicate.
  private static func isConverted(_ tensor: GGUFTensor) -> Bool {
    let isMatrix = tensor.shape.dropFirst().contains { $0 > 1 }
    guard isMatrix, tensor.name.hasSuffix("weight"), !tensor.name.hasSuffix("_norm.weight") else {
      return false
    }
    return !tensor.name.contains("ffn_gate_inp")
  }
}

extension TensorFormat {
  /// What takes the place of a format whose blocks of 256 do not fit.
  fileprivate var fallback: TensorFormat {
    switch self {
    case .q4_k: .q5_0
    case .q6_k: .q8_0
    default: self
    }
  }

  /// `llama_ftype` of a file mostly in this format; Q4_K is there as "Q4_K, small".
  fileprivate var fileType: UInt32 {
    switch self {
    case .f32: 0
    case .f16: 1
    case .q4_0: 2
    case .q8_0: 7
    case .q4_k: 14
    case .q6_k: 18
    case .bf16: 32
    default: preconditionFailure("no files are written in \(name)")
    }
  }

  /// The largest number that all formats of the kind hold: the scales of blocks are halves.
  var largest: Float {
    switch self {
    case .f32: .greatestFiniteMagnitude
    case .bf16: 0x1.FEp127
    default: 65504
    }
  }
}
