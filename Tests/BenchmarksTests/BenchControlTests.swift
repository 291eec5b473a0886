import Measurement
import Quantities
import Testing

@testable import InferenceCases

@Suite struct BenchControlTests {
  private func test(_ row: BenchTest, total: Double, perToken: Double) -> BenchTest {
    BenchControl.test(of: row, total: Seconds(total), perToken: Seconds(perToken))
  }

  /// Five calls of 128 tokens at 10 ms: 6.4 s, of which 8 % are 51 tokens, 2 for each of 22 calls.
  @Test func itTakesLessThanATenthOfTheRun() {
    let row = BenchTest(prompt: 0, generated: 128)
    #expect(test(row, total: 6.4, perToken: 0.01) == BenchTest(prompt: 0, generated: 2))
    for total in [0.5, 6.4, 64, 640] {
      let calls = Double(2 * (BenchControl.pairs + 1))
      let tokens = Double(test(row, total: total, perToken: 0.001).generated)
      #expect(tokens == 1 || calls * tokens * 0.001 <= 0.1 * total)
    }
  }

  @Test func itIsOfTheRowsKind() {
    #expect(
      test(BenchTest(prompt: 512, generated: 0, depth: 16), total: 100, perToken: 0.01)
        == BenchTest(prompt: 36, generated: 0, depth: 16))
    // Where a row has both, generated tokens are the noisier ones.
    #expect(
      test(BenchTest(prompt: 512, generated: 8), total: 100, perToken: 0.01)
        == BenchTest(prompt: 0, generated: 8))
  }

  @Test(arguments: [(0.0, 0.01), (1, 0), (0, 0), (1e300, 1e-300)])
  func itHasATokenAtLeastAndNoMoreThanTheRow(total: Double, perToken: Double) {
    let found = test(BenchTest(prompt: 4, generated: 0), total: total, perToken: perToken)
    #expect((1...4).contains(found.prompt) && found.generated == 0)
  }
}
