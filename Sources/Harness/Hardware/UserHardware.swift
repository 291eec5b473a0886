import Foundation

/// Why a file of machines was refused: one line that says what is wrong, where, and what to do.
public enum HardwareError: Error, Hashable, CustomStringConvertible {
  case unreadable(path: String)
  case notJSON(path: String)
  case newerSchema(path: String, version: Int)
  /// `entry` is the machine's id, or its place in the file.
  case field(path: String, entry: String, field: String, fault: String)
  case duplicate(path: String, id: String)

  public var description: String {
    switch self {
    case .unreadable(let path): "\(path): cannot be read; check the name and its permissions"
    case .notJSON(let path):
      "\(path): not whole JSON; write {\"schema_version\": 1, \"machines\": […]} as hardware.schema.json has it"
    case .newerSchema(let path, let version):
      "\(path): schema_version \(version) is not \(UserHardware.currentSchema); update perwatt to read it"
    case .field(let path, let entry, let field, let fault): "\(path): \(entry): \(field) \(fault)"
    case .duplicate(let path, let id): "\(path): \(id): id is taken already; choose another one"
    }
  }
}

/// A file with machines of the user's own; `hardware.schema.json` describes it.
public struct UserHardware: Codable, Sendable {
  public static let currentSchema = 1

  public let schemaVersion: Int
  public let machines: [HardwareEntry]

  public init(_ machines: [HardwareEntry]) { (schemaVersion, self.machines) = (Self.currentSchema, machines) }

  private enum CodingKeys: String, CodingKey {
    case machines
    case schemaVersion = "schema_version"
  }

  /// Reads the machines of a file.
  ///
  /// - Throws: `HardwareError`, with file, machine and field.
  public static func load(_ path: String) throws(HardwareError) -> [HardwareEntry] {
    guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable(path: path) }
    return try parse(data, path: path)
  }

  /// As `load`, from bytes; `path` is for messages.
  public static func parse(_ data: Data, path: String) throws(HardwareError) -> [HardwareEntry] {
    do {
      let file = try JSONDecoder().decode(UserHardware.self, from: data)
      guard file.schemaVersion == currentSchema else {
        throw HardwareError.newerSchema(path: path, version: file.schemaVersion)
      }
      return file.machines
    } catch let error as HardwareError {
      throw error
    } catch {
      throw fault(error, data, path)
    }
  }

  /// The file as JSON, in the layout that `load` reads.
  public func json() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(self) + Data("\n".utf8)
  }

  private static func fault(_ error: any Error, _ data: Data, _ path: String) -> HardwareError {
    let (keys, fault): ([any CodingKey], String)
    switch error {
    case DecodingError.keyNotFound(let key, let context):
      (keys, fault) = (context.codingPath + [key], "is missing: add it")
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      (keys, fault) = (context.codingPath, "has the wrong type; see hardware.schema.json")
    case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
      (keys, fault) = (context.codingPath, context.debugDescription)
    default: return .notJSON(path: path)
    }
    guard keys.count > 1, keys[0].stringValue == CodingKeys.machines.stringValue, let index = keys[1].intValue
    else { return .field(path: path, entry: "the file", field: keys.fieldPath, fault: fault) }
    let entry = ids(data, index) ?? "machine \(index + 1)"
    let rest = Array(keys.dropFirst(2))
    return .field(path: path, entry: entry, field: rest.isEmpty ? "it" : rest.fieldPath, fault: fault)
  }

  /// The id of a machine in a file that is faulty elsewhere.
  private static func ids(_ data: Data, _ index: Int) -> String? {
    struct Names: Decodable {
      struct Name: Decodable { var id: String? }
      var machines: [Name]
    }
    guard let names = try? JSONDecoder().decode(Names.self, from: data).machines,
      names.indices.contains(index)
    else { return nil }
    return names[index].id
  }
}

extension [any CodingKey] {
  /// `power_w.2.boundary`, counted from 1.
  fileprivate var fieldPath: String {
    map { $0.intValue.map { "\($0 + 1)" } ?? $0.stringValue }.joined(separator: ".")
  }
}
