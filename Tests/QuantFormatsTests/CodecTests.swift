import Foundation
import QuantFormats
import Testing

/// The codecs against the Python package gguf (Fixtures/scripts/quant-formats.py), bit for bit.
@Suite struct CodecTests {
  struct Oracle: Decodable {
    struct Row: Decodable {
      let format: String
      let bytes: Data
      let floats: Data?
    }
    let decoded: [Row], encoded: [Row]
    let inputs: Data
  }

  static func oracle() throws -> Oracle {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Fixtures/quant-formats.json")
    return try JSONDecoder().decode(Oracle.self, from: Data(contentsOf: file))
  }

  static func floats(_ data: Data) -> [Float] {
    data.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: 4).map { bytes.loadUnaligned(fromByteOffset: $0, as: Float.self) }
    }
  }

  static func format(_ name: String) throws -> TensorFormat {
    try #require(TensorFormat.allCases.first { $0.name == name })
  }

  @Test func decodesAsGGUFDoes() throws {
    let rows = try Self.oracle().decoded
    for row in rows {
      let format = try Self.format(row.format)
      let expected = Self.floats(try #require(row.floats)), seen = format.decoded(Array(row.bytes))
      #expect(seen.count == expected.count && seen.count >= 400, "\(format.name)")
      let wrong = seen.indices.first {
        // Which NaN comes out depends on the processor.
        seen[$0].bitPattern != expected[$0].bitPattern && !(seen[$0].isNaN && expected[$0].isNaN)
      }
      if let i = wrong { Issue.record("\(format.name): element \(i) is \(seen[i]), expected \(expected[i])") }
    }
    #expect(Set(try rows.map { try Self.format($0.format) }).union([.f32]) == TensorFormat.decodable)
  }

  @Test func encodesAsGGUFDoes() throws {
    let oracle = try Self.oracle()
    let inputs = Self.floats(oracle.inputs)
    for row in oracle.encoded {
      let format = try Self.format(row.format)
      let expected = Array(row.bytes), seen = format.encoded(inputs)
      #expect(seen.count == expected.count, "\(format.name)")
      if let i = zip(seen, expected).enumerated().first(where: { $1.0 != $1.1 })?.offset {
        let place = "byte \(i % format.blockBytes) of block \(i / format.blockBytes)"
        Issue.record("\(format.name): \(place) is \(seen[i]), expected \(expected[i])")
      }
    }
    #expect(oracle.encoded.count == 7)
  }

  @Test func floatsStayAsTheyAre() {
    let values: [Float] = [0, -0.0, 1.5, .infinity, -.leastNonzeroMagnitude, .greatestFiniteMagnitude]
    #expect(TensorFormat.f32.roundTrip(values).map(\.bitPattern) == values.map(\.bitPattern))
  }

  @Test func everyBFloat16SurvivesARoundTrip() {
    for bits in UInt16.min...UInt16.max {
      let value = BFloat16.decode(bits)
      let expected = value.isNaN ? bits | 0x40 : bits  // a quiet NaN
      guard BFloat16.encode(value) == expected else {
        Issue.record("\(bits) came back as \(BFloat16.encode(value))")
        return
      }
    }
  }

  @Test func bFloat16RoundsToTheNearestAndTiesToEven() {
    for bits in UInt16(0)..<0x7F80 {
      let middle = Float(bitPattern: UInt32(bits) << 16 | 0x8000), even = bits + (bits & 1)
      guard BFloat16.encode(middle) == even, BFloat16.encode(-middle) == even | 0x8000,
        BFloat16.encode(middle.nextDown) == bits, BFloat16.encode(middle.nextUp) == bits + 1
      else {
        Issue.record("\(middle) became \(BFloat16.encode(middle)), expected \(even)")
        return
      }
    }
  }
}
