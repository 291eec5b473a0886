import Foundation

/// Records as text: indented, keys sorted, so that two files can be compared line by line.
package enum RecordJSON {
  /// - Throws: `.notFinite` with the field's path.
  package static func encode(_ value: some Encodable) throws(ResultsError) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return try encoder.encode(value) + Data("\n".utf8)
    } catch EncodingError.invalidValue(_, let context) {
      throw .notFinite(field: path(context.codingPath))
    } catch {
      throw .notFinite(field: "a field")
    }
  }

  /// Reads a run. Fields it does not know are ignored.
  /// - Throws: `.newerSchema`, or `.damaged` with the field that is wrong.
  package static func decodeRun(_ data: Data, path: String) throws(ResultsError) -> RunRecord {
    let schema = try decode(Schema.self, data, path: path).schema_version
    guard schema <= RunRecord.currentSchema else { throw .newerSchema(path: path, version: schema) }
    guard schema >= 1 else { throw .damaged(path: path, reason: "schema_version is \(schema)") }
    return try decode(RunRecord.self, data, path: path)
  }

  /// Reads a session of two builds.
  /// - Throws: as `decodeRun`.
  static func decodeSession(_ data: Data, path: String) throws(ResultsError) -> AgainstRecord {
    let schema = try decode(Schema.self, data, path: path).schema_version
    guard schema <= AgainstRecord.currentSchema else { throw .newerSchema(path: path, version: schema) }
    return try decode(AgainstRecord.self, data, path: path)
  }

  /// Reads a session of trainings.
  /// - Throws: as `decodeRun`.
  static func decodeDistillation(_ data: Data, path: String) throws(ResultsError) -> DistillRecord {
    let schema = try decode(Schema.self, data, path: path).schema_version
    guard schema <= DistillRecord.currentSchema else { throw .newerSchema(path: path, version: schema) }
    return try decode(DistillRecord.self, data, path: path)
  }

  private struct Schema: Decodable { let schema_version: Int }

  package static func decode<Value: Decodable>(_ type: Value.Type, _ data: Data, path: String)
    throws(ResultsError) -> Value
  {
    do {
      return try JSONDecoder().decode(type, from: data)
    } catch {
      throw .damaged(path: path, reason: reason(error))
    }
  }

  /// What is wrong with the text, in a few words with the field's path.
  static func reason(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, let context):
      "'\(Self.path(context.codingPath + [key]))' is missing"
    case DecodingError.valueNotFound(_, let context), DecodingError.typeMismatch(_, let context):
      "'\(Self.path(context.codingPath))' has the wrong type"
    case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
      "'\(Self.path(context.codingPath))' has a value that is not known"
    default: "damaged or cut short JSON"
    }
  }

  private static func path(_ keys: [any CodingKey]) -> String {
    keys.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
  }
}
