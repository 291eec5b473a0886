/// The number formats of tensors in a GGUF file (`ggml_type`; numbering and block sizes from the GGUF
/// specification, ggml-org/ggml `docs/gguf.md`).
public enum TensorFormat: UInt32, CaseIterable, Codable, Hashable, Sendable {
  case f32 = 0, f16 = 1, q4_0 = 2, q4_1 = 3, q5_0 = 6, q5_1 = 7, q8_0 = 8, q8_1 = 9
  case q2_k = 10, q3_k = 11, q4_k = 12, q5_k = 13, q6_k = 14, q8_k = 15
  case i8 = 24, i16 = 25, i32 = 26, i64 = 27, f64 = 28, bf16 = 30

  /// The name that GGUF tools print: `F32`, `Q4_K`.
  public var name: String { "\(self)".uppercased() }

  /// How many elements share a block.
  public var blockElements: Int {
    switch self {
    case .f32, .f16, .bf16, .i8, .i16, .i32, .i64, .f64: 1
    case .q4_0, .q4_1, .q5_0, .q5_1, .q8_0, .q8_1: 32
    case .q2_k, .q3_k, .q4_k, .q5_k, .q6_k, .q8_k: 256
    }
  }

  /// How many bytes a block takes.
  public var blockBytes: Int {
    switch self {
    case .i8: 1
    case .f16, .bf16, .i16: 2
    case .f32, .i32: 4
    case .f64, .i64: 8
    case .q4_0: 18
    case .q4_1: 20
    case .q5_0: 22
    case .q5_1: 24
    case .q8_0: 34
    case .q8_1: 36
    case .q2_k: 84
    case .q3_k: 110
    case .q4_k: 144
    case .q5_k: 176
    case .q6_k: 210
    case .q8_k: 292
    }
  }

  /// Bytes of a row of `elements`, or nil where the row does not end with a whole block.
  public func rowBytes(_ elements: Int) -> Int? {
    guard elements >= 0, elements.isMultiple(of: blockElements) else { return nil }
    let (bytes, overflow) = (elements / blockElements).multipliedReportingOverflow(by: blockBytes)
    return overflow ? nil : bytes
  }
}
