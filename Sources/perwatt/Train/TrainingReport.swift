import Foundation
import Quantities
import Statistics
import Training

/// What a run of `perwatt train` tells.
struct TrainingReport {
  private struct Stored: Encodable {
    var backend: String
    var threads: Int
    var parameters: Int
    var tokensPerStep: Int
    var firstStep: Int
    var losses: [Double] = []
    var gradientNorms: [Double] = []
    var stepSeconds: [Double] = []
    var tokensPerSecond: Double?
  }
  private var stored: Stored
  private let steps: Int

  init(_ trainer: Trainer, _ recipe: RecipeOptions) {
    steps = recipe.steps
    stored = Stored(
      backend: trainer.kernels.name, threads: trainer.kernels.pool.threads,
      parameters: trainer.model.parameters.count, tokensPerStep: recipe.batch * recipe.length,
      firstStep: trainer.steps)
  }

  mutating func add(_ step: Trainer.Report, seconds: Double) {
    stored.losses.append(step.loss)
    stored.gradientNorms.append(step.gradientNorm)
    stored.stepSeconds.append(seconds)
    // The first step takes the memory.
    let warm = stored.stepSeconds.count > 1 ? Array(stored.stepSeconds.dropFirst()) : stored.stepSeconds
    stored.tokensPerSecond = Double(stored.tokensPerStep) / Quantiles.median(warm)
  }

  func progress(_ step: Trainer.Report) -> String {
    let rate = stored.tokensPerSecond.map { " · \(Int($0.rounded())) tokens/s" } ?? ""
    return "step \(step.step + 1)/\(steps) · loss \(Format.fixed(step.loss, 4)) · gradient norm "
      + "\(Format.fixed(step.gradientNorm, 3))\(rate)"
  }

  func line() -> String {
    guard let loss = stored.losses.last, let rate = stored.tokensPerSecond else {
      return "nothing left to do: all \(steps) steps were taken before\n"
    }
    return "loss \(Format.fixed(loss, 4)) after \(steps) steps · \(Int(rate.rounded())) tokens/s with "
      + "\(stored.threads) thread\(stored.threads == 1 ? "" : "s") · \(stored.parameters) parameters\n"
  }

  func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    return try encoder.encode(stored) + Data("\n".utf8)
  }
}
