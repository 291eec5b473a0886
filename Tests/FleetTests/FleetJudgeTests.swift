import Foundation
import Quantities
import Statistics
import Testing

@testable import Fleet

@Suite struct FleetJudgeTests {
  /// Nodes of one kind whose times are log-normal around their own level.
  struct MadeUp {
    var nodes: Int
    var cases = 8
    var spread = 0.03
    var floor = 0.01
    /// The node of this number takes so many times as long.
    var sick: [Int: Double] = [:]
    var sickCase: (node: Int, number: Int, factor: Double)?

    func figures(seed: UInt64) -> FleetFigures {
      var generator = SeededGenerator(seed: seed)
      var figures = FleetFigures()
      let kind = FleetFigures.Kind(machine: "board", hardware: "0")
      for node in 0..<nodes {
        figures.add(FleetNode(number: node, name: "n\(node)"), kind)
        let level = Noise.logNormal(spread, &generator) * (sick[node] ?? 1)
        for number in 0..<cases {
          var time = level * Noise.logNormal(spread, &generator)
          if let sickCase, sickCase.node == node, sickCase.number == number { time *= sickCase.factor }
          let key = FleetFigures.Key(
            kind: kind, caseID: "case\(number)", alternative: "simd", threads: 2, protocolText: "")
          figures.add(FleetFigures.Entry(node: Int32(node), time: time, floor: floor), to: key)
        }
      }
      return figures
    }
  }

  /// The share of quiet fleets in which a family accuses a node, over made-up fleets: Holm's rule promises 5 %, if the
  /// distances are distributed as assumed.
  @Test(arguments: [5, 6, 10, 30, 100])
  func quietFleetsHaveNoOutliers(nodes: Int) {
    let fleets = 400
    var (whole, single) = (0, 0)
    for seed in 0..<fleets {
      let found = FleetJudge.outliers(MadeUp(nodes: nodes).figures(seed: UInt64(seed)))
      whole += found.contains { $0.caseID == nil } ? 1 : 0
      single += found.contains { $0.caseID != nil } ? 1 : 0
    }
    // 5 % and three standard errors of 400 draws.
    #expect(Double(whole) / Double(fleets) <= 0.083, "\(nodes) nodes: \(whole)")
    #expect(Double(single) / Double(fleets) <= 0.083, "\(nodes) nodes: \(single)")
  }

  @Test(arguments: [(10, 1.6), (30, 1.3), (200, 1.25)])
  func aSickNodeIsFound(nodes: Int, factor: Double) {
    var found = 0
    for seed in 0..<50 {
      let outliers = FleetJudge.outliers(MadeUp(nodes: nodes, sick: [3: factor]).figures(seed: UInt64(seed)))
      found += outliers.contains { $0.caseID == nil && $0.node == "n3" && $0.ratio > 1.1 } ? 1 : 0
    }
    #expect(found >= 45, "\(found) of 50")
  }

  /// A mean and a standard deviation would be drawn to the sick ones.
  @Test func sickNodesDoNotHideEachOther() {
    let sick = Dictionary(uniqueKeysWithValues: (0..<12).map { ($0, 2.0) })
    let outliers = FleetJudge.outliers(MadeUp(nodes: 40, sick: sick).figures(seed: 7))
    let called = Set(outliers.filter { $0.caseID == nil }.map(\.node))
    #expect(called == Set((0..<12).map { "n\($0)" }))
  }

  @Test func aSingleSlowCaseIsFound() {
    let outliers = FleetJudge.outliers(
      MadeUp(nodes: 50, sickCase: (node: 9, number: 2, factor: 1.6)).figures(seed: 3))
    #expect(outliers.map(\.caseID) == ["case2"])
    #expect(outliers.first?.node == "n9")
  }

  @Test func whatLiesWithinTheNoiseFloorIsNotCalled() {
    let quiet = MadeUp(nodes: 60, spread: 0.001, sick: [5: 1.05])
    #expect(FleetJudge.outliers(quiet.figures(seed: 1)).contains { $0.node == "n5" })
    var noisy = quiet
    noisy.floor = 0.1
    #expect(FleetJudge.outliers(noisy.figures(seed: 1)).isEmpty)
  }

  @Test func fewNodesAreNotJudged() {
    let figures = MadeUp(nodes: 4, sick: [0: 5]).figures(seed: 1)
    #expect(FleetJudge.outliers(figures).isEmpty)
    #expect(FleetJudge.unjudged(figures) == 4)
  }

  @Test func equalNodesAreNoOutliers() {
    #expect(FleetJudge.outliers(MadeUp(nodes: 9, spread: 0).figures(seed: 1)).isEmpty)
  }

  /// By hand: logarithms 0, 0, 0.1, −0.1, 1: median 0, MAD 0.1, so the last scores 1 ÷ 0.14826.
  @Test func scoresAreRobust() throws {
    let scores = Scores(
      nodes: [0, 1, 2, 3, 4], logs: [0, 0, 0.1, -0.1, 1], floors: [0.02, 0.02, 0.02, 0.3, 0.02])
    #expect(abs(scores.cells[4].score - 6.744897501960817) < 1e-12)
    #expect(scores.cells[3].floor == 0.3)
    #expect(scores.cells[4].floor == 0.02)
    // scipy.stats: 2 * t.sf(6.744897501960817, 1.48)
    #expect(abs(scores.cells[4].p - 0.04357514652244354) < 1e-12)
  }

  /// What SciPy calls (Fixtures/scripts/fleet-outliers.py).
  struct Fleet: Decodable {
    struct Call: Decodable {
      let node: Int
      let `case`: Int?
      let ratio, score, p: Double
    }
    let times: [[Double]]
    let floor: Double
    let calls: [Call]
  }

  @Test func callsAreThoseOfSciPy() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let text = try Data(contentsOf: folder.appending(path: "Fixtures/fleet-outliers.json"))
    let kind = FleetFigures.Kind(machine: "board", hardware: "0")
    for fleet in try JSONDecoder().decode([Fleet].self, from: text) {
      var figures = FleetFigures()
      for (node, times) in fleet.times.enumerated() {
        figures.add(FleetNode(number: node, name: "\(node)"), kind)
        for (number, time) in times.enumerated() {
          let key = FleetFigures.Key(
            kind: kind, caseID: "\(number)", alternative: "simd", threads: 2, protocolText: "")
          figures.add(FleetFigures.Entry(node: Int32(node), time: time, floor: fleet.floor), to: key)
        }
      }
      let found = FleetJudge.outliers(figures)
      #expect(found.count == fleet.calls.count)
      for call in fleet.calls {
        let mine = try #require(
          found.first { $0.node == "\(call.node)" && $0.caseID == call.case.map(String.init) })
        #expect(abs(mine.ratio / call.ratio - 1) < 1e-9 && abs(mine.score / call.score - 1) < 1e-9)
        #expect(abs(mine.p - call.p) < 1e-9 + 1e-6 * call.p)
      }
    }
  }
}
