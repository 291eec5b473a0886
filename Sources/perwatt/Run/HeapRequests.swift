import CAllocations
import InferenceCases
import Model
import Quantities

/// How often decoding asks for memory.
enum HeapRequests {
  /// A pass of its own takes about so long at most.
  private static let longest = Seconds(0.3)

  /// Requests to the heap for one token, of all threads, in the steady state: counted in a pass of its own, which is not
  /// timed, after one token that is not counted.
  static func perToken(_ cases: InferenceCases, _ transformer: Transformer, tokenTime: Seconds)
    -> Reading<Double>
  {
    guard tokenTime < longest else {
      return .missing(reason: "one token takes \(Format.si(tokenTime)): not counted, to keep the run short")
    }
    let tokens = max(1, min(cases.lengths.generated, Int(longest / tokenTime)))
    do {
      try cases.runDecode(transformer)
      ca_begin_all()
      defer { _ = ca_end_all() }
      for _ in 0..<tokens { try cases.runDecode(transformer) }
      return .measured(Double(ca_end_all()) / Double(tokens))
    } catch {
      return .missing(reason: "\(error)")
    }
  }
}
