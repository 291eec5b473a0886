import Statistics

/// Which part of a corpus a window comes from; no window of one part is learned or scored as one of the other.
public enum Split: Sendable, Hashable, CaseIterable {
  case training, heldOut
}

/// Where training and evaluation get their tokens. The same arguments give the same tokens on every machine.
public protocol Corpus: Sendable {
  /// What reports call it.
  var name: String { get }
  /// Tokens are 0 ..< vocabulary.
  var vocabulary: Int { get }

  /// Window `index` of an endless series that belongs to `seed`: `length` tokens to predict, and the one in front of
  /// the first, so `length + 1` in all.
  func window(_ index: Int, length: Int, split: Split, seed: UInt64) -> [Int]
}

extension SeededGenerator {
  /// The generator of window `index`. Each number is mixed in by itself, because sequences of this generator overlap
  /// where seeds differ by multiples of its increment.
  init(seed: UInt64, split: Split, index: Int) {
    var outer = SeededGenerator(seed: seed ^ (split == .training ? 0 : 0xA5A5_5A5A_C3C3_3C3C))
    var inner = SeededGenerator(seed: outer.next() ^ UInt64(index))
    self.init(seed: inner.next())
  }

  /// A number that is uniform in [0, 1).
  mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }
}

/// What is wrong with a corpus, and what to do: one line.
public struct CorpusError: Error, Hashable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
