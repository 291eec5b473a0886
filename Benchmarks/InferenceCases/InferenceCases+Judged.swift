import Kernels
import Measurement
import Model
import Quantities

extension InferenceCases {
  /// What a change to the engine is judged by: a prompt and decoded tokens of a 15M model in Q8_0, so small that forks,
  /// norms and the division of work take as long as its products. Weights are random, and made when a case is first used.
  public static func judged(sets: [any KernelSet]) throws -> [Case] {
    guard !sets.isEmpty else { return [] }
    let name = "stories-15m", lengths = Lengths(prompt: 64, generated: 32)
    let config = try ModelConfig.preset(name)
    let model = LateCases {
      let provider = SyntheticWeights(config: config, seed: 1, format: .q8_0)
      let model = try BenchModel(name: name, provider: provider, sets: sets, context: lengths.context)
      return InferenceCases(model: model, lengths: lengths, seed: 1)
    }
    func measured(_ phase: String, _ id: String, _ work: Work, _ pick: @escaping LateCases.Pick) throws
      -> Case
    {
      try Case(
        id: id, title: "\(phase) \(name) q8_0", work: work,
        alternatives: sets.enumerated().map { model.alternative($0, label: $1.name, of: pick) })
    }
    let prompt = Work(flops: lengths.prefillFLOPs(config), tokens: Tokens(lengths.prompt))
    let token = Work(flops: lengths.decodeFLOPs(config), tokens: Tokens(1))
    return [
      try measured("prefill", prefillID(name, lengths, format: "q8_0"), prompt) { try $0.prefill() },
      try measured("decode", decodeID(name, lengths, format: "q8_0"), token) { try $0.decode() },
    ]
  }
}

/// Cases whose model is loaded when one of them is first used, because a list of cases must cost nothing.
private final class LateCases {
  typealias Pick = (InferenceCases) throws -> Case
  private let load: () throws -> InferenceCases
  private var loaded: InferenceCases?

  init(_ load: @escaping () throws -> InferenceCases) { self.load = load }

  func alternative(_ index: Int, label: String, of pick: @escaping Pick) -> Alternative {
    var known: Alternative?
    func real() throws -> Alternative {
      if let known { return known }
      let cases = try loaded ?? load()
      let found = try pick(cases).alternatives[index]
      (loaded, known) = (cases, found)
      return found
    }
    return Alternative(label, check: { try real().check!() }, body: { try real().body($0) })
  }
}
