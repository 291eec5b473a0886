import Hardware
import Quantities
import Testing

@testable import Claims

/// Ratios that the research prints, worked out again from their parts.
@Suite struct ReferenceFiguresTests {
  typealias R = ReferenceFigures

  func near(_ value: Double, _ expected: Double, _ tolerance: Double = 0.005) -> Bool {
    abs(value / expected - 1) < tolerance
  }

  @Test func claimRatios() {
    #expect(R.h100ResalePeak.value / Dollars(50) == 800)
    #expect(R.peridynamicsSerial.value / R.peridynamicsOpenMP.value == 8)
    #expect(near(R.tritonNodes.value / R.hohaiNodes.value, 9.14))
    #expect(near(1 - R.hohaiNodes.value / R.tritonNodes.value, 0.891))
    #expect(Evidence.none.finding("K6").arithmetic[0].contains("= 3.17x"))
  }
  @Test func trainingOfDeepSeek() {
    #expect(near(Claim.trainingWork.value, 3.29e24))
    #expect(near(Claim.trainingRate.value, 343e12))
    #expect(near(Claim.trainingRate / R.h100Arithmetic.value, 0.35, 0.02))
    #expect(R.trainingHours.value.value * 2 == R.trainingRent.value.value)
  }
  @Test func energyOfServersAndBoards() {
    #expect(near(R.h200NodeEnergy.value.value, 0.2436, 0.001))
    #expect(near((R.piMediumDistilPower.value / R.piMediumDistil.value).value, 10.8))
    #expect(near((R.rtx4090Power.value / R.rtx4090Speed.value).value, 5.02))
    #expect(near(R.h100Batch8.value / R.h100Batch512.value, 6.48))
  }
  @Test func exportedGPUs() {
    let text = Evidence.none.finding("K18").arithmetic.joined()
    #expect(text.contains("8.80 × 10^20 FLOP/s") && text.contains("623 MW"))
  }
  @Test func distilledModelsAgainstTheTeacher() {
    let percent = DistilledModel.all.map { $0.shares.map { Int(($0 * 100).rounded()) } }
    #expect(
      percent == [
        [36, 86, 47, 26], [70, 95, 69, 57], [63, 92, 69, 60], [87, 97, 83, 81], [91, 97, 87, 87],
        [88, 97, 91, 87],
      ])
    #expect(DistilledModel.all.map { Int($0.fewerStored.rounded()) } == [447, 96, 84, 48, 21, 10])
    #expect(near(DistilledModel.all[0].fewerActive, 24.7))
  }
  @Test(arguments: [Double.infinity, -.infinity, .nan]) func numbersWithoutEndHaveText(value: Double) {
    #expect(Text.plain(value) == "–" && Text.about(value) == "–" && Text.of(FLOPs(value)) == "– FLOP")
    #expect(Text.si(BytesPerSecond(value)) == "– B/s")
  }
  @Test func rangesRunFromLowToHigh() {
    #expect(
      R.phoneEnergy.low < R.phoneEnergy.high && R.phoneEnergy.text == "0.12–0.39 J/tok (whole phone) [S]")
    #expect(R.h100Price.text == "$25,000–$30,000 [S]")
    #expect(R.piBandwidth.text == "17 GB/s [P]")
    #expect(R.trainingHours.text == "2.788 million GPU-hours [P]")
    #expect(R.cheapestPi.text == "$67.50 [S]")
  }
}
