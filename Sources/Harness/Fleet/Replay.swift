import Foundation
import Quantities
import Results
import Statistics

/// A stored record as the text of any number of nodes: the record's own text without samples, in which the times are drawn
/// anew for each node.
struct Replay: Sendable {
  /// Text before each time, and the time.
  private var pieces: [(text: Data, time: Double)] = []
  private var rest = Data()
  /// Spread of the logarithm of each alternative's times between runs; as many as there are `high_s`.
  private var spreads: [Double] = []

  /// - Throws: `ResultsError` where the record cannot be written.
  init(_ record: RunRecord) throws(ResultsError) {
    var bare = record
    for index in bare.cases.indices {
      bare.cases[index].alternatives = record.cases[index].alternatives.map(Self.bare)
      spreads += bare.cases[index].alternatives.compactMap { $0.time.map(Self.spread) }
    }
    (bare.claims, bare.notes, bare.meters, bare.noise, bare.conditions, bare.sustained) = (
      [], [], nil, nil, nil, nil
    )
    cut(String(decoding: try RecordJSON.encode(bare), as: UTF8.self))
  }

  /// Without what no figure of a fleet is made of.
  private static func bare(_ alternative: AlternativeRecord) -> AlternativeRecord {
    var bare = alternative
    (bare.samples, bare.rounds, bare.outliers, bare.counts) = ([], [], nil, nil)
    bare.check = .missing(reason: "replayed")
    return bare
  }

  /// Half of a 95 % interval is 1.96 standard errors.
  private static func spread(_ time: MedianTime) -> Double {
    time.median.value > 0 ? max(0, (time.high - time.low) / time.median / (2 * 1.96)) : 0
  }

  /// Keys are sorted, so that a time's `high_s` comes before its `low_s` and `median_s`.
  private mutating func cut(_ text: String) {
    var last = text.startIndex
    for match in text.matches(of: /"(?:high|low|median)_s" : ([0-9.eE+-]+)/) {
      guard let time = Double(match.1) else { continue }
      pieces.append((Data(text[last..<match.1.startIndex].utf8), time))
      last = match.1.endIndex
    }
    rest = Data(text[last...].utf8)
  }

  /// The text of a node whose times are all `factor` times as long.
  func text(factor: Double, _ generator: inout SeededGenerator) -> Data {
    var text = Data(capacity: rest.count * 2)
    var (alternative, draw) = (0, factor)
    for (index, piece) in pieces.enumerated() {
      if index % 3 == 0 {
        let spread = alternative < spreads.count ? spreads[alternative] : 0
        draw = factor * Noise.logNormal(spread, &generator)
        alternative += 1
      }
      text.append(piece.text)
      text.append(contentsOf: "\(piece.time * draw)".utf8)
    }
    text.append(rest)
    return text
  }
}

enum Noise {
  /// exp of a normal number with mean 0 and this deviation (Box and Muller 1958).
  static func logNormal(_ deviation: Double, _ generator: inout SeededGenerator) -> Double {
    let (u, v) = (
      Double.random(in: 1e-12..<1, using: &generator), Double.random(in: 0..<1, using: &generator)
    )
    return exp(deviation * (-2 * log(u)).squareRoot() * cos(2 * .pi * v))
  }
}
