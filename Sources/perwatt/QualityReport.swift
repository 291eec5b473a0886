import Foundation
import Model
import Quantities
import Statistics

/// What `perwatt perplexity` prints: a quantisation's gain in bytes beside its cost in quality.
struct QualityReport: Encodable {
  /// A model's file and what its weights take.
  struct Size: Encodable {
    let file: String, bytes: Int, bitsPerWeight: Double

    init(_ file: GGUFFile) {
      (self.file, bytes, bitsPerWeight) = (file.path, file.tensorBytes, file.bitsPerWeight)
    }

    var line: String {
      "\(Format.binary(Bytes(bytes))), \(Format.fixed(bitsPerWeight, 2)) bits per weight"
    }
  }

  let model: Size, reference: Size?
  let text: String, context: Int, windows: Int
  let quality: Quality

  init(model: Size, reference: Size?, text: String, windows: TextWindows, quality: Quality) {
    (self.model, self.reference, self.text, self.quality) = (model, reference, text, quality)
    (context, self.windows) = (windows.context, windows.count)
  }

  func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  /// Lines of a label and what belongs to it.
  func lines() -> String {
    let count = "\(quality.tokens) tokens in \(windows) windows of \(context)"
    var rows = [("text", "\(text): \(count)"), ("model", line(model, quality.perplexity))]
    if let reference, let divergence = quality.divergence {
      rows.append(("reference", line(reference, divergence.referencePerplexity)))
      rows.append(("gain, cost", exchange(reference, divergence)))
      rows += Self.details(divergence)
    }
    return rows.map { $0.padding(toLength: 12, withPad: " ", startingAt: 0) + $1 + "\n" }.joined()
  }

  private func line(_ size: Size, _ perplexity: Estimate) -> String {
    "\(size.file): \(size.line); perplexity \(Self.text(perplexity, 4))"
  }

  /// Sizes and qualities of both models side by side.
  private func exchange(_ reference: Size, _ d: Quality.Divergence) -> String {
    let size = "\(Format.fixed(Double(model.bytes) / Double(reference.bytes), 3))× the bytes"
    let bits = "\(Format.fixed(model.bitsPerWeight, 2)) for \(Format.fixed(reference.bitsPerWeight, 2)) bits"
    let bounds = d.ratioLow.flatMap { low in
      d.ratioHigh.map { " (\(Format.fixed(low, 4)) – \(Format.fixed($0, 4)))" }
    }
    let ratio = "\(Format.fixed(d.ratio.value, 4))×\(bounds ?? "") the perplexity"
    return "\(size), \(bits); \(ratio); KL divergence \(Self.text(d.mean, 6))"
  }

  private static func details(_ d: Quality.Divergence) -> [(String, String)] {
    let percentiles = [
      ("median", d.median), ("90 %", d.percentile90), ("95 %", d.percentile95), ("99 %", d.percentile99),
      ("maximum", d.maximum),
    ]
    func percent(_ share: Estimate) -> String { text(share.mapped({ 100 * $0 }, slope: 100), 3) + " %" }
    return [
      ("KL in nats", percentiles.map { "\($0) \(Format.fixed($1, 6))" }.joined(separator: " · ")),
      ("tokens", "same likeliest \(percent(d.sameTop)) · RMS Δp \(percent(d.rmsProbability))"),
    ]
  }

  private static func text(_ estimate: Estimate, _ decimals: Int) -> String {
    "\(Format.fixed(estimate.value, decimals)) ± \(estimate.error.map { Format.fixed($0, decimals) } ?? "–")"
  }
}
