import Kernels
import Measurement
import Quantities

extension KernelCases {
  /// y = x · Wᵀ with nothing prepared: both operands are packed inside the timing, as a BLAS library does. In full
  /// also the two products that training needs: A · B for the gradient of x, Aᵀ · B for that of W.
  static func gemmSubjects(_ extent: Extent) -> [KernelSubject] {
    let square = (512, 512, 512)
    let shapes =
      switch extent {
      case .quick: [square]
      case .brief: [square, (512, 2048, 512), (17, 2048, 2048)]
      case .full:
        [
          square, (512, 2048, 512), (512, 512, 2048), (2048, 2048, 2048), (128, 4096, 4096), (17, 2048, 2048),
        ]
      }
    let forward = shapes.map { m, n, k in
      gemm(GEMMShape(m: m, n: n, k: k, transposeB: true), form: "", title: "GEMM")
    }
    guard extent == .full else { return forward }
    let (m, n, k) = square
    return forward + [
      gemm(GEMMShape(m: m, n: n, k: k), form: "nn.", title: "GEMM A·B"),
      gemm(GEMMShape(m: m, n: n, k: k, transposeA: true), form: "tn.", title: "GEMM Aᵀ·B"),
    ]
  }

  private static func gemm(_ shape: GEMMShape, form: String, title: String) -> KernelSubject {
    let p = Product(shape)
    let (m, n, k) = (shape.m, shape.n, shape.k)
    return p.subject(
      id: "kernel.gemm.f32.\(form)\(m)x\(n)x\(k)", title: "\(title) \(m)×\(n)×\(k)", operation: .gemm
    ) {
      $0.gemm(shape, a: p.x.data, b: p.w.data, c: p.y.data)
    }
  }

  /// y = W · x with W as it lies in memory; the larger one comes from memory on every call.
  static func gemvSubjects(_ extent: Extent) -> [KernelSubject] {
    let shapes = extent == .quick ? [(8192, 4096)] : [(2048, 2048), (8192, 4096)]
    return shapes.map { rows, columns in
      let p = Product(tokens: 1, rows: rows, columns: columns)
      return p.subject(
        id: "kernel.gemv.f32.\(rows)x\(columns)", title: "GEMV \(rows)×\(columns)", operation: .gemv
      ) {
        $0.gemv(rows: rows, columns: columns, w: p.w.data, x: p.x.data, y: p.y.data)
      }
    }
  }

  /// y = x · Wᵀ with weights that were brought into the backend's layout beforehand, as at the load of a model.
  static func linearSubjects(_ extent: Extent) -> [KernelSubject] {
    let shapes = extent == .quick ? [(128, 2048, 2048)] : [(4, 2048, 2048), (128, 2048, 2048)]
    return shapes.map { tokens, rows, columns in
      let p = Product(tokens: tokens, rows: rows, columns: columns)
      var prepared: [String: Weights] = [:]
      let id = "kernel.linear.f32.\(tokens)x\(rows)x\(columns)"
      return p.subject(id: id, title: "linear \(tokens)×\(rows)×\(columns)", operation: .linear) { set in
        let source = { WeightSource(p.w.data, format: .f32, rows: rows, columns: columns) }
        let weights = prepared[set.weightLayout] ?? set.prepare(source())
        prepared[set.weightLayout] = weights
        set.linear(tokens: tokens, x: p.x.data, weights: weights, y: p.y.data)
      }
    }
  }
}
