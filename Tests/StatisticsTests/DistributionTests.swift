import Testing

@testable import Statistics

@Suite struct DistributionTests {
  @Test func normalProbabilitiesAreSciPys() throws {
    let oracle = try Oracle.shared.get().distributions
    for (z, cdf) in zip(oracle.z, oracle.cdf) {
      #expect(agree(NormalDistribution.cdf(z), cdf), "Φ(\(z))")
      #expect(agree(NormalDistribution.twoSided(z), 2 * min(cdf, NormalDistribution.cdf(-z))))
    }
    for (p, quantile) in zip(oracle.p, oracle.quantile) {
      #expect(agree(NormalDistribution.quantile(p), quantile) || abs(quantile) < 1e-12, "Φ⁻¹(\(p))")
    }
    #expect(NormalDistribution.quantile(0.5).magnitude < 1e-15)
  }

  @Test func incompleteBetaIsSciPys() throws {
    for row in try Oracle.shared.get().distributions.beta {
      #expect(agree(IncompleteBeta.regularised(row[0], row[1], row[2]), row[3], 1e-9), "\(row)")
    }
    #expect(IncompleteBeta.regularised(0, 2, 3) == 0 && IncompleteBeta.regularised(1, 2, 3) == 1)
  }

  @Test func logGammaKnowsFactorials() {
    #expect(IncompleteBeta.logGamma(1).magnitude < 1e-13 && IncompleteBeta.logGamma(2).magnitude < 1e-13)
    #expect(agree(IncompleteBeta.logGamma(0.5), 0.572_364_942_924_700_1))  // ln √π
    #expect(agree(IncompleteBeta.logGamma(11), 15.104_412_573_075_516))  // ln 10!
    #expect(agree(IncompleteBeta.logGamma(171), 706.573_062_245_787_4))  // ln 170!
  }

  @Test func binomialTailsAreSciPys() throws {
    for row in try Oracle.shared.get().distributions.binomial {
      let distribution = BinomialDistribution(trials: Int(row[0]), probability: row[2])
      #expect(agree(distribution.atMost(Int(row[1])), row[3], 1e-10), "P(B ≤ k) of \(row)")
      #expect(agree(distribution.atLeast(Int(row[1])), row[4], 1e-10), "P(B ≥ k) of \(row)")
    }
    let fair = BinomialDistribution(trials: 4)
    #expect(fair.atMost(-1) == 0 && fair.atMost(4) == 1 && fair.atLeast(0) == 1 && fair.atLeast(5) == 0)
  }
}
