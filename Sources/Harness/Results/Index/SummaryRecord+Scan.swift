import Foundation
import Measurement
import Quantities

extension SummaryRecord {
  /// Reads a run's text as it is usually written, in a fifth of the time; nil where anything in it is unusual. Cases are
  /// most of what a summary needs, and taken up here; the rest is decoded as ever.
  init?(scanning text: Data) {
    var head = Data("{".utf8), cases: [Case]?
    let isRead: ()? = text.withUnsafeBytes { bytes in
      try? Self.scan(bytes) { (name, scanner) throws(JSONScanner.Unusual) in
        switch name {
        case "cases": cases = try scanner.cases()
        case "schema_version", "origin", "machine", "protocol", "benches", "validity":
          head.append(contentsOf: "\"".utf8)
          head.append(contentsOf: name.bytes)
          head.append(contentsOf: "\":".utf8)
          head.append(contentsOf: try scanner.value())
          head.append(contentsOf: ",".utf8)
        default: try scanner.value()
        }
      }
    }
    head.append(contentsOf: "\"cases\":[]}".utf8)
    guard isRead != nil, let cases,
      var record = try? JSONDecoder().decode(SummaryRecord.self, from: SampleLists.emptied(in: head))
    else { return nil }
    record.cases = cases
    self = record
  }

  /// The members of the record, each once.
  private static func scan(
    _ bytes: UnsafeRawBufferPointer,
    _ member: (JSONScanner.Name, inout JSONScanner) throws(JSONScanner.Unusual) -> Void
  ) throws(JSONScanner.Unusual) {
    var scanner = JSONScanner(bytes)
    try scanner.members(member)
    try scanner.end()
  }
}

extension JSONScanner {
  fileprivate mutating func cases() throws(Unusual) -> [SummaryRecord.Case] {
    var cases: [SummaryRecord.Case] = []
    try elements { scanner throws(Unusual) in cases.append(try scanner.measured()) }
    return cases
  }

  private mutating func measured() throws(Unusual) -> SummaryRecord.Case {
    var (id, title, group): (String?, String?, String?)
    var work: Work?, alternatives: [SummaryRecord.Alternative]?
    try members { (name, scanner) throws(Unusual) in
      switch name {
      case "id": id = try scanner.string()
      case "title": title = try scanner.string()
      case "group": group = try scanner.string()
      case "work": work = try scanner.work()
      case "alternatives":
        var found: [SummaryRecord.Alternative] = []
        try scanner.elements { scanner throws(Unusual) in found.append(try scanner.alternative()) }
        alternatives = found
      default: try scanner.value()
      }
    }
    guard let id, let title, let group, let work, let alternatives else { throw Unusual() }
    return SummaryRecord.Case(id: id, title: title, group: group, work: work, alternatives: alternatives)
  }

  private mutating func alternative() throws(Unusual) -> SummaryRecord.Alternative {
    var label: String?, status: AlternativeRecord.Status?, time: MedianTime?
    try members { (name, scanner) throws(Unusual) in
      switch name {
      case "label": label = try scanner.string()
      case "status": status = AlternativeRecord.Status(rawValue: try scanner.string())
      case "time": time = try scanner.time()
      default: try scanner.value()
      }
    }
    guard let label, let status else { throw Unusual() }
    return SummaryRecord.Alternative(label: label, status: status, time: time)
  }

  private mutating func time() throws(Unusual) -> MedianTime {
    var (median, low, high, confidence): (Double?, Double?, Double?, Double?)
    try members { (name, scanner) throws(Unusual) in
      switch name {
      case "median_s": median = try scanner.number()
      case "low_s": low = try scanner.number()
      case "high_s": high = try scanner.number()
      case "confidence": confidence = try scanner.number()
      default: try scanner.value()
      }
    }
    guard let median, let low, let high, let confidence else { throw Unusual() }
    return MedianTime(median: median, low: low, high: high, confidence: confidence)
  }

  private mutating func work() throws(Unusual) -> Work {
    var work = Work()
    try members { (name, scanner) throws(Unusual) in
      switch name {
      case "flops": work.flops = FLOPs(try scanner.number())
      case "bytes": work.bytes = Bytes(try scanner.number())
      case "tokens": work.tokens = Tokens(try scanner.number())
      default: try scanner.value()
      }
    }
    return work
  }
}
