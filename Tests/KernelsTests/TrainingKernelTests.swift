import Kernels
import QuantFormats
import ReferenceKernels
import Testing

extension KernelTests {
  /// Kernels that only training uses, against the oracle's.
  @Suite struct TrainingKernelTests {
    private static let counts = Array(1...70) + [256, 688, 1001]

    private func close(_ seen: UnsafePointer<Float>, _ expected: [Double], _ size: Double, _ label: String)
      -> String?
    {
      for i in expected.indices where !(abs(Double(seen[i]) - expected[i]) <= size * 1e-5) {
        return "\(label) \(i): \(seen[i]), expected \(expected[i])"
      }
      return nil
    }

    private func doubles(_ x: [Float]) -> [Double] { x.map { Double($0) } }

    @Test(arguments: TestBackend.all) func rmsNormBackward(backend: TestBackend) throws {
      let kernels = try backend.make().rowKernels
      for count in Self.counts {
        let x = Values.random(count, seed: 1), w = Values.random(count, seed: 2),
          dy = Values.random(count, seed: 3)
        let before = Values.random(count, seed: 4)
        let inputs = [x, w, dy].map { GuardedFloats($0) },
          outputs = [before, before].map { GuardedFloats($0) }
        kernels.rmsNormBackward(
          RMSNormGradient(
            x: inputs[0].pointer, weight: inputs[1].pointer, dy: inputs[2].pointer, dx: outputs[0].pointer,
            dWeight: outputs[1].pointer, count: count, epsilon: 1e-3))
        let back = ReferenceKernels.rmsNormGradient(
          x: doubles(x), weight: doubles(w), dy: doubles(dy), epsilon: 1e-3)
        for (i, gradient) in [back.dx, back.dWeight].enumerated() {
          let expected = zip(gradient, before).map { $0 + Double($1) }
          #expect(close(outputs[i].pointer, expected, 4, "\(count), \(i)") == nil)
          #expect(outputs[i].isIntact)
        }
        #expect(inputs.allSatisfy { $0.isIntact })
      }
    }

    @Test(arguments: TestBackend.all) func swiGLUBackward(backend: TestBackend) throws {
      let kernels = try backend.make().rowKernels
      for count in Self.counts {
        let values = (1...3).map { Values.random(count, seed: $0, scale: $0 == 1 ? 9 : 1) }
        let places = values.map { GuardedFloats($0) }
        kernels.swiGLUBackward(places[0].pointer, places[1].pointer, places[2].pointer, count)
        let back = (0..<count).map {
          ReferenceKernels.swiGLUGradient(
            gate: Double(values[0][$0]), up: Double(values[1][$0]), dOut: Double(values[2][$0]))
        }
        for (i, expected) in [back.map(\.dGate), back.map(\.dUp), back.map(\.out)].enumerated() {
          #expect(close(places[i].pointer, expected, 10, "\(count), \(i)") == nil)
          #expect(places[i].isIntact)
        }
      }
    }

    @Test(arguments: TestBackend.all) func softmaxNormaliser(backend: TestBackend) throws {
      let kernels = try backend.make().rowKernels
      for count in Self.counts {
        let x = Values.random(count, seed: count, scale: 20), place = GuardedFloats(x)
        var expected = x
        let wanted = ReferenceKernels.softmaxNormaliser(&expected, count: count)
        let seen = kernels.softmaxNormaliser(place.pointer, count)
        #expect(seen.x == wanted.x && abs(seen.y - wanted.y) <= wanted.y * 1e-5)
        #expect(close(place.pointer, doubles(expected), 1, "\(count)") == nil)
        #expect(place.isIntact)
      }
    }

    @Test(arguments: TestBackend.all) func vectors(backend: TestBackend) throws {
      let kernels = try backend.make().rowKernels
      for count in Self.counts {
        let x = Values.random(count, seed: 1), y = Values.random(count, seed: 2)
        let from = GuardedFloats(x), to = GuardedFloats(y)
        let sum = (0..<count).reduce(0.0) { $0 + Double(x[$1]) * Double(y[$1]) }
        #expect(abs(Double(kernels.dot(from.pointer, to.pointer, count)) - sum) <= 1e-6 * Double(count))
        kernels.addScaled(from.pointer, -0.7, to.pointer, count)
        #expect(close(to.pointer, zip(x, y).map { Double($1) - 0.7 * Double($0) }, 1, "addScaled") == nil)
        kernels.scale(from.pointer, 0.3, count)
        #expect((0..<count).allSatisfy { from.pointer[$0] == x[$0] * 0.3 })
        #expect(from.isIntact && to.isIntact)
      }
    }

