import ArgumentParser
import Model

/// How the next token is picked.
struct SamplingFlags: ParsableArguments {
  @Option(help: "0 picks the likeliest token; higher values pick more freely.")
  var temperature: Float = 0

  @Option(help: "Pick among so many of the likeliest tokens; 0: all.")
  var topK = 0

  @Option(help: "Pick among the fewest tokens that together have this probability; 1: all.")
  var topP: Float = 1

  @Option(help: "Pick among tokens at least this likely in relation to the likeliest; 0: all.")
  var minP: Float = 0

  @Option(help: "Make tokens that came before less likely by this factor; 1: no change.")
  var repeatPenalty: Float = 1

  @Option(help: "How many tokens back --repeat-penalty looks.")
  var repeatLastN = 64

  @Option(help: "Seed of the random choice.")
  var seed: UInt64 = 0

  func validate() throws {
    if let problem = options.problem { throw ValidationError("--\(problem)") }
  }

  var options: SamplingOptions {
    var options = SamplingOptions(temperature: temperature)
    (options.topK, options.topP, options.minP) = (topK, topP, minP)
    (options.repeatPenalty, options.repeatLast) = (repeatPenalty, repeatLastN)
    return options
  }
}
