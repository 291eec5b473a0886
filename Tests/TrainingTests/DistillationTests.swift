import Corpora
import Kernels
import Model
import Parallel
import Testing

@testable import Training

/// Students and what they are made of and learn from.
@Suite struct DistillationTests {
  private let config = Setup.config()

  private func logits(_ model: TrainableModel, _ batch: TokenBatch) throws -> [Float] {
    let kernels = try Setup.kernels()
    let weights = try ModelWeights(model, kernels: kernels)
    return try Transformer(weights: weights, kernels: kernels, context: 64).logits(of: batch)
  }

  private func steps(
    _ count: Int, mix: Float, teaching: Teaching = .logits, threads: Int = 1
  ) throws -> (model: TrainableModel, losses: [Double]) {
    let teacher = try Setup.model(config, seed: 9), student = try TrainableModel(config: config, seed: 2)
    let kernels = try Setup.kernels(threads: threads)
    let trainer = Trainer(student, kernels: kernels, options: Setup.options(rate: 1e-2))
    let batch = Setup.batch(config, sequences: 4, length: 8, gaps: true)
    var options = DistillationOptions()
    (options.mix, options.teaching, options.temperature) = (mix, teaching, mix < 1 ? 2 : 1)
    let loss = DistillationLoss(
      batch, teacher: try logits(teacher, batch), options: options, kernels: kernels.rowKernels)
    return (student, try (0..<count).map { _ in try trainer.step(batch, loss: loss).loss })
  }

  @Test(arguments: Teaching.allCases) func studentsComeNearerToTheirTeacher(teaching: Teaching) throws {
    let losses = try steps(60, mix: 1, teaching: teaching).losses
    #expect(losses.allSatisfy { $0 >= 0 } && losses[59] < losses[0] / 2)
  }

  /// With no share for the teacher, its loss is that of labels to the last bit of single precision.
  @Test func mixOfZeroIsLabels() throws {
    let distilled = try steps(5, mix: 0).losses
    let student = try TrainableModel(config: config, seed: 2)
    let trainer = Trainer(student, kernels: try Setup.kernels(), options: Setup.options(rate: 1e-2))
    let batch = Setup.batch(config, sequences: 4, length: 8, gaps: true)
    for loss in distilled {
      let labels = try trainer.step(batch, loss: CrossEntropy(batch)).loss
      #expect(abs(loss - labels) < 1e-5 * labels)
    }
  }

