import Statistics
import Testing

/// Tests on ranks and signs against SciPy.
@Suite struct RankTestsTests {
  @Test func rankSumsAreSciPys() throws {
    for row in try Oracle.shared.get().rankSums {
      let test = MannWhitney(row.a, row.b)
      #expect(test.u == row.u && test.isExact == row.exact)
      #expect(agree(test.p, row.p, 1e-10), "\(row.a.count) and \(row.b.count): \(test.p), not \(row.p)")
      #expect(test.pairs == row.a.count * row.b.count && test.share == row.u / Double(test.pairs))
      #expect(agree(HodgesLehmann.shift(from: row.a, to: row.b), row.shift))
      let swapped = MannWhitney(row.b, row.a)
      #expect(agree(swapped.p, test.p) && swapped.u + test.u == Double(test.pairs))
    }
  }

  @Test func exactRankSumsEndAtFourHundredPairs() {
    let twenty = (1...20).map(Double.init), others = (21...41).map { Double($0) }
    #expect(MannWhitney(twenty, Array(others.prefix(20))).isExact && !MannWhitney(twenty, others).isExact)
    // All arrangements of 20 and 20 are equally likely: 2 ÷ C(40, 20).
    #expect(agree(MannWhitney(twenty, Array(others.prefix(20))).p, 2 / 137_846_528_820))
  }

  @Test func signTestsAreSciPys() throws {
    for row in try Oracle.shared.get().signs {
      let test = SignTest(of: row.x)
      #expect(test.positive == row.positive && test.negative == row.negative)
      #expect(agree(test.p, row.p), "\(row.x)")
    }
  }

  @Test func trendsAreSciPys() throws {
    for row in try Oracle.shared.get().trends {
      let test = MannKendall(of: row.y)
      #expect(Double(test.s) == row.s)
      if let variance = row.variance { #expect(agree(test.variance, variance, 1e-8)) }
      let z = max(0, abs(row.s) - 1) / test.variance.squareRoot()
      #expect(agree(test.p, NormalDistribution.twoSided(z)))
      let line = try #require(TheilSen(x: row.y.indices.map(Double.init), y: row.y))
      #expect(agree(line.slope, row.slope) && agree(line.intercept, row.intercept))
      #expect(agree(line.low, row.low) && agree(line.high, row.high))
      #expect(agree(try #require(Autocorrelation.lag1(row.y)), row.lag1, 1e-10))
    }
  }

  @Test func trendsOfExtremeSeries() {
    #expect(MannKendall(of: [1, 2, 3, 4, 5]).agreement == 1 && MannKendall(of: [5, 4, 3]).agreement == 1)
    #expect(MannKendall(of: [2, 2, 2]).p == 1 && MannKendall(of: [2, 2, 2]).agreement == 0.5)
    #expect(MannKendall(of: []).p == 1 && MannKendall(of: [7]).p == 1)
    #expect(TheilSen(x: [1, 1], y: [2, 3]) == nil && TheilSen(x: [], y: []) == nil)
    #expect(Autocorrelation.lag1([]) == nil && Autocorrelation.lag1([3, 3, 3]) == nil)
  }

  @Test func changesAreWherePettittsDefinitionSaysSo() throws {
    for row in try Oracle.shared.get().changes {
      let change = try #require(Pettitt(of: row.y))
      #expect(change.k == row.k && change.index == row.index)
      #expect(agree(change.p, row.p))
    }
    #expect(Pettitt(of: []) == nil && Pettitt(of: [1]) == nil && Pettitt(of: [1, 2], splits: []) == nil)
  }

  @Test func onlyAllowedSplitsAreChosen() throws {
    let values = [1.0, 1, 1, 9, 9, 9, 9, 9, 9, 9]
    #expect(try #require(Pettitt(of: values)).index == 3)
    #expect(try #require(Pettitt(of: values, splits: [5, 6])).index == 5)
  }

  @Test func adjustedProbabilitiesAreThoseOfTheProcedures() throws {
    for row in try Oracle.shared.get().multiplicity {
      #expect(zip(Multiplicity.holm(row.p), row.holm).allSatisfy { agree($0, $1, 1e-9) })
      #expect(zip(Multiplicity.benjaminiHochberg(row.p), row.fdr).allSatisfy { agree($0, $1) })
    }
    #expect(Multiplicity.holm([]).isEmpty && Multiplicity.benjaminiHochberg([]).isEmpty)
  }
}
