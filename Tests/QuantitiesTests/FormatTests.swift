import Quantities
import Testing

@Suite struct FormatTests {
  @Test func fixedKeepsZerosAndRoundsToEven() {
    #expect(Format.fixed(1.005e3, 1) == "1005.0")
    #expect(Format.fixed(0.04, 2) == "0.04")
    #expect(Format.fixed(0.125, 2) == "0.12")
    #expect(Format.fixed(-0.5, 1) == "-0.5")
    #expect(Format.fixed(-0.0001, 2) == "0.00")
    #expect(Format.fixed(.nan, 2) == "–")
  }
  @Test func significantKeepsThreeDigits() {
    #expect(Format.significant(0.01234) == "0.0123")
    #expect(Format.significant(1.234) == "1.23")
    #expect(Format.significant(123.4) == "123")
    #expect(Format.significant(12_345) == "12345")
  }
  @Test func siPicksThePrefix() {
    #expect(Format.si(FLOPsPerSecond(118.2e9)) == "118 GFLOP/s")
    #expect(Format.si(Seconds(0.0032)) == "3.20 ms")
    #expect(Format.si(Seconds(0.9999)) == "1.00 s")
  }
  @Test func binaryUsesPowersOf1024() {
    #expect(Format.binary(Bytes(32768)) == "32 KiB")
    #expect(Format.binary(Bytes(100)) == "100 B")
  }
  @Test func quantitiesOfDifferentKindsDivideToRates() {
    #expect((FLOPs(10) / Seconds(2)).value == 5)
    #expect((Watts(10) / TokensPerSecond(20)).tokensPerJoule == 2)
  }
  @Test func ratesAreWhatTheirUnitsSay() {
    #expect((Bytes(12) / Seconds(4)).value == 3 && (Tokens(12) / Seconds(4)).value == 3)
    #expect((Joules(12) / Tokens(4)).value == 3 && (Joules(12) / Seconds(4)).value == 3)
    #expect((Watts(12) * Seconds(4)).value == 48)
    #expect((FLOPs(12) / FLOPsPerSecond(4)).value == 3 && (Bytes(12) / BytesPerSecond(4)).value == 3)
    #expect(Seconds(12) / Seconds(4) == 3 && (Seconds(12) / 4).value == 3 && (Seconds(12) * 4).value == 48)
    #expect((Seconds(12) - Seconds(4)).value == 8 && (Seconds(12) + Seconds(4)).value == 16)
  }
}
