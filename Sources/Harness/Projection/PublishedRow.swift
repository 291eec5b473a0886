import Hardware
import Quantities

/// A published speed of a model on a machine of the catalogue, at batch 1.
public struct PublishedRow: Hashable, Sendable {
  /// Rows that are judged together.
  public enum Group: String, Sendable, CaseIterable {
    case cores = "CPU cores", accelerators = "GPUs and NPUs"
  }

  /// An id of the catalogue.
  public let machine: String
  /// As published.
  public let model: String
  public let type: WeightType?
  /// The source names a tag of Ollama's and no format; what the tag names by default was taken (arXiv 2604.24785 §2.1:
  /// Q4_K_M; by the file's size, Q4_0 for llama2:13b).
  public let typeIsAssumed: Bool
  public let decode: TokensPerSecond
  /// Reading a prompt of 512 tokens; nil where it was not published.
  public let prefill: TokensPerSecond?
  public let citation: Citation
  public let group: Group
  /// Why the row is not held against the law; nil for all others. Set from what the source says, never from the
  /// error.
  public let outlier: String?
}

extension PublishedRow {
  /// Rows of one source.
  struct Source {
    let citation: Citation
    var group = Group.cores

    /// What stands in for a format that is not printed.
    var assumed = WeightType.q4KM

    func row(
      _ machine: String, _ model: String, _ type: WeightType?, _ decode: Double, prefill: Double? = nil,
      outlier: String? = nil
    ) -> PublishedRow {
      PublishedRow(
        machine: machine, model: model, type: type ?? assumed, typeIsAssumed: type == nil,
        decode: TokensPerSecond(decode), prefill: prefill.map { TokensPerSecond($0) }, citation: citation,
        group: group, outlier: outlier)
    }
  }
}
