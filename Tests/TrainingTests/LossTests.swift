import Foundation
import Kernels
import Parallel
import Testing

@testable import Training

/// Losses of one row against PyTorch (Fixtures/scripts/distillation-losses.py), and against differences of their own
/// values in double.
@Suite struct LossTests {
  struct Fixture: Decodable {
    struct Case: Decodable {
      struct Value: Decodable {
        let loss: Double
        let gradient: [Double]
      }
      let label: Int
      let temperature: Double
      let k: Int
      let student: [Double]
      let teacher: [Double]
      let losses: [String: Value]
    }
    let cases: [Case]

    static func load() throws -> Fixture {
      let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      let data = try Data(contentsOf: tests.appending(path: "Fixtures/distillation-losses.json"))
      return try JSONDecoder().decode(Fixture.self, from: data)
    }
  }

  static let names = ["labels", "divergence", "reverse", "top"]
  private let kernels = Backends.bestSIMD(pool: ThreadPool(threads: 1)).rowKernels

  /// Loss and gradient, the latter added to ones with the weight 2.
  private func run(_ name: String, _ found: Fixture.Case, student: [Double]) -> (Double, [Double]) {
    let (logits, teacher) = (student.map { Float($0) }, found.teacher.map { Float($0) })
    var gradient = [Float](repeating: 1, count: logits.count)
    let temperature = Float(found.temperature)
    let loss = gradient.withUnsafeMutableBufferPointer { out in
      let row = LossRow(
        logits: logits, gradient: out.baseAddress!, vocabulary: logits.count, weight: 2, kernels: kernels)
      switch name {
      case "labels": return row.labels(found.label)
      case "divergence": return row.divergence(fromTeacher: teacher, temperature: temperature)
      case "reverse": return row.reverseDivergence(fromTeacher: teacher, temperature: temperature)
      default:
        var stored = TopProbabilities(perRow: found.k, temperature: temperature)
        teacher.withUnsafeBufferPointer { stored.append($0, kernels: kernels) }
        return row.divergence(fromTop: stored[0], temperature: temperature)
      }
    }
    return (Double(loss), gradient.map { (Double($0) - 1) / 2 })
  }

  @Test(arguments: names) func lossAndGradientAreThoseOfPyTorch(name: String) throws {
    for found in try Fixture.load().cases {
      let expected = try #require(found.losses[name])
      let (loss, gradient) = run(name, found, student: found.student)
      #expect(abs(loss - expected.loss) <= 1e-4 * max(1, abs(expected.loss)))
      let scale = expected.gradient.map(abs).max() ?? 1
      for (own, theirs) in zip(gradient, expected.gradient) { #expect(abs(own - theirs) <= 1e-4 * scale) }
    }
  }

  /// The same losses written once more in double, straight from their definitions.
  private func inDouble(_ name: String, _ found: Fixture.Case, _ student: [Double]) -> Double {
    func softmax(_ z: [Double], _ t: Double) -> [Double] {
      let top = z.max()!
      let e = z.map { exp(($0 - top) / t) }
      return e.map { $0 / e.reduce(0, +) }
    }
    func divergence(_ p: [Double], _ q: [Double]) -> Double {
      zip(p, q).reduce(0) { $0 + ($1.0 > 0 ? $1.0 * log($1.0 / $1.1) : 0) }
    }
    let t = found.temperature
    let (q, p) = (softmax(student, t), softmax(found.teacher, t))
    switch name {
    case "labels": return -log(softmax(student, 1)[found.label])
    case "divergence": return t * t * divergence(p, q)
    case "reverse": return t * t * divergence(q, p)
    default:
      let order = p.indices.sorted { p[$0] > p[$1] }
      func coarse(_ x: [Double]) -> [Double] {
        order.prefix(found.k).map { x[$0] } + [order.dropFirst(found.k).reduce(0) { $0 + x[$1] }]
      }
      return t * t * divergence(coarse(p), coarse(q))
    }
  }

  @Test(arguments: names) func gradientIsThatOfCentralDifferences(name: String) throws {
    for found in try Fixture.load().cases {
      let gradient = run(name, found, student: found.student).1
      let scale = gradient.map(abs).max() ?? 1
      for index in found.student.indices {
        func moved(_ step: Double) -> Double {
          var student = found.student
          student[index] += step
          return inDouble(name, found, student)
        }
        let slope = (moved(1e-5) - moved(-1e-5)) / 2e-5
        #expect(abs(gradient[index] - slope) <= 1e-4 * scale)
      }
    }
  }

  /// With all tokens stored nothing is left for the rest; with few, the bound lies below the whole.
  @Test func storedTopIsABoundThatBecomesExact() throws {
    for found in try Fixture.load().cases {
      let whole = try #require(found.losses["divergence"]?.loss)
      let part = try #require(found.losses["top"]?.loss)
      #expect(part <= whole + 1e-9 && part >= 0)
      let all = Fixture.Case(
        label: found.label, temperature: found.temperature, k: found.student.count, student: found.student,
        teacher: found.teacher, losses: [:])
      #expect(abs(run("top", all, student: found.student).0 - whole) < 1e-3 * max(1, whole))
    }
  }

  @Test func teacherTeachesNothingToItsEqual() {
    let logits: [Double] = (0..<20).map { Double($0 % 7) - 3 }
    let equal = Fixture.Case(label: 0, temperature: 2, k: 5, student: logits, teacher: logits, losses: [:])
    for name in Self.names.dropFirst() {
      let (loss, gradient) = run(name, equal, student: logits)
      #expect(abs(loss) < 1e-5 && gradient.allSatisfy { abs($0) < 1e-5 })
    }
  }

  /// A loss that swallowed NaN would hide an exploding training.
  @Test(arguments: names) func notANumberStaysVisible(name: String) throws {
    let found = try #require(try Fixture.load().cases.first)
    var student = found.student
    student[3] = .nan
    #expect(run(name, found, student: student).0.isNaN)
  }
}