    /// To the bit, also for what lies between two bfloat16 and for what is none.
    @Test(arguments: TestBackend.all) func roundToBrain(backend: TestBackend) throws {
      let kernels = try backend.make().rowKernels
      let special: [Float] = [
        0, -0.0, .infinity, -.infinity, .nan, 3.4e38, -3.4e38, 0x1p-140, 1 + 0x1p-8, 1 + 0x3p-8,
      ]
      let x = special + Values.random(200, seed: 5, scale: 1e3)
      let place = GuardedFloats(x)
      kernels.roundToBrain(place.pointer, place.pointer, x.count)
      for i in x.indices where !x[i].isNaN {
        #expect(place.pointer[i].bitPattern == BFloat16.decode(BFloat16.encode(x[i])).bitPattern, "\(x[i])")
      }
      #expect(place.pointer[4].isNaN)
    }

    @Test(arguments: TestBackend.all) func adamW(backend: TestBackend) throws {
      let kernels = try backend.make().rowKernels
      let rule = ReferenceKernels.AdamW(
        beta1: 0.9, beta2: 0.95, shrink: 0.999, rate: 0.01, root: 1.3, epsilon: 1e-8)
      for count in Self.counts {
        let places = (1...4).map { seed in
          GuardedFloats(Values.random(count, seed: seed).map { seed == 4 ? abs($0) : $0 })
        }
        var states: [ReferenceKernels.AdamW.State] = (0..<count).map {
          (Double(places[0].pointer[$0]), Double(places[2].pointer[$0]), Double(places[3].pointer[$0]))
        }
        kernels.adamW(
          AdamWStep(
            parameters: places[0].pointer, gradients: places[1].pointer, first: places[2].pointer,
            second: places[3].pointer, count: count, gradientScale: 0.5, betas: (0.9, 0.95), shrink: 0.999,
            rate: 0.01, root: 1.3, epsilon: 1e-8))
        for i in 0..<count { rule.step(&states[i], gradient: 0.5 * Double(places[1].pointer[i])) }
        #expect(close(places[0].pointer, states.map { $0.0 }, 1, "parameters") == nil)
        #expect(close(places[2].pointer, states.map { $0.1 }, 1, "first") == nil)
        #expect(close(places[3].pointer, states.map { $0.2 }, 1, "second") == nil)
        #expect(places.allSatisfy { $0.isIntact })
      }
    }

    /// Tokens around whole tiles and blocks, head dimensions that are no whole panels, several heads for one key.
    @Test(arguments: TestBackend.all)
    func sequenceAttention(backend: TestBackend) throws {
      let kernels = try backend.make().rowKernels
      for (tokens, d, heads) in [
        (1, 4, 1), (5, 8, 2), (16, 32, 1), (17, 6, 3), (97, 32, 2), (130, 16, 1), (200, 64, 1), (31, 33, 1),
      ] {
        let problem = SequenceProblem(tokens: tokens, headDim: d, heads: heads)
        #expect(problem.fault(kernels) == nil, "\(tokens) tokens, \(heads) heads of \(d)")
      }
    }

    /// What is there counts, for every form of the operands and with ranges of k that are added up.
    @Test(arguments: TestBackend.all, [1, 3])
    func gemmAccumulates(backend: TestBackend, threads: Int) throws {
      let set = try backend.make(threads: threads)
      for (m, n, k) in [(1, 1, 1), (7, 17, 5), (33, 40, 700)] {
        let a = Values.random(m * k, seed: 1), b = Values.random(k * n, seed: 2),
          before = Values.random(m * n, seed: 3)
        let product = GEMMProblem.product(m, n, k, a, b)
        let out = Output(capacity: m * n), c = out.clear(m * n)
        c.update(from: before, count: m * n)
        set.gemm(GEMMShape(m: m, n: n, k: k, accumulates: true), a: a, b: b, c: c)
        let expected = zip(product, before).map { Double($0) + Double($1) }
        #expect(close(c, expected, Double(k).squareRoot(), "\(m) × \(n) × \(k)") == nil)
        #expect(out.isIntact)
      }
    }
  }
}

