import Foundation
import Kernels
import Model

@testable import Training

/// What PyTorch computed; see `Tests/Fixtures/scripts/training/fixture.py`.
struct TorchFixture: Decodable {
  struct Shape: Decodable {
    var width, layers, heads, kv_heads, head_dim, ffn, vocabulary, context: Int
    var tied, bias, halves: Bool
    var epsilon, base: Float

    var config: ModelConfig {
      ModelConfig(
        architecture: bias ? "qwen2" : "llama", width: width, layers: layers, heads: heads, kvHeads: kv_heads,
        headDim: head_dim, ffn: ffn, vocabulary: vocabulary, context: context, rmsEpsilon: epsilon,
        ropeBase: base, ropeDimensions: head_dim, ropePairing: halves ? .halves : .adjacent, tiedHead: tied,
        qkvBias: bias)
    }
  }
  struct Model: Decodable {
    var name: String
    var shape: Shape
    var seed: UInt64
    var loss: Double
    var gradients: [String: [Double]]
  }
  struct Curve: Decodable {
    var shape: Shape
    var seed, data_seed: UInt64
    var losses, norms: [Double]
  }
  var models: [Model]
  var curve: Curve

  static func load() throws -> TorchFixture {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let data = try Data(contentsOf: tests.appending(path: "Fixtures/training.json"))
    return try JSONDecoder().decode(TorchFixture.self, from: data)
  }
}
