import Glibc
import Kernels
import Measurement
import Quantities
import ReferenceKernels

extension KernelCases {
  static func rmsNormSubject() -> KernelSubject {
    let rows = 512, width = 2048, epsilon: Float = 1e-5
    let x = Operand(rows * width), weight = Operand(width, seed: 2), y = Operand(rows * width)
    let count = Double(rows * width)
    return KernelSubject(
      id: "kernel.rmsnorm.f32.\(rows)x\(width)", title: "RMSNorm \(rows)×\(width)", operation: .rmsNorm,
      work: Work(flops: FLOPs(4 * count), bytes: Bytes(8 * count + 4 * Double(width))), reset: y.spoil,
      run: {
        $0.rmsNorm(
          RMSNormCall(x: x.data, weight: weight.data, y: y.data, rows: rows, width: width, epsilon: epsilon))
      },
      compare: {
        let expected = Operand(width)
        return compareRows(rows, width) { row, add in
          ReferenceKernels.rmsNorm(
            x: x.data + row * width, weight: weight.data, y: expected.data, count: width, epsilon: epsilon)
          for i in 0..<width {
            add(y[row * width + i], expected[i], Tolerance.rmsNorm(y: expected[i], count: width))
          }
        }
      })
  }

  static func softmaxSubject() -> KernelSubject {
    let rows = 512, width = 2048
    let start = Operand(rows * width), x = Operand(rows * width)
    let count = Double(rows * width)
    return KernelSubject(
      id: "kernel.softmax.f32.\(rows)x\(width)", title: "softmax \(rows)×\(width)", operation: .softmax,
      work: Work(flops: FLOPs(5 * count), bytes: Bytes(8 * count)),
      reset: { for i in 0..<x.count { x.data[i] = 8 * start.data[i] } },
      run: { $0.softmax(x.data, rows: rows, width: width) },
      compare: {
        let expected = Operand(width)
        return compareRows(rows, width) { row, add in
          for i in 0..<width { expected.data[i] = 8 * start.data[row * width + i] }
          let inputs = (0..<width).map { expected[$0] }
          let top = inputs.max()!
          ReferenceKernels.softmax(expected.data, count: width)
          for i in 0..<width {
            let bound = Tolerance.softmax(p: expected[i], distance: top - inputs[i], count: width)
            add(x[row * width + i], expected[i], bound)
          }
        }
      })
  }

  static func swiGLUSubject() -> KernelSubject {
    let rows = 128, width = 5632
    let gate = Operand(rows * width), up = Operand(rows * width, seed: 2), y = Operand(rows * width)
    for i in 0..<gate.count { gate.data[i] *= 8 }
    let count = Double(rows * width)
    return KernelSubject(
      id: "kernel.swiglu.f32.\(rows)x\(width)", title: "SwiGLU \(rows)×\(width)", operation: .swiGLU,
      work: Work(flops: FLOPs(5 * count), bytes: Bytes(12 * count)), reset: y.spoil,
      run: { $0.swiGLU(gate: gate.data, up: up.data, out: y.data, count: rows * width) },
      compare: {
        let expected = Operand(width)
        return compareRows(rows, width) { row, add in
          let at = row * width
          ReferenceKernels.swiGLU(gate: gate.data + at, up: up.data + at, out: expected.data, count: width)
          for i in 0..<width {
            add(
              y[at + i], expected[i], Tolerance.swiGLU(y: expected[i], gate: gate[at + i], up: up[at + i]))
          }
        }
      })
  }

  static func ropeSubject() -> KernelSubject {
    let tokens = 512, heads = 32, headDim = 64, width = heads * headDim
    let table = rotations(positions: tokens, headDim: headDim)
    let x = Operand(tokens * width), before = Operand(tokens * width)
    let count = Double(tokens * width)
    return KernelSubject(
      id: "kernel.rope.f32.\(tokens)x\(heads)x\(headDim)", title: "RoPE \(tokens)×\(heads)×\(headDim)",
      operation: .rope, work: Work(flops: FLOPs(3 * count), bytes: Bytes(8 * count)),
      reset: { for i in 0..<x.count { x.data[i] = before.data[i] } },
      run: {
        $0.rope(HeadRows(x.data, tokens: tokens, heads: heads, headDim: headDim), table: table, position: 0)
      },
      compare: {
        compareRows(tokens, width) { token, add in
          for i in 0..<width {
            let at = token * width + i, row = token * headDim + i % headDim
            let own = before[at] * Double(table.cos[row]), partner = before[at ^ 1] * Double(table.sin[row])
            add(x[at], own + partner, Tolerance.rope(magnitude: abs(own) + abs(partner)))
          }
        }
      })
  }

  private static func rotations(positions: Int, headDim: Int) -> RoPETable {
    var cosines: [Float] = [], sines: [Float] = []
    for position in 0..<positions {
      for i in 0..<headDim {
        let angle = Double(position) * pow(10_000, -Double(i / 2 * 2) / Double(headDim))
        cosines.append(Float(cos(angle)))
        sines.append(Float(i.isMultiple(of: 2) ? -sin(angle) : sin(angle)))
      }
    }
    return RoPETable(width: headDim, pairing: .adjacent, cos: cosines, sin: sines)
  }

  /// Compares every 37th row and the last one; `compareRow` adds its elements.
  private static func compareRows(
    _ rows: Int, _ width: Int,
    _ compareRow: (Int, (_ seen: Double, _ expected: Double, _ bound: Double) -> Void) -> Void
  ) -> Comparison {
    var found = Comparison()
    for row in Set(stride(from: 0, to: rows, by: 37)).union([rows - 1]).sorted() {
      var index = row * width
      compareRow(row) { seen, expected, bound in
        found.add(seen, expected: expected, tolerance: bound, at: index)
        index += 1
      }
    }
    return found
  }
}
