import Foundation
import Machine
import Measurement
import Quantities

extension SummaryRecord {
  /// Reads a run's text as it is usually written, in a tenth of the time; nil where anything in it is unusual. Cases are
  /// most of what a summary needs, and taken up here; the rest is decoded as ever, but once where many texts share it.
  init?(scanning text: UnsafeRawBufferPointer, _ known: inout KnownParts) {
    var scanner = JSONScanner(text)
    guard let record = try? scanner.record(&known) else { return nil }
    self = record
  }
}

/// What is the same in many runs, by its text.
struct KnownParts {
  struct Parts<Value> {
    /// Enough for what differs within a folder.
    private static var most: Int { 16 }
    private var parts: [(text: [UInt8], value: Value)] = []

    mutating func value<Failure: Error>(_ text: [UInt8], orElse make: () throws(Failure) -> Value)
      throws(Failure)
      -> Value
    {
      if let known = parts.first(where: { $0.text == text }) { return known.value }
      let value = try make()
      if parts.count == Self.most { parts = [] }
      parts.append((text, value))
      return value
    }
  }

  var origins = Parts<RunOrigin>()
  var machines = Parts<MachineFacts>()
  var protocols = Parts<RunProtocol>()
  var validities = Parts<Validity>()
}

extension JSONScanner {
  fileprivate mutating func record(_ known: inout KnownParts) throws(Unusual) -> SummaryRecord {
    var schema: Int?, origin: RunOrigin?, machine: MachineFacts?, used: RunProtocol?, validity: Validity?
    var cases: [SummaryRecord.Case]?, benches: [SummaryRecord.Bench] = []
    try members { (name, scanner) throws(Unusual) in
      switch name {
      case "schema_version": schema = Int(String(decoding: try scanner.value(), as: UTF8.self))
      case "origin":
        origin = try Self.decoded(try scanner.value(), but: Self.differingOrigin, &known.origins)
      case "machine":
        machine = try Self.decoded(try scanner.value(), but: Self.differingState, &known.machines)
      case "protocol": used = try Self.decoded(try scanner.value(), &known.protocols)
      case "validity": validity = try Self.decoded(try scanner.value(), &known.validities)
      case "benches": benches = try Self.decoded(try scanner.value())
      case "cases": cases = try scanner.cases()
      default: try scanner.value()
      }
    }
    try end()
    guard let schema, schema <= RunRecord.currentSchema, let origin, let machine, let used, let cases,
      let validity
    else { throw Unusual() }
    return SummaryRecord(
      origin: origin, machine: machine, used: used, cases: cases, benches: benches, validity: validity)
  }

  private static func decoded<Value: Decodable>(_ text: UnsafeRawBufferPointer) throws(Unusual) -> Value {
    let text = SampleLists.emptied(in: Data(text))
    guard let value = try? JSONDecoder().decode(Value.self, from: text) else { throw Unusual() }
    return value
  }

  private static func decoded<Value: Decodable>(
    _ text: UnsafeRawBufferPointer, _ known: inout KnownParts.Parts<Value>
  ) throws(Unusual) -> Value {
    try known.value(Array(text)) { () throws(Unusual) in try decoded(text) }
  }

  /// What a text says that is like a known one but for the values of some members.
  private static func decoded<Value: Decodable>(
    _ text: UnsafeRawBufferPointer, but differing: [Differing<Value>], _ known: inout KnownParts.Parts<Value>
  ) throws(Unusual) -> Value {
    var (common, changes): ([UInt8], [(inout Value) -> Void]) = ([], [])
    common.reserveCapacity(text.count)
    var scanner = JSONScanner(text)
    try scanner.members { (name, scanner) throws(Unusual) in
      let value = try scanner.value()
      // Neither a name nor a value ends at a quotation mark of the other, so that two texts stay two.
      common += name.bytes
      common += "\"".utf8
      if let change = differing.first(where: { $0.name ~= name })?.change(value) {
        changes.append(change)
      } else {
        common += value
      }
      common += ",".utf8
    }
    var found = try known.value(common) { () throws(Unusual) in try decoded(text) }
    for change in changes { change(&found) }
    return found
  }

  /// A member whose value is another in every run.
  private struct Differing<Value>: Sendable {
    let name: StaticString
    /// What its text changes; nil where the text is unusual.
    let change: @Sendable (UnsafeRawBufferPointer) -> ((inout Value) -> Void)?
  }

  private static let differingState: [Differing<MachineFacts>] = [
    .init(name: "load_average") { text in
      measured(text).map { number in { $0.loadAverage = .measured(number) } }
    },
    .init(name: "steal_share") { text in
      measured(text).map { number in { $0.stealShare = .measured(number) } }
    },
    .init(name: "memory_available_bytes") { text in
      measured(text).map { number in { $0.memoryAvailable = .measured(Bytes(number)) } }
    },
    .init(name: "swap_used_bytes") { text in
      measured(text).map { number in { $0.swapUsed = .measured(Bytes(number)) } }
    },
    .init(name: "temperature_celsius") { text in
      measured(text).map { number in { $0.temperature = .measured(number) } }
    },
  ]

  private static let differingOrigin: [Differing<RunOrigin>] = [
    .init(name: "started") { text in
      var scanner = JSONScanner(text)
      return (try? scanner.string()).map { started in { $0.started = started } }
    },
    .init(name: "commit") { text in commit(text).map { commit in { $0.commit = .measured(commit) } } },
  ]

  /// The number of a reading that has nothing but one.
  private static func measured(_ text: UnsafeRawBufferPointer) -> Double? {
    only("value", of: text) { scanner throws(Unusual) in try scanner.number() }
  }

  private static func commit(_ text: UnsafeRawBufferPointer) -> Commit? {
    only("value", of: text) { scanner throws(Unusual) in
      var (hash, dirty): (String?, Bool?)
      try scanner.members { (name, scanner) throws(Unusual) in
        switch name {
        case "hash": hash = try scanner.string()
        case "dirty": dirty = Bool(String(decoding: try scanner.value(), as: UTF8.self))
        default: throw Unusual()
        }
      }
      guard let hash, let dirty else { throw Unusual() }
      return Commit(hash: hash, dirty: dirty)
    }
  }

  /// The value of an object's only member; nil where there is another one.
  private static func only<Value>(
    _ wanted: StaticString, of text: UnsafeRawBufferPointer,
    _ take: (inout JSONScanner) throws(Unusual) -> Value
  ) -> Value? {
    var (scanner, value) = (JSONScanner(text), Value?.none)
    let isRead: ()? = try? scanner.members { (name, scanner) throws(Unusual) in
      guard wanted ~= name else { throw Unusual() }
      value = try take(&scanner)
    }
    return isRead.flatMap { value }
  }

  private mutating func cases() throws(Unusual) -> [SummaryRecord.Case] {
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
      case "samples_s", "rounds", "outliers": try scanner.samples()
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
