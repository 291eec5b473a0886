import QuantFormats
import Statistics
import Testing

/// HalfFloat against the compiler's own Float16.
@Suite struct HalfFloatTests {
  @Test func decodesEveryHalf() {
    for bits in UInt16.min...UInt16.max {
      let seen = HalfFloat.decode(bits), expected = Float(Float16(bitPattern: bits))
      guard seen.bitPattern == expected.bitPattern || (seen.isNaN && expected.isNaN) else {
        Issue.record("\(bits) is \(seen), expected \(expected)")
        return
      }
    }
  }

  @Test func everyHalfSurvivesARoundTrip() {
    for bits in UInt16.min...UInt16.max {
      let seen = HalfFloat.encode(HalfFloat.decode(bits))
      // A signalling NaN becomes a quiet one: bit 9 is set, the rest stays.
      let expected = Float16(bitPattern: bits).isNaN ? bits | 0x200 : bits
      guard seen == expected else {
        Issue.record("\(bits) came back as \(seen)")
        return
      }
    }
  }

  @Test func encodesASampleOfAllFloats() {
    var random = SeededGenerator(seed: 16)
    for _ in 0..<2_000_000 {
      guard agrees(Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))) else { return }
    }
  }

  /// Around each half and around each middle between two halves, where rounding turns.
  @Test func encodesAroundEveryBoundary() {
    for bits in UInt16(0)..<0x7C00 {
      let half = Float(Float16(bitPattern: bits)), next = Double(Float16(bitPattern: bits + 1))
      let middle = next.isFinite ? Float((Double(half) + next) / 2) : 65520
      for x in [half, half.nextUp, half.nextDown, middle, middle.nextUp, middle.nextDown] {
        guard agrees(x), agrees(-x) else { return }
      }
    }
  }

  static let ends: [(value: Float, half: UInt16)] = [
    (0, 0), (-0.0, 0x8000), (1, 0x3C00), (-2, 0xC000), (65504, 0x7BFF), (65519, 0x7BFF),
    (Float(65520).nextDown, 0x7BFF), (65520, 0x7C00), (-65520, 0xFC00), (.infinity, 0x7C00),
    (.greatestFiniteMagnitude, 0x7C00), (0x1p-24, 1), (0x1p-25, 0), (Float(0x1p-25).nextUp, 1),
    (0x1p-14, 0x400), (.leastNonzeroMagnitude, 0),
  ]
  @Test(arguments: ends)
  func encodesTheEnds(value: Float, expected: UInt16) {
    #expect(HalfFloat.encode(value) == expected)
  }

  @Test func notANumberStaysOne() {
    for bits: UInt32 in [0x7F80_0001, 0x7FC0_0000, 0xFF80_0001, 0xFFFF_FFFF] {
      #expect(Float16(bitPattern: HalfFloat.encode(Float(bitPattern: bits))).isNaN)
    }
  }

  private func agrees(_ x: Float) -> Bool {
    let seen = HalfFloat.encode(x), expected = Float16(x)
    if seen == expected.bitPattern || (Float16(bitPattern: seen).isNaN && expected.isNaN) { return true }
    Issue.record("\(x) became \(seen), expected \(expected.bitPattern)")
    return false
  }
}
