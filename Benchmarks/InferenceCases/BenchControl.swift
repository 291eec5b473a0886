import Measurement
import Quantities

/// The A/A control of a run of llama-bench's rows: one backend in a row of the same kind against itself, so short that the
/// run hardly takes longer.
public enum BenchControl {
  /// Samples of each side: their interval has 95 %, and one wild pair at each end does not decide it.
  public static let pairs = 10
  /// What it takes of the time of the rows before it, at most. A prompt's tokens take longer where they are few: a tenth
  /// is aimed at.
  static let share = 0.08

  /// `test`, shortened: tokens that are generated where it generates any, else a prompt, after the same depth, which the
  /// cache holds already.
  /// - Parameters:
  ///   - total: what all samples of the run took so far.
  ///   - perToken: what one of the tokens takes.
  public static func test(of test: BenchTest, total: Seconds, perToken: Seconds) -> BenchTest {
    let calls = 2 * Double(pairs + 1)  // each side is warmed up by a call
    let affordable = perToken > .zero ? total * share / perToken / calls : 1
    let longest = test.generated > 0 ? test.generated : test.prompt
    let tokens = Int(min(max(affordable, 1), Double(longest)))
    return test.generated > 0
      ? BenchTest(prompt: 0, generated: tokens, depth: test.depth)
      : BenchTest(prompt: tokens, generated: 0, depth: test.depth)
  }
}