/// Attention of one sequence with rows further apart than they are wide, and its oracle.
private struct SequenceProblem {
  let tokens: Int, headDim: Int, heads: Int
  private var stride: Int { (heads + 2) * headDim + 3 }
  private var outStride: Int { heads * headDim + 5 }

  init(tokens: Int, headDim: Int, heads: Int) {
    (self.tokens, self.headDim, self.heads) = (tokens, headDim, heads)
  }

  private func vectors(_ x: UnsafePointer<Float>, _ stride: Int, _ column: Int) -> [Double] {
    (0..<tokens * headDim).map { Double(x[$0 / headDim * stride + column + $0 % headDim]) }
  }

  func fault(_ kernels: RowKernels) -> String? {
    let d = headDim
    let qkv = GuardedFloats(Values.random(tokens * stride, seed: 1, scale: 2))
    let out = GuardedFloats(Values.random(tokens * outStride, seed: 2))
    let scratch = GuardedFloats(capacity: kernels.sequenceScratch(tokens, d))
    _ = scratch.place(kernels.sequenceScratch(tokens, d)) { _ in canary }
    let call = SequenceAttention(
      q: qkv.pointer, k: qkv.pointer + heads * d, v: qkv.pointer + (heads + 1) * d, stride: stride,
      out: out.pointer, outStride: outStride, tokens: tokens, heads: heads, headDim: d,
      scratch: scratch.pointer)
    let k = vectors(call.k, stride, 0), v = vectors(call.v, stride, 0)
    let q = (0..<heads).map { vectors(call.q, stride, $0 * d) }
    return faultForward(kernels, call, k, v, q) ?? faultBackward(kernels, call, k, v, q)
      ?? (qkv.isIntact && out.isIntact && scratch.isIntact ? nil : "written outside")
  }

  private func faultForward(
    _ kernels: RowKernels, _ call: SequenceAttention, _ k: [Double], _ v: [Double], _ q: [[Double]]
  ) -> String? {
    kernels.sequenceAttention(call)
    return q.indices.lazy.compactMap { h in
      let expected = ReferenceKernels.causalAttention(q: q[h], k: k, v: v, headDim: headDim)
      return differs(vectors(call.out, outStride, h * headDim), expected, "out of head \(h)")
    }.first
  }

  /// The gradients replace what they are of.
  private func faultBackward(
    _ kernels: RowKernels, _ call: SequenceAttention, _ k: [Double], _ v: [Double], _ q: [[Double]]
  ) -> String? {
    let d = headDim
    for i in 0..<tokens * outStride { call.out[i] = Float(i * 37 % 101 - 50) / 50 }
    kernels.sequenceAttentionBackward(call)
    var dk = [Double](repeating: 0, count: tokens * d), dv = dk
    for h in 0..<heads {
      let back = ReferenceKernels.causalAttentionGradient(
        q: q[h], k: k, v: v, dOut: vectors(call.out, outStride, h * d), headDim: d)
      if let fault = differs(vectors(call.q, stride, h * d), back.dq, "dq of head \(h)") { return fault }
      for i in dk.indices { (dk[i], dv[i]) = (dk[i] + back.dk[i], dv[i] + back.dv[i]) }
    }
    return differs(vectors(call.k, stride, 0), dk, "dk") ?? differs(vectors(call.v, stride, 0), dv, "dv")
  }

  private func differs(_ seen: [Double], _ expected: [Double], _ label: String) -> String? {
    let size = expected.reduce(1) { max($0, abs($1)) }
    for i in expected.indices where !(abs(seen[i] - expected[i]) <= 1e-5 * size) {
      return "\(label), \(i): \(seen[i]), expected \(expected[i])"
    }
    return nil
  }
}