  @Test func threadsChangeNothing() throws {
    let one = try steps(4, mix: 0.7, teaching: .topK), again = try steps(4, mix: 0.7, teaching: .topK)
    #expect(one.losses == again.losses)
    let two = try steps(4, mix: 0.7, teaching: .topK, threads: 2)
    for (a, b) in zip(one.losses, two.losses) { #expect(abs(a - b) < 1e-5) }
  }

  @Test func optionsThatMakeNoSenseAreNamed() {
    var options = DistillationOptions()
    #expect(options.problem == nil)
    options.temperature = 0
    #expect(options.problem?.contains("temperature 0") == true)
    options.temperature = 1
    options.mix = 1.5
    #expect(options.problem?.contains("mix 1.5") == true)
  }

  /// Nothing cut away: the same model. The whole teacher is the one slice whose logits are known.
  @Test func pruningToTheSameShapeChangesNothing() throws {
    let teacher = try Setup.model(config), batch = Setup.batch(config, sequences: 2, length: 8)
    let student = try Pruning(teacher, to: config).student()
    #expect(try logits(student, batch) == logits(teacher, batch))
  }

  /// Parts without weight are what goes: the smaller model computes the same.
  @Test(arguments: [false, true]) func partsThatDoNothingAreCutAway(tied: Bool) throws {
    let config = Setup.config(tied: tied)
    let teacher = try Setup.model(config), batch = Setup.batch(config, sequences: 2, length: 8)
    let e = config.headDim
    for layer in 0..<config.layers {
      let down = teacher["blk.\(layer).ffn_down.weight"], output = teacher["blk.\(layer).attn_output.weight"]
      let value = teacher["blk.\(layer).attn_v.weight"]
      for row in 0..<config.width {
        for neuron in [1, 4, 5, 11] { down[row * config.ffn + neuron] = 0 }
        // The second KV head's query heads, 2 and 3, say nothing.
        for column in 2 * e..<4 * e { output[row * 4 * e + column] = 0 }
      }
      for i in e * config.width..<2 * e * config.width { value[i] = 0 }
    }
    var shape = config
    (shape.ffn, shape.heads, shape.kvHeads) = (config.ffn - 4, 2, 1)
    let pruned = try Pruning(teacher, to: shape)
    #expect(pruned.neurons(0) == (0..<20).filter { ![1, 4, 5, 11].contains($0) })
    #expect(pruned.headRows(0).queries == Array(0..<2 * e))
    let (old, new) = (try logits(teacher, batch), try logits(try pruned.student(), batch))
    #expect(zip(old, new).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  @Test func layersAreSpreadAndChannelsAreTheHeaviest() throws {
    let config = Setup.config(layers: 5)
    let teacher = try Setup.model(config)
    for token in 0..<config.vocabulary { teacher["token_embd.weight"][token * 16 + 7] = 0 }
    for token in 0..<config.vocabulary { teacher["output.weight"][token * 16 + 7] = 0 }
    var shape = config
    (shape.layers, shape.width) = (3, 15)
    let pruned = try Pruning(teacher, to: shape)
    #expect(pruned.layers == [0, 2, 4] && pruned.channels == (0..<16).filter { $0 != 7 })
    let student = try pruned.student()
    #expect(student["blk.1.ffn_norm.weight"][0] == teacher["blk.2.ffn_norm.weight"][0])
    #expect(student["blk.2.attn_q.weight"][15 + 7] == teacher["blk.4.attn_q.weight"][16 + 8])
  }

  @Test func shapesThatAreNoSliceAreRefused() throws {
    let teacher = try Setup.model(config)
    var larger = config
    larger.ffn = 21
    #expect(
      throws: ModelError("feed-forward width 21 cannot be cut out of a teacher's 20; give a smaller student")
    ) {
      try Pruning(teacher, to: larger)
    }
    var other = config
    other.vocabulary = 22
    #expect(throws: ModelError.self) { try Pruning(teacher, to: other) }
  }

  @Test func studentShapesKeepHeadsWhole() throws {
    let stories = try ModelConfig.preset("stories-260k")
    let half = try stories.student(share: 0.5)
    #expect(
      [half.width, half.heads, half.kvHeads, half.headDim, half.ffn, half.layers] == [32, 4, 2, 8, 86, 5])
    for share in [0.1, 0.3, 0.6, 0.9] {
      let student = try stories.student(share: share, layers: 2)
      #expect(student.heads.isMultiple(of: student.kvHeads) && student.layers == 2)
    }
    #expect(throws: ModelError.self) { try stories.student(share: 1.5) }
    #expect(throws: ModelError.self) { try stories.student(share: 0.5, layers: 6) }
  }

  /// The teacher's texts depend on nothing but the seed, and look like the teacher.
  @Test func textsAreTheSameForAnyNumberOfThreads() throws {
    let teacher = try Setup.model(config), kernels = try Setup.kernels()
    let weights = try ModelWeights(teacher, kernels: kernels)
    func texts(threads: Int, seed: UInt64) throws -> [[Int]] {
      var request = SampledCorpus.Request(training: 5, heldOut: 2, length: 12, start: [1])
      request.seed = seed
      let corpus = try SampledCorpus(writtenBy: weights, threads: threads, request) {
        Backends.bestSIMD(pool: ThreadPool(threads: 1))
      }
      return (0..<5).map { corpus.window($0, length: 12, split: .training, seed: 1) }
        + (0..<2).map { corpus.window($0, length: 12, split: .heldOut, seed: 1) }
    }
    let one = try texts(threads: 1, seed: 3)
    #expect(one == (try texts(threads: 3, seed: 3)))
    #expect(one != (try texts(threads: 1, seed: 4)))
    #expect(Set(one).count == 7 && one.allSatisfy { $0.count == 13 && $0[0] == 1 })
  }
}
