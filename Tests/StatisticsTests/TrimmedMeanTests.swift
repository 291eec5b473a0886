import Foundation
import Testing

@testable import Statistics

/// Against SciPy (Fixtures/scripts/comparison.py).
@Suite struct TrimmedMeanTests {
  struct Oracle: Decodable {
    struct Yuen: Decodable {
      let a, b: [Double]
      let trim, meanA, t, degrees, p, low, high: Double
    }
    let above, quantiles: [[Double]]
    let yuen: [Yuen]
  }
  let oracle: Oracle

  init() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/comparison.json")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    oracle = try decoder.decode(Oracle.self, from: Data(contentsOf: file))
  }

  @Test func tailsOfStudentsTAgree() {
    #expect(oracle.above.count > 30)
    for row in oracle.above {
      #expect(agree(StudentT.above(row[0], degrees: row[1]), row[2], 1e-9), "\(row)")
    }
    for row in oracle.quantiles {
      #expect(agree(StudentT.quantile(above: row[0], degrees: row[1]), row[2], 1e-8), "\(row)")
    }
    #expect(StudentT.above(.infinity, degrees: 3) == 0 && StudentT.above(-.infinity, degrees: 3) == 1)
  }

  @Test func yuensTestAgrees() throws {
    #expect(oracle.yuen.count > 5)
    for row in oracle.yuen {
      let a = try #require(TrimmedMean(row.a, share: row.trim)),
        b = try #require(TrimmedMean(row.b, share: row.trim))
      let difference = a - b
      #expect(agree(a.mean, row.meanA) && agree(difference.degrees, row.degrees))
      #expect(agree(difference.mean / difference.standardError, row.t))
      #expect(agree(2 * StudentT.above(abs(row.t), degrees: difference.degrees), row.p, 1e-9))
      let reach = StudentT.quantile(above: 0.005, degrees: difference.degrees) * difference.standardError
      #expect(agree(difference.mean - reach, row.low, 1e-9) && agree(difference.mean + reach, row.high, 1e-9))
    }
  }

  @Test func wildSamplesDoNotMoveIt() throws {
    let calm = (0..<20).map { Double($0 % 5) }
    let wild = Array(calm.dropLast(2)) + [1e9, 1e9]
    let mean = try #require(TrimmedMean(wild))
    #expect(abs(mean.mean - 2) < 0.5 && mean.standardError < 1)
    #expect(try #require(TrimmedMean(calm)).degrees == 11)
  }

  @Test func oneSampleMakesNone() throws {
    #expect(TrimmedMean([]) == nil && TrimmedMean([1]) == nil)
    let two = try #require(TrimmedMean([1, 3]))
    #expect(two.mean == 2 && two.standardError == 1 && two.degrees == 1)
  }

  @Test func meansOfMeansAddTheirVariances() throws {
    let parts = try [[1.0, 2, 3, 4], [5.0, 6, 7, 8]].map { try #require(TrimmedMean($0)) }
    let mean = try #require(TrimmedMean.mean(of: parts))
    #expect(mean.mean == 4.5 && TrimmedMean.mean(of: []) == nil)
    #expect(agree(mean.standardError, parts[0].standardError / 2.0.squareRoot()))
    let steady = try #require(TrimmedMean([7, 7, 7]))
    #expect((steady - steady).standardError == 0 && (steady - steady).degrees == 2)
  }
}
