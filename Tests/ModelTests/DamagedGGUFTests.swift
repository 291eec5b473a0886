import Statistics
import Testing

@testable import Model

@Suite struct DamagedGGUFTests {
  static let headerBytes = 14304  // of the fixture

  @Test func aFileThatEndsInItsDataIsRefusedAndTheTensorNamed() throws {
    let bytes = try Fixture.bytes("stories260K-f32.gguf")
    let guarded = GuardedBytes(capacity: bytes.count)
    #expect(guarded.failure(bytes[...]) == nil)
    for step in 0..<200 {
      let length = Self.headerBytes + (bytes.count - Self.headerBytes) * step / 200
      let error = try #require(guarded.failure(bytes[..<length]))
      #expect(error.problem.contains("ends at byte \(length)") && error.problem.contains("tensor '"))
    }
    let last = try #require(guarded.failure(bytes.dropLast()))
    #expect(last.description.hasPrefix("m.gguf: ends at byte 1185503 inside tensor '"))
    #expect(last.description.hasSuffix("–1185504; download it again"))
  }

  @Test func countsBeyondTheFileFailAtOnce() {
    for shift in [20, 32, 60, 63] {
      var file = HandMade()
      file.tensorCount = 1 << shift
      #expect(file.outcome.contains("claims \(file.tensorCount) tensors"))
      (file.tensorCount, file.metadataCount) = (0, 1 << shift)
      #expect(file.outcome.contains("claims \(file.metadataCount) metadata values"))
      file = HandMade()
      file.add("key", type: 9, HandMade.le(UInt32(4)) + HandMade.le(UInt64(1) << shift))
      #expect(file.outcome.contains("elements in 'key', more than the"))
      file = HandMade()
      file.add("key", type: 8, HandMade.le(UInt64(1) << shift))
      #expect(file.outcome.contains("characters in 'key', more than the"))
    }
  }

  @Test func metadataFaultsAreNamed() {
    let faults: [(UInt32, [UInt8], String)] = [
      (13, [], "'key' has the unknown value type 13"),
      (9, HandMade.le(UInt32(9)) + HandMade.le(UInt64(0)), "'key' is an array of arrays"),
      (9, HandMade.le(UInt32(77)) + HandMade.le(UInt64(0)), "'key' has the unknown value type 77"),
      (7, [2], "'key' is a bool with the value 2"),
      (10, HandMade.le(UInt64.max), "'key' is 18446744073709551615, beyond"),
      (8, HandMade.le(UInt64(1)) + [0xFF], "'key' is not UTF-8"),
    ]
    for (type, bytes, problem) in faults {
      var file = HandMade()
      file.add("key", type: type, bytes)
      #expect(file.outcome.contains(problem))
    }
    var twice = HandMade()
    for _ in 0..<2 { twice.add("a\nb", 1) }
    #expect(twice.outcome.contains("has the metadata 'a\\nb' twice"))
  }

  @Test(arguments: [0, 1, 3, 4, 48, UInt32.max]) func alignmentIsAPowerOfTwo(alignment: UInt32) {
    var file = HandMade()
    file.add("general.alignment", alignment)
    #expect(file.outcome.contains("general.alignment is \(alignment), not a power of two"))
  }

  @Test func tensorFaultsAreNamed() {
    let faults: [([Int64], UInt32, UInt64, String)] = [
      ([32], 0, 0, "parsed"),
      ([33], 0, 0, "inside tensor 't', which needs bytes 64–196"),
      ([1], 0, 128, "before tensor 't', which needs bytes 192–196"),
      ([1], 0, 1 << 62, "before tensor 't'"),
      ([1], 0, UInt64.max - 31, "tensor 't' has the impossible offset"),
      ([1], 0, 4, "tensor 't' has offset 4, no multiple of the alignment 32"),
      ([1], 39, 0, "tensor 't' has type 39, which is not known here"),
      ([31], 8, 0, "rows of 31, no multiple of Q8_0's 32"),
      ([], 0, 0, "has 0 dimensions"), ([1, 1, 1, 1, 1], 0, 0, "has 5 dimensions"),
      ([0], 0, 0, "has the impossible dimension 0"), ([-1], 0, 0, "has the impossible dimension -1"),
      ([1 << 32, 1 << 32], 0, 0, "has the impossible dimension"),
      ([1 << 62], 0, 0, "tensor 't' has rows of"), ([1 << 31, 1 << 31], 0, 0, "impossible shape"),
      ([1 << 60], 0, 0, "inside tensor 't'"),
    ]
    for (shape, type, offset, problem) in faults {
      var file = HandMade()
      file.addTensor("t", shape, type: type, at: offset)
      #expect(file.outcome.contains(problem), "\(shape)")
    }
  }

  @Test func tensorsAreDistinct() {
    var file = HandMade()
    file.addTensor("t", [8])
    file.addTensor("u", [8], at: 32)
    #expect(file.outcome == "parsed")
    file.addTensor("t", [8], at: 64)
    #expect(file.outcome.contains("has two tensors named 't'"))
    file = HandMade()
    file.addTensor("t", [9])
    file.addTensor("u", [8], at: 32)
    #expect(file.outcome.contains("tensors 't' and 'u' share bytes"))
  }

  @Test func versionsAreNamed() {
    var bytes = HandMade().bytes
    for (version, problem) in [(1, "has GGUF version 1"), (4, "has GGUF version 4"), (0, "version 0")] {
      bytes[4] = UInt8(version)
      #expect(GuardedBytes(capacity: bytes.count).failure(bytes[...])?.problem.contains(problem) == true)
    }
    bytes.replaceSubrange(4..<8, with: [0, 0, 0, 3])
    #expect(GuardedBytes(capacity: bytes.count).failure(bytes[...])?.problem == "is big-endian")
  }
}
