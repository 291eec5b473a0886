import Foundation
import Testing

@testable import Model

/// Models in several files; the set is the package gguf's.
@Suite struct SplitGGUFTests {
  private static func name(_ part: Int, of count: Int = 3) -> String {
    "tiny-split-0000\(part)-of-0000\(count).gguf"
  }

  @Test(arguments: 1...3) func anyPartOpensAll(part: Int) throws {
    let whole = try GGUFFile(path: Fixture.path("tiny-llama.gguf"))
    let split = try GGUFFile(path: Fixture.path(Self.name(part)))
    #expect(split.path.hasSuffix(Self.name(1)))
    #expect(split.parts.count == 3 && split.tensors.count == whole.tensors.count)
    #expect(split.tensorsInOrder.map(\.name) == whole.tensorsInOrder.map(\.name))
    for tensor in split.tensorsInOrder {
      let other = try #require(whole.tensors[tensor.name])
      #expect(tensor.format == other.format && tensor.shape == other.shape)
      #expect(tensor.bytes.elementsEqual(other.bytes))
    }
    #expect(try ModelConfig(gguf: split) == ModelConfig(gguf: whole))
    #expect(try GGUFLayout(of: split).header == GGUFLayout(of: whole).header)
  }

  /// A copy of the set, without the parts that `change` removes, and what opening its first part says.
  private func problem(
    part: Int = 1, _ change: (inout [String: [UInt8]]) throws -> Void
  ) throws -> String {
    var files: [String: [UInt8]] = [:]
    for part in 1...3 { files[Self.name(part)] = try Fixture.bytes(Self.name(part)) }
    try change(&files)
    let folder = NSTemporaryDirectory() + "perwatt-\(UUID().uuidString)/"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (name, bytes) in files { try Data(bytes).write(to: URL(filePath: folder + name)) }
    do throws(GGUFError) { _ = try GGUFFile(path: folder + Self.name(part)) } catch {
      #expect(!error.description.contains("\n"))
      return error.description.replacing(folder, with: "")
    }
    return "opened"
  }

  /// Changes the number of `key` in `bytes`.
  private func set(_ key: String, _ value: UInt8, in bytes: inout [UInt8]) throws {
    let name = Array(key.utf8)
    let start = try #require(bytes.indices.first { bytes[$0...].starts(with: name) })
    bytes[start + name.count + 4] = value
  }

  @Test func missingPartsAreNamed() throws {
    #expect(try problem { _ in } == "opened")
    let two = Self.name(2), expected = "\(two): part 2 of 3 is missing; put it beside "
    #expect(try problem { $0[two] = nil } == expected + Self.name(1))
    #expect(try problem(part: 3) { $0[two] = nil } == expected + Self.name(3))
  }

  @Test func partsThatDoNotBelongAreNamed() throws {
    let (one, two, three) = (Self.name(1), Self.name(2), Self.name(3))
    let again = "; download all parts again"
    let names = "\(two): has split.no 2 and split.count 3, not 1 and 3 as its name says"
    #expect(try problem { $0[two] = $0[three] } == names + again)
    let count = "\(two): has split.no 1 and split.count 4, not 1 and 3 as its name says"
    #expect(try problem { try set("split.count", 4, in: &$0[two]!) } == count + again)
    let total = "\(two): belongs to a set of 22 tensors, \(one) to one of 21"
    #expect(try problem { try set("split.tensors.count", 22, in: &$0[two]!) } == total + again)
    let twice = try problem {
      $0[three] = $0[two]
      try set("split.no", 2, in: &$0[three]!)
    }
    #expect(
      twice.hasPrefix("\(one): claims 21 tensors in 3 parts, which hold ") || twice.contains("another part"))
    let whole = try problem { $0[two] = try Fixture.bytes("tiny-llama.gguf") }
    #expect(whole == "\(two): lacks the metadata 'split.no' (of type integer); convert the model anew")
    #expect(try problem { $0[two] = [1, 2] }.hasPrefix("\(two): is not a GGUF file"))
  }

  @Test func partsUnderOtherNamesAreRefused() throws {
    let two = Self.name(2)
    let problem = try problem {
      $0[Self.name(1)] = $0[two]
    }
    #expect(problem.contains("is part 2 of 3, but its name does not end with -00002-of-00003.gguf"))
    let impossible = try self.problem { try set("split.no", 3, in: &$0[Self.name(1)]!) }
    #expect(impossible.contains("is part 3 of 3 (split.no, split.count), which cannot be"))
  }
}
