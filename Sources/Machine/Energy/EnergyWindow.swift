import Quantities
import Statistics

/// Energy of a piece of work: repeated for a window long enough for the meter.
public struct EnergyWindow: Sendable {
  /// A whole number of repetitions with marks at both ends.
  struct Part: Sendable {
    var energy: Joules
    var tokens: Tokens
    var perToken: Double { energy.value / tokens.value }
  }
  public let energy: EnergyRange
  public let length: Seconds
  public let tokens: Tokens
  /// The window in equal parts of the same work, as far as its repetitions allow.
  let parts: [Part]

  /// Repeats `work`, which handles `tokens` tokens, for at least `atLeast`; the window begins with an update of the
  /// sensor, after one repetition that warms up, and ends with a whole one. It consists of up to a dozen parts, so that no
  /// counter wraps twice unseen.
  public static func measure(
    _ meter: any EnergyMeter, atLeast: Seconds, tokens: Int, work: () throws -> Void
  ) throws -> EnergyWindow {
    let settled = MonotonicTime.now + meter.settling
    repeat { try work() } while MonotonicTime.now < settled
    meter.awaitUpdate()
    let part = min(atLeast / Double(Self.parts), meter.longestWindow / 4)
    let start = try meter.begin()
    var (marks, counts) = ([start], [Int]())
    repeat {
      // On a schedule from the beginning: what one part lasts too long does not make the parts fewer.
      let end = start.time + part * Double(counts.count + 1)
      var repetitions = 0
      var now = start.time
      repeat {
        try work()
        repetitions += 1
        now = MonotonicTime.now
      } while now < end
      marks.append(try meter.mark(at: now))
      counts.append(repetitions * tokens)
    } while marks[marks.count - 1].time - start.time < atLeast
    return try EnergyWindow(meter, marks, counts)
  }
  private static let parts = 12

  /// A meter that only multiplies time by power needs no window of its own: the time was measured already.
  public static func computed(_ meter: any EnergyMeter, length: Seconds, tokens: Int) throws -> EnergyWindow {
    let marks = [try meter.mark(at: .zero), try meter.mark(at: length)]
    return try EnergyWindow(meter, marks, [tokens])
  }

  /// - Parameter marks: one more than `tokens`.
  init(_ meter: any EnergyMeter, _ marks: [EnergyMark], _ tokens: [Int]) throws(EnergyError) {
    var ranges: [EnergyRange] = []
    for (start, end) in zip(marks, marks.dropFirst()) {
      ranges.append(try meter.energy(from: start, to: end))
    }
    energy = EnergyRange(sum: ranges)
    length = marks[marks.count - 1].time - marks[0].time
    self.tokens = Tokens(tokens.reduce(0, +))
    parts = zip(ranges, tokens).map { Part(energy: $0.central, tokens: Tokens($1)) }
  }

  /// The smallest ratio that the meter could tell from none, minus one: the same work against itself, part by part, in
  /// the order A B B A, and the farther end of the median's interval of 95 %.
  public var smallestDifference: Reading<Double> {
    var ratios: [Double] = []
    for pair in 0..<parts.count / 2 {
      let (first, second) = (parts[2 * pair].perToken, parts[2 * pair + 1].perToken)
      ratios.append(pair.isMultiple(of: 2) ? first / second : second / first)
    }
    // Six pairs are the fewest that bound a median with 95 %.
    let interval = ratios.count < 6 ? nil : MedianInterval(of: ratios)
    guard let interval, interval.confidence >= 0.95 else {
      return .missing(reason: "the window holds \(parts.count) parts of whole repetitions, fewer than 12")
    }
    return .measured(max(interval.high, 1 / interval.low) - 1)
  }
}

extension EnergyRange {
  /// Windows that follow one another.
  public init(sum ranges: [EnergyRange]) {
    func total(_ part: KeyPath<EnergyRange, Joules>) -> Joules {
      Joules(ranges.reduce(0) { $0 + $1[keyPath: part].value })
    }
    let memory = ranges.compactMap(\.memory.value)
    let reason = ranges.lazy.compactMap(\.memory.reason).first
    self.init(
      low: total(\.low), central: total(\.central), high: total(\.high),
      memory: reason.map { .missing(reason: $0) } ?? .measured(Joules(memory.reduce(0) { $0 + $1.value })))
    let counts = ranges.compactMap(\.readings)
    readings = counts.isEmpty ? nil : counts.reduce(0, +)
    var seen: Set<String> = []
    notes = ranges.flatMap(\.notes).filter { seen.insert($0).inserted }
  }
}
