import Quantities

extension HardwareFigure: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case what, value, low, high, tag, source, date, boundary, note
  }

  /// Decodes `{"what": "peak", "value": 17e9, "tag": "P", "source": "…", "date": "2026-11"}`, with `low` and `high` in
  /// the place of `value` where sources disagree.
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownFields(CodingKeys.self)
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    what = try fields.choice(Kind.self, .what)
    (low, high) = try Self.range(fields)
    tag = try fields.choice(SourceTag.self, .tag)
    source = try fields.decode(String.self, forKey: .source)
    date = try fields.decode(String.self, forKey: .date)
    boundary = fields.contains(.boundary) ? try fields.choice(PowerBoundary.self, .boundary) : nil
    note = try fields.decodeIfPresent(String.self, forKey: .note)
    try check(fields)
  }

  private static func range(_ fields: KeyedDecodingContainer<CodingKeys>) throws -> (Q, Q) {
    if fields.contains(.value) {
      let value = try fields.positive(.value)
      return (Q(value), Q(value))
    }
    guard fields.contains(.low), fields.contains(.high) else {
      throw fields.fault(.value, "is missing: give a number, or low and high where sources disagree")
    }
    let (low, high) = (try fields.positive(.low), try fields.positive(.high))
    guard low <= high else { throw fields.fault(.low, "is above high: exchange them") }
    return (Q(low), Q(high))
  }

  private func check(_ fields: KeyedDecodingContainer<CodingKeys>) throws {
    if source.allSatisfy(\.isWhitespace) {
      throw fields.fault(.source, "is empty: name the document and its address")
    }
    if date.wholeMatch(of: /\d{4}-(0[1-9]|1[0-2])(-\d\d)?/) == nil {
      throw fields.fault(.date, "is '\(date)': write yyyy-mm, such as 2026-11")
    }
    if Q.self == Watts.self, boundary == nil {
      let list = PowerBoundary.allCases.map(\.rawValue).joined(separator: ", ")
      throw fields.fault(.boundary, "is missing: say what the watts cover, one of \(list)")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(what, forKey: .what)
    if isRange {
      try fields.encode(low, forKey: .low)
      try fields.encode(high, forKey: .high)
    } else {
      try fields.encode(low, forKey: .value)
    }
    try fields.encode(tag, forKey: .tag)
    try fields.encode(source, forKey: .source)
    try fields.encode(date, forKey: .date)
    try fields.encodeIfPresent(boundary, forKey: .boundary)
    try fields.encodeIfPresent(note, forKey: .note)
  }
}

extension HardwareEntry {
  public init(from decoder: any Decoder) throws {
    try decoder.refuseUnknownFields(CodingKeys.self)
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    id = try fields.decode(String.self, forKey: .id)
    guard id.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)*/) != nil else {
      throw fields.fault(.id, "is '\(id)': use lower-case letters, digits and hyphens, such as my-board-2")
    }
    name = try fields.decode(String.self, forKey: .name)
    if name.allSatisfy(\.isWhitespace) { throw fields.fault(.name, "is empty: name the machine") }
    kind = try fields.choice(Kind.self, .kind)
    peaks = try fields.decodeIfPresent([Peak].self, forKey: .peaks) ?? []
    bandwidth = try fields.decodeIfPresent([Bandwidth].self, forKey: .bandwidth) ?? []
    memory = try fields.decodeIfPresent([Memory].self, forKey: .memory) ?? []
    power = try fields.decodeIfPresent([Power].self, forKey: .power) ?? []
    price = try fields.decodeIfPresent([Price].self, forKey: .price) ?? []
    byteDotProduct = try fields.decodeIfPresent(ByteDotProduct.self, forKey: .byteDotProduct)
    notes = try fields.decodeIfPresent([String].self, forKey: .notes) ?? []
  }
}

private struct AnyKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }
  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension Decoder {
  /// A field with a misspelt name would be lost without a word.
  fileprivate func refuseUnknownFields<Key: CodingKey & CaseIterable>(_ known: Key.Type) throws {
    let names = known.allCases.map(\.stringValue)
    let fields = try container(keyedBy: AnyKey.self)
    let strange = fields.allKeys.filter { !names.contains($0.stringValue) }
    if let key = strange.min(by: { $0.stringValue < $1.stringValue }) {
      throw fields.fault(key, "is not a known field: use \(names.joined(separator: ", "))")
    }
  }
}

extension KeyedDecodingContainer {
  /// `fault` says what is wrong and what to do; the path is that of `key`.
  fileprivate func fault(_ key: Key, _ fault: String) -> DecodingError {
    .dataCorrupted(.init(codingPath: codingPath + [key], debugDescription: fault))
  }

  fileprivate func positive(_ key: Key) throws -> Double {
    let value = try decode(Double.self, forKey: key)
    guard value > 0, value.isFinite else { throw fault(key, "is \(value): give a number above zero") }
    return value
  }

  fileprivate func choice<Choice: RawRepresentable & CaseIterable>(_ type: Choice.Type, _ key: Key) throws
    -> Choice where Choice.RawValue == String
  {
    let text = try decode(String.self, forKey: key)
    guard let choice = Choice(rawValue: text) else {
      let list = type.allCases.map(\.rawValue).joined(separator: ", ")
      throw fault(key, "is '\(text)': use one of \(list)")
    }
    return choice
  }
}
