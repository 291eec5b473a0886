import Glibc
import Kernels

/// One row of a student's logits, and where the loss's derivatives by them are added.
public struct LossRow {
  /// (vocabulary)
  public let logits: UnsafePointer<Float>
  /// (vocabulary); `weight` times the derivative is added to what is there.
  public let gradient: UnsafeMutablePointer<Float>
  public let vocabulary: Int
  public let weight: Float
  public let kernels: RowKernels

  public init(
    logits: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>, vocabulary: Int, weight: Float,
    kernels: RowKernels
  ) {
    (self.logits, self.gradient, self.kernels) = (logits, gradient, kernels)
    (self.vocabulary, self.weight) = (vocabulary, weight)
  }

  /// The same row, counted `share` times.
  func weighted(_ share: Float) -> LossRow {
    LossRow(
      logits: logits, gradient: gradient, vocabulary: vocabulary, weight: weight * share, kernels: kernels)
  }
}

/// Losses of one position, in nats, by what they learn from. Each returns the loss and adds its derivatives; each touches
/// its arguments only, so that threads may work on different rows. q is the student's softmax, p the teacher's.
extension LossRow {
  /// −log q(label); its derivatives are q − onehot(label).
  public func labels(_ label: Int) -> Float {
    withScratch(1) { q in
      let logSum = softmax(of: logits, temperature: 1, into: q)
      kernels.addScaled(q, weight, gradient, vocabulary)
      gradient[label] -= weight
      return logSum - logits[label]
    }
  }

  /// T² · KL(p ‖ q), both at temperature T (Hinton, Vinyals and Dean 2015, arXiv 1503.02531, §2: the factor keeps the
  /// derivatives T · (q − p) of one size at every T).
  ///
  /// - Parameter teacher: logits, (vocabulary).
  public func divergence(fromTeacher teacher: UnsafePointer<Float>, temperature: Float) -> Float {
    withScratch(2) { scratch in
      let (q, p) = (scratch, scratch + vocabulary)
      let own = softmax(of: logits, temperature: temperature, into: q)
      let other = softmax(of: teacher, temperature: temperature, into: p)
      kernels.addScaled(q, weight * temperature, gradient, vocabulary)
      kernels.addScaled(p, -weight * temperature, gradient, vocabulary)
      let difference = mean(of: teacher, minus: logits, under: p) / temperature
      return temperature * temperature * (difference - other + own)
    }
  }

  /// T² · KL(q ‖ p), which makes a student drop what its teacher finds unlikely instead of covering everything (Gu et al.
  /// 2023, arXiv 2306.08543). Its derivatives are T · qᵢ · (log qᵢ − log pᵢ − KL).
  public func reverseDivergence(fromTeacher teacher: UnsafePointer<Float>, temperature: Float) -> Float {
    withScratch(2) { scratch in
      let (q, p) = (scratch, scratch + vocabulary)
      let own = softmax(of: logits, temperature: temperature, into: q)
      let other = softmax(of: teacher, temperature: temperature, into: p)
      let difference = mean(of: logits, minus: teacher, under: q)
      let factor = weight
      for i in 0..<vocabulary { gradient[i] += factor * q[i] * (logits[i] - teacher[i] - difference) }
      return temperature * temperature * (difference / temperature + other - own)
    }
  }

  /// T² · KL(p ‖ q) over the stored tokens and one class for all others together. By the log sum inequality that is the
  /// largest lower bound of the full divergence that the stored numbers allow; it leaves open how the student shares the
  /// rest out, and so its derivatives there are T · qⱼ · (1 − p(rest) / q(rest)).
  public func divergence(fromTop stored: TopProbabilities.Row, temperature: Float) -> Float {
    withScratch(1) { q in
      let logSum = softmax(of: logits, temperature: temperature, into: q)
      var (divergence, listed) = (0 as Float, 0 as Float)
      let factor = weight * temperature
      for (token, p) in zip(stored.tokens, stored.probabilities) {
        let index = Int(token)
        if p > 0 { divergence += p * (log(p) - (logits[index] / temperature - logSum)) }
        gradient[index] += factor * (q[index] - p)
        listed += p
        q[index] = 0
      }
      // Summed up without the listed ones, because 1 − their sum would lose the digits of a small rest.
      var own: Float = 0
      for i in 0..<vocabulary { own += q[i] }
      let rest = max(0, 1 - listed)
      kernels.addScaled(q, factor * (own > 0 ? 1 - rest / own : 0), gradient, vocabulary)
      if rest > 0, own > 0 { divergence += rest * (log(rest) - log(own)) }
      return temperature * temperature * divergence
    }
  }

  /// p[i] = exp(z[i] / T) / Σ exp(z[j] / T); returns log Σ exp(z[j] / T).
  private func softmax(
    of z: UnsafePointer<Float>, temperature: Float, into p: UnsafeMutablePointer<Float>
  ) -> Float {
    let inverse = 1 / temperature
    for i in 0..<vocabulary { p[i] = z[i] * inverse }
    let parts = kernels.softmaxNormaliser(p, vocabulary)
    return parts.x + log(parts.y)
  }

  /// Σ p[i] · (a[i] − b[i]).
  private func mean(
    of a: UnsafePointer<Float>, minus b: UnsafePointer<Float>, under p: UnsafePointer<Float>
  ) -> Float {
    kernels.dot(p, a, vocabulary) - kernels.dot(p, b, vocabulary)
  }

  /// Room for `rows` rows, on the stack where they are short.
  private func withScratch(_ rows: Int, _ body: (UnsafeMutablePointer<Float>) -> Float) -> Float {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: rows * vocabulary) { buffer in
      body(buffer.baseAddress!)
    }
  }
}
