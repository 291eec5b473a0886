// The engine on a CPU that is only emulated: token ids in, token ids or logits out, held against an oracle's.
//
//   engine MODEL BACKEND THREADS CACHE tokens PROMPT EXPECTED
//   engine MODEL BACKEND THREADS CACHE logits TOKENS (POSITION EXPECTED)…
//
// Lists are numbers with commas between them. Exits with 1 where something differs or cannot be done.

import Glibc
import Kernels
import Model
import Parallel
import ReferenceKernels

@_cdecl("main")
public func main(_ count: Int32, _ arguments: UnsafePointer<UnsafePointer<CChar>>) -> Int32 {
  let words = (1..<Int(count)).map { String(cString: arguments[$0]) }
  do throws(ModelError) {
    guard words.count >= 7 else { throw ModelError("seven words or more are needed, not \(words.count)") }
    let run = try Run(words)
    let told = words[4] == "tokens" ? try run.generate(words[5], words[6]) : try run.compare(words)
    print("  \(words[0]) \(run.kernels.name), threads \(words[2]), cache \(words[3]): \(told)")
    return 0
  } catch {
    print("  \(words.joined(separator: " ").prefix(60)): \(error) FAILED")
    return 1
  }
}

/// One model on one backend.
struct Run {
  let model: Transformer
  let kernels: any KernelSet
  /// Tokens that the cache has room for: of the longest golden sequence, 13 + 100.
  static let context = 128

  init(_ words: [String]) throws(ModelError) {
    guard let threads = Int(words[2]), threads > 0, let cache = KVFormat(rawValue: words[3]) else {
      throw ModelError("'\(words[2]) \(words[3])' are not threads and a cache format")
    }
    do {
      kernels = try Backends.make(words[1], pool: ThreadPool(threads: threads))
    } catch { throw ModelError(error.description) }
    let file: GGUFFile
    do { file = try GGUFFile(path: words[0]) } catch { throw ModelError(error.description) }
    let weights = try ModelWeights(GGUFWeights(file: file), kernels: kernels)
    guard KVLayout.allows(cache, headDim: weights.config.headDim) else {
      throw ModelError("heads of \(weights.config.headDim) cannot be cached in \(cache.rawValue)")
    }
    model = Transformer(
      weights: weights, kernels: kernels, context: Self.context, keys: cache, values: cache)
  }

  /// Continues `prompt` with the likeliest tokens, which must be those expected.
  func generate(_ prompt: String, _ expected: String) throws(ModelError) -> String {
    let expected = try numbers(expected)
    var next = try numbers(prompt)
    for (i, token) in expected.enumerated() {
      let logits = try model.forward(next)
      let best = logits.indices.max { logits[$0] < logits[$1] }!
      guard best == token else { throw ModelError("token \(i) is \(best), not \(token)") }
      next = [best]
    }
    return "\(expected.count) tokens as expected"
  }

  /// Logits at some positions, read as one batch and then token by token.
  func compare(_ words: [String]) throws(ModelError) -> String {
    let tokens = try numbers(words[5])
    let batch = Array(try model.forward(tokens, logits: .all))
    model.cache.truncate(to: 0)
    var single: [Float] = []
    for token in tokens { single += try model.forward([token]) }
    var worst = 0.0
    for i in stride(from: 6, to: words.count - 1, by: 2) {
      let position = try numbers(words[i])[0], expected = words[i + 1]
      for logits in [batch, single] {
        let error = try distance(logits, at: position, from: expected)
        guard error <= bound else {
          throw ModelError("logits at \(position) are off by \(error), more than \(bound)")
        }
        worst = max(worst, error)
      }
    }
    return "logits off by \(Int((100 * worst / bound).rounded(.up))) % of what is allowed"
  }

  /// Relative ℓ² distance, with the bounds of ModelTests: activations rounded to int8 in each product that takes them so,
  /// keys and values rounded once in each layer.
  private var bound: Double {
    let rounded = model.weights.matrices.count { $0.weights.activations(tokens: 1) != .f32 }
    let bytes = (32.0 / 12).squareRoot() / 127 * Double(rounded).squareRoot()
    let unit =
      switch model.cache.layout.keys {
      case .f32: 0.0
      case .f16: 0x1p-11
      case .q8_0: 0.5 / 127
      }
    return max(1e-5, bytes) + 8 * Double(2 * model.config.layers).squareRoot() * unit
  }

  private func distance(_ logits: [Float], at position: Int, from expected: String) throws(ModelError)
    -> Double
  {
    let expected = expected.split(separator: ",").map { strtod(String($0), nil) }
    guard expected.count == model.config.vocabulary else {
      throw ModelError("\(expected.count) logits are expected of \(model.config.vocabulary) tokens")
    }
    var error = 0.0, size = 0.0
    for (i, value) in expected.enumerated() {
      let seen = Double(logits[position * expected.count + i])
      error += (seen - value) * (seen - value)
      size += value * value
    }
    return (error / size).squareRoot()
  }

  private func numbers(_ list: String) throws(ModelError) -> [Int] {
    var numbers: [Int] = []
    for word in list.split(separator: ",") {
      guard let number = Int(word) else { throw ModelError("'\(word)' is no number") }
      numbers.append(number)
    }
    return numbers
  }
}
