import Hardware
import Quantities

/// What a GPU measured for one model, at several batch sizes (`Benchmarks/gpu/reference.py`).
public struct GPUEvidence: Codable, Sendable, Hashable {
  /// Decoding with so many sequences at once.
  public struct Row: Codable, Sendable, Hashable {
    public let batch: Int
    /// Of all sequences together.
    public let speed: TokensPerSecond
    /// Gross, of the card alone, without its host.
    public let energy: Reading<JoulesPerToken>

    public init(batch: Int, speed: TokensPerSecond, energy: Reading<JoulesPerToken>) {
      (self.batch, self.speed, self.energy) = (batch, speed, energy)
    }

    enum CodingKeys: String, CodingKey {
      case batch
      case speed = "tokens_per_s"
      case energy = "j_per_token"
    }
  }

  public let device: String
  /// Name and weight format, as printed.
  public let model: String
  /// By batch size.
  public let rows: [Row]
  /// The best f32 matrix product.
  public let product: Reading<FLOPsPerSecond>

  public init(device: String, model: String, rows: [Row], product: Reading<FLOPsPerSecond>) {
    (self.device, self.model, self.product) = (device, model, product)
    self.rows = rows.sorted { $0.batch < $1.batch }
  }

  enum CodingKeys: String, CodingKey {
    case device, model, rows
    case product = "f32_product_flops_per_s"
  }

  /// Why figures of a GPU are missing.
  public static let noRun = "no run of Benchmarks/gpu/reference.py is stored; name one with --gpu"

  /// `batch 1 7,030 tok/s, 0.0216 J/tok; 8 …`: the smallest, a middle and the largest batch.
  var text: String {
    let places = Set([0, rows.count / 2, rows.count - 1])
    let rows = rows.indices.filter(places.contains).map { self.rows[$0] }.map { row in
      let energy = row.energy.value.map { ", \(Text.of($0))" } ?? ""
      return "\(row.batch) \(Text.of(row.speed))\(energy)"
    }
    return "\(Text.name(device)), \(Text.name(model)): batch \(rows.joined(separator: "; "))"
  }

  /// What batching alone does to the joules for a token: the smallest batch over the largest.
  var gainByBatching: Double? {
    let known = rows.compactMap(\.energy.value)
    guard let first = known.first, let last = known.last, known.count > 1 else { return nil }
    return first / last
  }
}
