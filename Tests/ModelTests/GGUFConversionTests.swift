import Foundation
import Parallel
import QuantFormats
import Testing

@testable import Model

@Suite struct GGUFConversionTests {
  /// Bytes of a converted file.
  private func convert(
    _ name: String, to format: TensorFormat, threads: Int = 1, chunkBytes: Int = 8 << 20
  ) throws -> GGUFFile {
    let conversion = try GGUFConversion(
      of: GGUFFile(path: Fixture.path(name)), to: format, chunkBytes: chunkBytes)
    let path = NSTemporaryDirectory() + "perwatt-\(UUID().uuidString).gguf"
    defer { unlink(path) }
    let writer = try GGUFWriter(path: path, layout: conversion.layout)
    let pool = ThreadPool(threads: threads)
    for step in conversion.steps { try conversion.convert(step, with: pool, into: writer) }
    try writer.finish()
    return try GGUFFile(path: path)  // the mapping outlives the name
  }

  private struct Expected: Decodable {
    var format: String, hash: String
  }

  private func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  @Test(arguments: [TensorFormat.q8_0, .q4_0, .q4_k, .q6_k, .bf16, .f16])
  func matricesAreAsThePackageEncodesThem(format: TensorFormat) throws {
    let data = try Data(contentsOf: Fixture.folder.appending(path: "conversions.json"))
    let all = try JSONDecoder().decode([String: [String: Expected]].self, from: data)
    let expected = try #require(all[format.name])
    let before = try Fixture.stories(), after = try convert("stories260K-f32.gguf", to: format)
    #expect(expected.count == 37 && after.tensors.count == 48)
    for (name, tensor) in after.tensors {
      let old = try #require(before.tensors[name])
      #expect(tensor.shape == old.shape)
      if let wanted = expected[name] {
        #expect(tensor.format.name == wanted.format, "\(name)")
        #expect("\(hash(tensor.bytes))" == wanted.hash, "\(name)")
      } else {
        #expect(tensor.format == old.format && tensor.bytes.elementsEqual(old.bytes))
      }
    }
  }

  @Test func metadataSaysWhatTheFileHolds() throws {
    for (format, number) in [(TensorFormat.q8_0, 7), (.q4_k, 14), (.bf16, 32), (.f32, 0)] {
      let file = try convert("tiny-split-00002-of-00003.gguf", to: format)
      #expect(try file.require("general.file_type") == number)
      #expect(try file.require("general.quantization_version") == 2)
      #expect(file.metadata["split.count"] == nil && file.parts.count == 1)
      var expected = try GGUFFile(path: Fixture.path("tiny-llama.gguf")).metadata
      expected["general.file_type"] = .integer(number)
      expected["general.quantization_version"] = .integer(2)
      #expect(file.metadata == expected)
    }
  }

  @Test func neitherThreadsNorChunksShow() throws {
    for format in [TensorFormat.q4_k, .q8_0] {
      let expected = try convert("tiny-mixed.gguf", to: format)
      #expect(expected.tensors.values.allSatisfy { $0.format == format || $0.shape.count == 1 })
      for (threads, chunk) in [(1, 1), (2, 1), (2, 1000), (3, 8 << 20)] {
        let seen = try convert("tiny-mixed.gguf", to: format, threads: threads, chunkBytes: chunk)
        #expect(seen.tensorsInOrder.map(\.name) == expected.tensorsInOrder.map(\.name))
        for (a, b) in zip(seen.tensorsInOrder, expected.tensorsInOrder) {
          #expect(a.bytes.elementsEqual(b.bytes), "\(a.name)")
        }
      }
    }
  }

  @Test func quantisedInputIsTold() throws {
    func requantises(_ name: String, _ format: TensorFormat) throws -> Bool {
      try GGUFConversion(of: GGUFFile(path: Fixture.path(name)), to: format).requantises
    }
    #expect(try requantises("tiny-mixed.gguf", .q4_0))
    #expect(try !requantises("tiny-llama.gguf", .q4_0))
  }

  @Test func numbersThatDoNotFitAreNamed() throws {
    for (value, format, fits) in [
      (Float.nan, TensorFormat.q8_0, false), (.infinity, .bf16, false), (65_505, .f16, false),
      (-70_000, .q4_0, false), (65_504, .f16, true), (1e30, .bf16, true),
      (-.greatestFiniteMagnitude, .f32, true),
    ] {
      var file = HandMade()
      file.addTensor("a.weight", [4, 8], type: format == .f32 ? 1 : 0)
      file.data.replaceSubrange(16 * 5 + 4..<16 * 5 + 8, with: HandMade.le(value.bitPattern))
      let opened = try file.opened()
      let conversion = try GGUFConversion(of: opened, to: format)
      let path = NSTemporaryDirectory() + "perwatt-\(UUID().uuidString).gguf"
      defer { unlink(path) }
      let writer = try GGUFWriter(path: path, layout: conversion.layout)
      var problem: String?
      do throws(GGUFError) {
        try conversion.convert(conversion.steps[0], with: ThreadPool(threads: 2), into: writer)
      } catch { problem = error.problem }
      #expect((problem == nil) == fits, "\(value) \(format)")
      if let problem { #expect(problem.hasPrefix("row 5 of 'a.weight' holds NaN or more than ±")) }
    }
  }

  @Test func formatsThatCannotBeReadAreNamed() throws {
    var file = HandMade()
    file.addTensor("a.weight", [4, 8], type: TensorFormat.i8.rawValue)
    let opened = try file.opened()
    let error = #expect(throws: GGUFError.self) { try GGUFConversion(of: opened, to: .q8_0) }
    #expect(error?.problem == "tensor 'a.weight' is in I8, which cannot be read")
  }
}
