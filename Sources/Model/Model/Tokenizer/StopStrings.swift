/// Lets text through until one of several strings has come. What may be the beginning of one is held back until it
/// turns out not to be. The string itself is swallowed.
public struct StopStrings: Sendable {
  private let stops: [[UInt8]]
  private var held: [UInt8] = []
  /// One of the strings has come; nothing follows.
  public private(set) var isStopped = false

  /// Stops at the first of `stops` that is complete; the longest where several end at the same place. Empty ones never come.
  public init(_ stops: [String]) { self.stops = stops.filter { !$0.isEmpty }.map { Array($0.utf8) } }

  /// What of the text so far is sure to stay, and was not given before. `text` is whole characters.
  public mutating func push(_ text: String) -> String {
    for byte in text.utf8 where !isStopped {
      held.append(byte)
      let ended = stops.filter { held.suffix($0.count).elementsEqual($0) }
      guard let longest = ended.map(\.count).max() else { continue }
      isStopped = true
      held.removeLast(longest)
    }
    return take(isStopped ? held.count : held.count - undecided)
  }

  /// What is still held back, since nothing follows.
  public mutating func finish() -> String { take(held.count) }

  private mutating func take(_ count: Int) -> String {
    defer { held.removeFirst(count) }
    return String(decoding: held.prefix(count), as: UTF8.self)
  }

  /// How many bytes at the end a string may begin with.
  private var undecided: Int {
    let lengths = stops.map { stop in
      (1..<stop.count).last { $0 <= held.count && held.suffix($0).elementsEqual(stop.prefix($0)) } ?? 0
    }
    return lengths.max() ?? 0
  }
}
