import Foundation
import Glibc

@testable import Model

/// The files in Tests/Fixtures.
enum Fixture {
  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures")
  static func path(_ name: String) -> String { folder.appending(path: name).path }
  static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: folder.appending(path: name)))
  }
  static func stories() throws -> GGUFFile { try GGUFFile(path: path("stories260K-f32.gguf")) }

  struct Golden: Decodable {
    struct Case: Decodable {
      let prompt: String
      let promptTokens: [Int]
      let greedyTokens: [Int]
      let text: String
    }
    let cases: [Case]
  }
  struct Oracle: Decodable {
    struct Case: Decodable {
      let text: String
      let tokens: [Int]
    }
    let cases: [Case]
  }
  static func json<T: Decodable>(_ name: String, as _: T.Type = T.self) throws -> T {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(T.self, from: Data(contentsOf: folder.appending(path: name)))
  }
}

/// Parses bytes that end exactly where a page without access begins: reading past them crashes the test.
final class GuardedBytes {
  private let map: UnsafeMutableRawPointer
  private let capacity: Int
  private static let page = Int(sysconf(Int32(_SC_PAGESIZE)))

  init(capacity: Int) {
    self.capacity = (capacity + Self.page - 1) / Self.page * Self.page
    let flags = MAP_PRIVATE | MAP_ANONYMOUS
    map = mmap(nil, self.capacity + Self.page, PROT_READ | PROT_WRITE, flags, -1, 0)!
    precondition(mprotect(map + self.capacity, Self.page, PROT_NONE) == 0)
  }
  deinit { munmap(map, capacity + Self.page) }

  /// The last `count` bytes before the page.
  func bytes(_ count: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: map + (capacity - count), count: count)
  }

  /// Makes `bytes` the last ones before the page.
  func fill(_ bytes: ArraySlice<UInt8>) { self.bytes(bytes.count).copyBytes(from: bytes) }

  /// What parsing `bytes` says: nil where it succeeds.
  func failure(_ bytes: ArraySlice<UInt8>) -> GGUFError? {
    let start = map + (capacity - bytes.count)
    fill(bytes)
    do {
      let file = try GGUFFile(bytes: UnsafeRawBufferPointer(start: start, count: bytes.count), path: "m.gguf")
      for tensor in file.tensors.values { _ = tensor.bytes.last }
      return nil
    } catch {
      return error
    }
  }
}

/// Writes GGUF files by hand, faults included.
struct HandMade {
  var metadata: [UInt8] = []
  var metadataCount: UInt64 = 0
  var tensors: [UInt8] = []
  var tensorCount: UInt64 = 0
  var data = [UInt8](repeating: 0, count: 128)

  static func le<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
  static func text(_ text: String) -> [UInt8] { le(UInt64(text.utf8.count)) + text.utf8 }

  mutating func add(_ key: String, type: UInt32, _ bytes: [UInt8]) {
    metadata += Self.text(key) + Self.le(type) + bytes
    metadataCount += 1
  }
  mutating func add(_ key: String, _ value: String) { add(key, type: 8, Self.text(value)) }
  mutating func add(_ key: String, _ value: UInt32) { add(key, type: 4, Self.le(value)) }
  mutating func add(_ key: String, float value: Float) { add(key, type: 6, Self.le(value.bitPattern)) }
  mutating func addTexts(_ key: String, _ texts: [String]) {
    add(key, type: 9, Self.le(UInt32(8)) + Self.le(UInt64(texts.count)) + texts.flatMap { Self.text($0) })
  }
  mutating func addTensor(_ name: String, _ shape: [Int64], type: UInt32 = 0, at offset: UInt64 = 0) {
    tensors += Self.text(name) + Self.le(UInt32(shape.count)) + shape.flatMap { Self.le($0) }
    tensors += Self.le(type) + Self.le(offset)
    tensorCount += 1
  }
  var bytes: [UInt8] {
    var file = Array("GGUF".utf8) + Self.le(UInt32(3)) + Self.le(tensorCount) + Self.le(metadataCount)
    file += metadata + tensors
    file += [UInt8](repeating: 0, count: (32 - file.count % 32) % 32)
    return file + data
  }

  /// The error's text, or "parsed".
  var outcome: String {
    GuardedBytes(capacity: bytes.count).failure(bytes[...]).map(\.description) ?? "parsed"
  }

  /// Opens the file from disk, under a temporary name.
  func opened() throws -> GGUFFile {
    let path = NSTemporaryDirectory() + "perwatt-\(UUID().uuidString).gguf"
    defer { unlink(path) }
    try Data(bytes).write(to: URL(filePath: path))
    return try GGUFFile(path: path)  // the mapping outlives the name
  }
}
