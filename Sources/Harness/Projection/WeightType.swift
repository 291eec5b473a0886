/// A number format of weights, by its bits: those of a block with its scales (GGUF).
public enum WeightFormat: String, Sendable, CaseIterable, Codable {
  case f32, f16, bf16, q8_0, q6_k, q5_1, q5_0, q5_k, q4_k, q4_0, q3_k

  public var bits: Double {
    switch self {
    case .f32: 32
    case .f16, .bf16: 16
    case .q8_0: 8.5
    case .q6_k: 6.5625
    case .q5_1: 6
    case .q5_0, .q5_k: 5.5
    case .q4_k, .q4_0: 4.5
    case .q3_k: 3.4375
    }
  }

  /// What stands in where rows are no multiple of 256, as GGUF files have it.
  func fitting(columns: Int) -> WeightFormat {
    guard !columns.isMultiple(of: 256) else { return self }
    switch self {
    case .q6_k: return .q8_0
    case .q5_k: return .q5_1
    case .q4_k: return .q5_0
    case .q3_k: return .q4_0
    default: return self
    }
  }
}

/// How a file's matrices are stored: all alike, or llama.cpp's mixture.
public enum WeightType: Hashable, Sendable {
  case uniform(WeightFormat)
  /// Q4_K, with Q6_K for the head, and for the values and the last matrix of the network in half of the layers.
  case q4KM

  /// By its name, in any case: `q8_0`, `q4_k_m`.
  public init?(_ name: String) {
    let name = name.lowercased()
    if name == "q4_k_m" {
      self = .q4KM
    } else if let format = WeightFormat(rawValue: name) {
      self = .uniform(format)
    } else {
      return nil
    }
  }

  public var name: String {
    switch self {
    case .uniform(let format): format.rawValue
    case .q4KM: "q4_k_m"
    }
  }

  public static let names = WeightFormat.allCases.map(\.rawValue) + ["q4_k_m"]

  func format(of matrix: ModelShape.Matrix) -> WeightFormat {
    let wanted: WeightFormat
    switch self {
    case .uniform(let format): wanted = format
    case .q4KM:
      switch matrix.role {
      case .head: wanted = .q6_k
      case .sensitive(let layer, let layers): wanted = Self.hasMoreBits(layer, of: layers) ? .q6_k : .q4_k
      case .embedding, .plain: wanted = .q4_k
      }
    }
    return wanted.fitting(columns: matrix.columns)
  }

  /// The first and the last eighth of the layers, and every third between them (llama.cpp, `use_more_bits`).
  private static func hasMoreBits(_ layer: Int, of layers: Int) -> Bool {
    let eighth = layers / 8
    return layer < eighth || layer >= 7 * layers / 8 || (layer - eighth) % 3 == 2
  }
}
