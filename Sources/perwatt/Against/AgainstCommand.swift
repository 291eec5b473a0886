import ArgumentParser
import Foundation
import Machine
import Quantities
import Results

/// `perwatt against`: is this build faster or slower than that one?
struct AgainstCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "against", abstract: "Compare with another build.")
  @OptionGroup var threads: ThreadOptions
  @Option var binary: String
  @Option var budget = 60.0
  @Option var blocks = 12
  @Option var sample = 0.003
  @Option var filter: String?
  @Option var inject: String?
  @Option var out: String

  func run() throws {
    Interrupt.watch()
    let plan = AgainstPlan(
      budget: Seconds(budget), blocks: blocks, minimumSample: Seconds(sample), threads: threads.count,
      full: false, backends: ["simd"])
    let inj = inject.map { text in
      let parts = text.split(separator: "=")
      return AgainstSession.Injection(id: String(parts[0]), share: Double(parts[1])!)
    }
    let session = AgainstSession(
      .init(reference: binary, candidate: binary), plan: plan, injection: inj, progress: Console.note)
    let (both, notes) = try session.cases()
    for n in notes { Console.note(n) }
    let wanted = both.filter { c in filter.map { $0.split(separator: ",").contains { c.id.contains($0) } } ?? true }
    let (cases, _) = session.run(wanted, budget: Seconds(budget))
    for c in cases where c.reason != nil { Console.note("\(c.id): \(c.reason!)") }
    try JSONEncoder().encode(cases).write(to: URL(filePath: out))
  }
}
