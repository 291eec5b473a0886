import Foundation
import QuantFormats
import Testing

/// TensorFormat against the table of the Python package gguf (Fixtures/scripts/quant-sizes.py).
@Suite struct TensorFormatTests {
  struct Row: Decodable {
    let name: String
    let number: UInt32
    let elements: Int, bytes: Int
  }

  static func table() throws -> [Row] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/quant-sizes.json")
    return try JSONDecoder().decode([Row].self, from: Data(contentsOf: file))
  }

  @Test func blocksAreThoseOfGGUF() throws {
    let rows = Dictionary(uniqueKeysWithValues: try Self.table().map { ($0.number, $0) })
    for format in TensorFormat.allCases {
      let row = try #require(rows[format.rawValue], "\(format.name) is not in the table")
      #expect(format.name == row.name)
      #expect(format.blockElements == row.elements, "\(format.name)")
      // The package counts two floats in Q8_1, as old ggml did; ggml-common.h has two halves: 4 + 32 bytes.
      #expect(format.blockBytes == (format == .q8_1 ? 36 : row.bytes), "\(format.name)")
    }
  }

  @Test func rowsAreWholeBlocks() {
    #expect(TensorFormat.q4_0.rowBytes(0) == 0)
    #expect(TensorFormat.q4_0.rowBytes(64) == 36)
    #expect(TensorFormat.q6_k.rowBytes(256) == 210)
    #expect(TensorFormat.f16.rowBytes(3) == 6)
    #expect(TensorFormat.q4_0.rowBytes(33) == nil)
    #expect(TensorFormat.q6_k.rowBytes(32) == nil)
    #expect(TensorFormat.f32.rowBytes(-1) == nil)
    #expect(TensorFormat.f64.rowBytes(.max) == nil)
  }
}
