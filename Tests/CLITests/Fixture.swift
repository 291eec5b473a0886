import FileTrees
import Foundation
import Testing

/// The model in Tests/Fixtures, what is known about it, and damaged copies of it.
enum Fixture {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures")
  static let model = folder.appending(path: "stories260K-f32.gguf").path

  /// What is stored in the repository, and one run of it.
  static let results = folder.deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "results").path
  static let run = results + "/amd-epyc-2c/2026-11-21-ea47ae2154-run.json"

  struct Golden: Decodable {
    struct Case: Decodable {
      var prompt: String
      var promptTokens: [Int]
      var text: String
      var logitsAfterPrompt: [Double]
    }
    var cases: [Case]
  }
  static func golden() throws -> [Golden.Case] {
    try decode(Golden.self, Data(contentsOf: folder.appending(path: "stories260K.golden.json"))).cases
  }

  /// What `perwatt logits` prints; the float64 fixture has the same layout.
  struct Logits: Decodable {
    struct Position: Decodable {
      var pos: Int
      var argmax: Int
      var logits: [Double]
    }
    var model: String
    var tokens: [Int]
    var positions: [Position]
  }
  static func everyPosition() throws -> Logits {
    try decode(Logits.self, Data(contentsOf: folder.appending(path: "stories260K.logits.json")))
  }
  static func decode<T: Decodable>(_ type: T.Type, _ data: Data) throws -> T {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: data)
  }

  /// A copy of the model with a further text in its metadata, under `name` in `tree`.
  static func model(with key: String, _ text: String, in tree: FileTree) throws -> String {
    var bytes = try Data(contentsOf: URL(filePath: model))
    // The data behind the header stay aligned: what is added is a multiple of 32 bytes.
    let padding = 32 - (8 + key.utf8.count + 4 + 8 + text.utf8.count) % 32
    let value = text + String(repeating: " ", count: padding)
    let added = le(key.utf8.count) + Data(key.utf8) + le(UInt32(8)) + le(value.utf8.count) + Data(value.utf8)
    let count = bytes[16..<24].reversed().reduce(0) { $0 << 8 | Int($1) }
    bytes.replaceSubrange(16..<24, with: le(count + 1) + added)
    try tree.write(bytes, to: "/m.gguf")
    return tree.folder + "/m.gguf"
  }
  private static func le(_ value: some FixedWidthInteger) -> Data {
    withUnsafeBytes(of: value.littleEndian) { Data($0) }
  }

  /// A copy of the model with a fault in it, under `name` in `tree`.
  static func damaged(_ fault: Fault, in tree: FileTree) throws -> String {
    var bytes = try Data(contentsOf: URL(filePath: model))
    try fault.apply(to: &bytes)
    try tree.write(bytes, to: "/m.gguf")
    return tree.folder + "/m.gguf"
  }
}

/// Ways to damage the model. The tensor is `output.weight`, shape [64, 512]: name, u32 dimensions, u64 each, u32 type,
/// u64 offset (ggml-org/ggml `docs/gguf.md`).
enum Fault: Hashable, Sendable {
  case truncated(to: Int)
  case offset(UInt64), dimension(UInt64), type(UInt32)
  case architecture

  func apply(to bytes: inout Data) throws {
    switch self {
    case .truncated(let count): bytes = bytes.prefix(count)
    case .dimension(let value): try bytes.patch(value, after: "output.weight", by: 4)
    case .type(let value): try bytes.patch(value, after: "output.weight", by: 4 + 16)
    case .offset(let value): try bytes.patch(value, after: "output.weight", by: 4 + 16 + 4)
    case .architecture:
      let name = try #require(bytes.range(of: Data("llama".utf8)))
      bytes.replaceSubrange(name, with: Data("mamba".utf8))
    }
  }
}

extension Data {
  fileprivate mutating func patch(_ value: some FixedWidthInteger, after name: String, by distance: Int)
    throws
  {
    // Other tensors' names end alike; this one's length stands right in front of it.
    let length = Swift.withUnsafeBytes(of: UInt64(name.utf8.count).littleEndian) { Data($0) }
    let start = try #require(range(of: length + Data(name.utf8))).upperBound + distance
    let new = Swift.withUnsafeBytes(of: value.littleEndian) { Data($0) }
    replaceSubrange(start..<start + new.count, with: new)
  }
}
