import Foundation
import QuantFormats
import Testing

@testable import Model

@Suite struct GGUFTests {
  @Test func readsEveryType() throws {
    let file = try GGUFFile(path: Fixture.path("all-types.gguf"))
    let expected: [String: GGUFValue] = [
      "u8": .integer(200), "i8": .integer(-100), "u16": .integer(60_000), "i16": .integer(-30_000),
      "u32": .integer(4_000_000_000), "i32": .integer(-2_000_000_000), "u64": .integer(1 << 62),
      "i64": .integer(-1 << 62), "f32": .float(Double(Float(0.1))), "f64": .float(0.1), "yes": .bool(true),
      "no": .bool(false), "text": .string("Zoë\n🎉"), "general.alignment": .integer(64),
      "general.architecture": .string("llama"),
    ]
    let arrays = ["ints": "3 integers", "floats": "2 floats", "bools": "2 bools", "texts": "3 strings"]
    #expect(file.metadata.filter { arrays[$0.key] == nil } == expected)
    for (key, description) in arrays {
      guard case .array(let array)? = file.metadata[key] else { Issue.record("no \(key)"); continue }
      #expect(array.description == description)
    }
    #expect(file.version == 3)
  }

  @Test func tensorsLieInThePlace() throws {
    let file = try GGUFFile(path: Fixture.path("all-types.gguf"))
    let shapes = file.tensors.mapValues(\.shape)
    #expect(shapes == ["d1": [3], "d2": [3, 2], "d4": [2, 3, 4, 5], "q8": [64, 2]])
    let four = try #require(file.tensors["d4"])
    #expect(four.format == .f32 && four.bytes.count == 480 && four.elements == 120)
    #expect(Array(four.bytes.bindMemory(to: Float.self)) == (0..<120).map { Float($0) })
    let quantised = try #require(file.tensors["q8"])
    #expect(quantised.format == .q8_0 && quantised.bytes.count == 4 * 34)
    #expect(UInt(bitPattern: quantised.bytes.baseAddress).isMultiple(of: 64))
  }

  @Test func versionTwoHasTheSameLayout() throws {
    var bytes = try Fixture.bytes("all-types.gguf")
    bytes[4] = 2
    #expect(GuardedBytes(capacity: bytes.count).failure(bytes[...]) == nil)
  }

  @Test func asksForTypes() throws {
    let file = try GGUFFile(path: Fixture.path("all-types.gguf"))
    #expect(try file.require("u8") as Int == 200)
    #expect(try file.require("f32") as Float == 0.1)
    #expect(try file.require("yes") as Bool)
    #expect(try file.requireArray("texts") as [String] == ["a", "", "▁b"])
    #expect(try file.requireArray("ints") as [Int] == [1, -2, 3])
    #expect(try file.requireArray("floats") as [Float] == [0.5, -1.5])
    #expect(try file.requireArray("bools") as [Bool] == [true, false])
    #expect(try file.optional("nothing", as: Int.self) == nil)
    let missing = #expect(throws: GGUFError.self) { try file.require("nothing", as: Int.self) }
    #expect(missing?.problem == "lacks the metadata 'nothing' (of type integer)")
    let wrong = #expect(throws: GGUFError.self) { try file.optional("text", as: Float.self) }
    #expect(wrong?.problem == "metadata 'text' is a string, not of type float")
  }

  @Test func everyWayNotToOpenAFileIsNamed() throws {
    let folder = NSTemporaryDirectory() + "perwatt-\(UUID().uuidString)/"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data().write(to: URL(filePath: folder + "empty"))
    try Data("PK\u{3}\u{4}zip".utf8).write(to: URL(filePath: folder + "zip"))
    try Data("GG".utf8).write(to: URL(filePath: folder + "short"))
    #expect(mkfifo(folder + "pipe", 0o600) == 0)
    let expected = [
      "none": "no such file", "": "is a directory", "empty": "is empty", "pipe": "is not a regular file",
      "zip": "is not a GGUF file: it starts with 50 4b 03 04 ('PK..')",
      "short": "is not a GGUF file: it starts with 47 47 ('GG')",
    ]
    for (name, problem) in expected {
      let error = #expect(throws: GGUFError.self) { try GGUFFile(path: folder + name) }
      #expect(error?.problem == problem)
      #expect(error?.description.contains("\n") == false)
    }
    try Data("GGUF".utf8).write(to: URL(filePath: folder + "secret"))
    chmod(folder + "secret", 0)
    if geteuid() != 0 {  // root may read everything
      let error = #expect(throws: GGUFError.self) { try GGUFFile(path: folder + "secret") }
      #expect(error?.problem == "may not be read")
    }
  }
}
