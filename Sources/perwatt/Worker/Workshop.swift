import InferenceCases
import KernelCases
import Kernels
import Measurement
import Parallel
import Quantities

/// The cases of one process, and the one that is at hand.
final class Workshop {
  private var sets: [any KernelSet] = []
  private var isFull = false
  /// Not yet prepared: their operands are made when they are first used, and go with them.
  private var waiting: [String: Case] = [:]
  private var current: (measured: Case, alternative: Alternative)?
  private var extraWork = ExtraWork()
  private let clock = Clock.monotonic

  /// The answer; what goes wrong is told in it.
  func answer(_ request: WorkerRequest) -> WorkerReply {
    do {
      switch request.request {
      case .list: return try list(request)
      case .prepare: return try prepare(request)
      case .sample: return try sample(request)
      case .spin: return time { extraWork.run(steps: request.extra ?? 0) }
      }
    } catch {
      return WorkerReply(error: "\(error)")
    }
  }

  private func list(_ request: WorkerRequest) throws -> WorkerReply {
    let threads = request.threads ?? 1
    guard (1...1024).contains(threads) else { throw Failure("\(threads) threads") }
    let pool = ThreadPool(threads: threads)
    sets = try (request.backends ?? ["simd"]).map { try Backends.make($0, pool: pool) }
    isFull = request.full == true
    let cases = try cases()
    waiting = Dictionary(uniqueKeysWithValues: cases.map { ($0.id, $0) })
    let listed = cases.flatMap { measured in
      measured.alternatives.filter { $0.skipReason == nil }.map {
        WorkerCase(id: measured.id, title: measured.title, label: $0.label, work: measured.work.inWords)
      }
    }
    return WorkerReply(cases: listed)
  }

  private func prepare(_ request: WorkerRequest) throws -> WorkerReply {
    let (id, label) = (request.id ?? "", request.label ?? "")
    let measured = try take(id)
    guard let alternative = measured.alternatives.first(where: { $0.label == label && $0.skipReason == nil })
    else { throw Failure("\(id) has no backend \(label)") }
    current = (measured, alternative)
    if request.check == true, let check = try alternative.check?(), !check.passed {
      throw Failure(
        "its check failed: \(check.metric) \(check.error) is above the tolerance \(check.tolerance)")
    }
    return WorkerReply(cooldown: alternative.cooldown.value)
  }

  /// Lets go of the case at hand first, so that the operands of two are never in memory at once.
  private func take(_ id: String) throws -> Case {
    if let current, current.measured.id == id { return current.measured }
    current = nil
    if let measured = waiting.removeValue(forKey: id) { return measured }
    guard let again = try cases().first(where: { $0.id == id }) else {
      throw Failure("there is no case \(id)")
    }
    return again
  }

  private func cases() throws -> [Case] {
    try KernelCases.judged(sets: sets, isFull: isFull) + InferenceCases.judged(sets: sets)
  }

  private func sample(_ request: WorkerRequest) throws -> WorkerReply {
    guard let current else { throw Failure("nothing is prepared") }
    guard let iterations = request.iterations, iterations > 0 else { throw Failure("no iterations") }
    guard let extra = request.extra, extra > 0 else {
      return try time { try current.alternative.body(iterations) }
    }
    return try time {
      for _ in 0..<iterations {
        try current.alternative.body(1)
        extraWork.run(steps: extra)
      }
    }
  }

  private func time(_ work: () throws -> Void) rethrows -> WorkerReply {
    let start = clock.now()
    try work()
    return WorkerReply(elapsed: (clock.now() - start).value)
  }
}

extension Work {
  /// `flops 2.7e+08 bytes 3145728.0`.
  fileprivate var inWords: String {
    let parts = [("flops", flops?.value), ("bytes", bytes?.value), ("tokens", tokens?.value)]
    return parts.compactMap { name, value in value.map { "\(name) \($0)" } }.joined(separator: " ")
  }
}
