import Glibc
import Statistics

/// How well a model predicts a text and, beside a reference, how far it is from that one.
public struct Quality: Hashable, Codable, Sendable {
  /// Tokens that were predicted.
  public let tokens: Int
  /// exp of the mean negative log-likelihood per token.
  public let perplexity: Estimate
  public let divergence: Divergence?

  /// A model against a reference on the same predictions.
  public struct Divergence: Hashable, Codable, Sendable {
    public let referencePerplexity: Estimate
    /// The model's perplexity over the reference's, from paired differences of log-likelihoods.
    public let ratio: Estimate
    /// Bounds of the ratio's 95 % interval; nil for a single prediction.
    public let ratioLow: Double?, ratioHigh: Double?
    /// KL divergence of the model from the reference per prediction, in nats.
    public let mean: Estimate
    public let median: Double, percentile90: Double, percentile95: Double, percentile99: Double
    public let maximum: Double
    /// The share of predictions in which both hold the same token for the likeliest.
    public let sameTop: Estimate
    /// Root mean square of the difference in probability of the token that came.
    public let rmsProbability: Estimate
  }

  /// One prediction.
  struct Sample {
    /// Of the token that came.
    let logLikelihood: Double
    let compared: Compared?

    struct Compared {
      let logLikelihood: Double, divergence: Double, sameTop: Bool
    }
  }

  /// - Precondition: there are samples, all of them compared or none.
  init(_ samples: [Sample]) {
    tokens = samples.count
    perplexity = Self.exponential(samples.map { -$0.logLikelihood })
    let compared = samples.compactMap(\.compared)
    divergence = compared.isEmpty ? nil : Divergence(samples, compared)
  }

  /// exp of the mean.
  fileprivate static func exponential(_ logs: [Double]) -> Estimate {
    let mean = Estimate(meanOf: logs)
    return mean.mapped(exp, slope: exp(mean.value))
  }
}

extension Quality.Divergence {
  fileprivate init(_ samples: [Quality.Sample], _ compared: [Quality.Sample.Compared]) {
    referencePerplexity = Quality.exponential(compared.map { -$0.logLikelihood })
    let differences = zip(samples, compared).map { $1.logLikelihood - $0.logLikelihood }
    ratio = Quality.exponential(differences)
    let interval = Estimate(meanOf: differences).interval
    (ratioLow, ratioHigh) = (interval.map { exp($0.lowerBound) }, interval.map { exp($0.upperBound) })
    let sorted = compared.map(\.divergence).sorted()
    mean = Estimate(meanOf: sorted)
    median = Quantiles.quantile(ofSorted: sorted, 0.5)
    percentile90 = Quantiles.quantile(ofSorted: sorted, 0.9)
    percentile95 = Quantiles.quantile(ofSorted: sorted, 0.95)
    percentile99 = Quantiles.quantile(ofSorted: sorted, 0.99)
    maximum = sorted[sorted.count - 1]
    sameTop = Estimate(meanOf: compared.map { $0.sameTop ? 1 : 0 })
    let squares = zip(samples, compared).map { sample, reference in
      let difference = exp(sample.logLikelihood) - exp(reference.logLikelihood)
      return difference * difference
    }
    let square = Estimate(meanOf: squares), root = square.value.squareRoot()
    rmsProbability = square.mapped({ $0.squareRoot() }, slope: root > 0 ? 0.5 / root : 0)
  }
}
