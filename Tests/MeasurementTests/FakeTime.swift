import Measurement
import Quantities

/// Time that only moves when work says so.
final class FakeTime {
  var seconds = 100.0
  var slept = 0.0
  /// The labels of the body calls, in order, with their iterations.
  var calls: [(label: String, iterations: Int)] = []

  var clock: Clock {
    Clock(
      now: { Seconds(self.seconds) },
      sleep: {
        self.seconds += $0.value
        self.slept += $0.value
      })
  }

  /// An alternative whose iterations take `cost` seconds each and whose check passes.
  func work(_ label: String, cost: Double, cooldown: Double = 0, error: Double = 0) -> Alternative {
    Alternative(
      label, cooldown: Seconds(cooldown),
      check: { CheckResult(metric: "nmse", error: error, tolerance: 1e-7) },
      body: { iterations in
        self.calls.append((label, iterations))
        self.seconds += cost * Double(iterations)
      })
  }
}

struct Broken: Error, CustomStringConvertible {
  let description: String
}

func makeCase(_ alternatives: [Alternative]) throws -> Case {
  try Case(id: "kernel.test", title: "test", work: Work(), alternatives: alternatives)
}

func plan(minimum: Double = 0.01, budget: Double = 10, max: Int = 12) -> SamplingPlan {
  SamplingPlan(
    minimumSample: Seconds(minimum), budget: Seconds(budget), maxSamples: max, warmUp: Seconds(0.02))
}
