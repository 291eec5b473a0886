import Foundation
import Measurement
import Quantities
import TrainingCases

/// One line that says which model learns, its loss and speed, and how long the session still takes.
final class DistillProgress {
  private let line: ProgressLine
  private let plan: DistillPlan
  /// Operations of all tasks, and of those that are done.
  private let total: Double
  private var done = 0.0, doneHere = 0.0
  private var start = Date(), lastShown = Date.distantPast

  /// At most so often, on a terminal and elsewhere.
  private static let often = 0.5, seldom = 15.0

  init(_ plan: DistillPlan) {
    self.plan = plan
    total = plan.tasks.reduce(0) { $0 + plan.work($1) }
    // Two more for what comes after the training: use and speculation.
    line = ProgressLine(total: plan.tasks.count + 2)
  }

  func begin(_ title: String) { line.begin(title) }

  func begin(_ task: DistillPlan.Task) {
    if doneHere == 0 { start = Date() }
    lastShown = Date()
    line.begin("\(task.id): \(task.plan.tokens) tokens")
  }

  func show(_ moment: TrainingMoment, _ task: DistillPlan.Task) {
    let pause = Console.isTerminal ? Self.often : Self.seldom
    guard Date().timeIntervalSince(lastShown) >= pause else { return }
    lastShown = Date()
    let share = Double(moment.tokens) / Double(task.plan.tokens)
    let text =
      "\(task.id): \(Format.fixed(100 * share, 0)) %, loss \(Format.fixed(moment.loss, 3)), "
      + "\(Format.si(moment.speed))\(timeLeft(share * plan.work(task)))"
    if Console.isTerminal { line.update(text) } else { Console.note("  \(text)") }
  }

  func finish(_ task: DistillPlan.Task) {
    done += plan.work(task)
    doneHere += plan.work(task)
  }

  /// A model that an earlier part of the session finished.
  func skip(_ task: DistillPlan.Task) { done += plan.work(task) }

  func end() { line.end() }

  private func timeLeft(_ underWay: Double) -> String {
    let spent = Date().timeIntervalSince(start), worked = doneHere + underWay
    guard spent > 2, worked > 0 else { return "" }
    let left = spent / worked * max(0, total - done - underWay)
    return ", about \(Int(left.rounded(.up))) s left"
  }
}
