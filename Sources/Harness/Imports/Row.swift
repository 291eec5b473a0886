import Foundation

/// What one object, line or statement of a file says, by the file's own names.
struct Row {
  let file: String
  /// Where it begins, from 1.
  let line: Int
  let fields: [String: Field]

  func error(_ reason: String) -> ImportError { ImportError(file: file, line: line, reason: reason) }

  /// The first field, by name, of what was run that is not as in `other`; what was measured may differ.
  func difference(from other: Row) -> String? {
    let measured: Set = [
      "avg", "stddev", "samples", "ts", "itl", "ttft", "check", "peer", "t", "speed", "test",
    ]
    let names = Set(fields.keys).union(other.fields.keys).filter { name in
      !measured.contains(String(name.prefix { $0 != "_" }))
    }
    return names.sorted().first { fields[$0] != other.fields[$0] }
  }

  func has(_ name: String) -> Bool { fields[name] != nil }

  /// A text that is not empty.
  func text(_ name: String) -> String? {
    switch fields[name] {
    case .text(let text): text.isEmpty ? nil : text
    case .number(let number):
      number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
    case .flag(let flag): flag ? "1" : "0"
    case .numbers, nil: nil
    }
  }

  /// A number; CSV and SQL have it as text.
  /// - Throws: `ImportError` for anything else.
  func number(_ name: String) throws(ImportError) -> Double? {
    switch fields[name] {
    case nil: return nil
    case .number(let number): return number
    case .flag(let flag): return flag ? 1 : 0
    case .text(let text):
      if text.isEmpty { return nil }
      if let number = Double(text), number.isFinite { return number }
      throw error("\(name) '\(text.prefix(40))' is not a number")
    case .numbers: throw error("\(name) is a list, not a number")
    }
  }

  /// A whole number in a range that a benchmark can have.
  /// - Throws: `ImportError` for anything else.
  func count(_ name: String, from least: Int = 0) throws(ImportError) -> Int? {
    guard let number = try number(name) else { return nil }
    guard number == number.rounded(), number >= Double(least), number <= 1e15 else {
      throw error("\(name) is \(number): not a whole number from \(least)")
    }
    return Int(number)
  }

  /// A duration or a rate.
  /// - Throws: `ImportError` for what is not above zero.
  func positive(_ name: String) throws(ImportError) -> Double? {
    guard let number = try number(name) else { return nil }
    guard number > 0 else { throw error("\(name) is \(number): a time or rate is above zero") }
    return number
  }

  /// A list of durations or rates; nil where it is empty.
  /// - Throws: `ImportError` for what is not above zero.
  func positives(_ name: String) throws(ImportError) -> [Double]? {
    guard case .numbers(let numbers) = fields[name], !numbers.isEmpty else { return nil }
    if let wrong = numbers.first(where: { !($0 > 0) }) {
      throw error("\(name) holds \(wrong): a time or rate is above zero")
    }
    return numbers
  }
}

/// A value of any of the formats. A null is no field.
enum Field: Hashable {
  case text(String)
  case number(Double)
  case flag(Bool)
  case numbers([Double])
}

extension Field: Decodable {
  /// - Throws: `DecodingError` for nested objects and the like, which nothing here reads.
  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let flag = try? value.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? value.decode(Double.self) {
      self = .number(number)
    } else if let text = try? value.decode(String.self) {
      self = .text(text)
    } else {
      self = .numbers(try value.decode([Double].self))
    }
  }
}
