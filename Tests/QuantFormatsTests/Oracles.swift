import QuantFormats
import Statistics

/// The plainest quantiser with the same storage: each part's scale from its lowest and highest value.
enum Naive {
  static func roundTrip(_ x: [Float], _ format: TensorFormat) -> [Float] {
    stride(from: 0, to: x.count, by: 256).flatMap { start in
      let block = Array(x[start..<start + 256])
      return format == .q6_k ? symmetric(block) : affine(block, top: format == .q4_k ? 15 : 31)
    }
  }

  private static func half(_ x: Float) -> Float { HalfFloat.decode(HalfFloat.encode(x)) }
  private static func divide(_ x: Float, _ y: Float) -> Float { y == 0 ? 0 : (x / y).rounded() }
  private static func parts(_ x: [Float], _ size: Int) -> [[Float]] {
    stride(from: 0, to: x.count, by: size).map { Array(x[$0..<$0 + size]) }
  }

  private static func affine(_ x: [Float], top: Float) -> [Float] {
    let parts = parts(x, 32), minima = parts.map { max(0, -$0.min()!) }
    let scales = zip(parts, minima).map { ($0.max()! + $1) / top }
    let d = half(scales.max()! / 63), dmin = half(minima.max()! / 63)
    return parts.indices.flatMap { i in
      let scale = d * divide(scales[i], d), minimum = dmin * divide(minima[i], dmin)
      return parts[i].map { scale * min(max(divide($0 + minimum, scale), 0), top) - minimum }
    }
  }

  private static func symmetric(_ x: [Float]) -> [Float] {
    let parts = parts(x, 16), scales = parts.map { $0.map { abs($0) }.max()! / 31 }
    let d = half(scales.max()! / 127)
    return parts.indices.flatMap { i in
      let scale = d * divide(scales[i], d)
      return parts[i].map { scale * min(max(divide($0, scale), -32), 31) }
    }
  }
}

/// Values that a K block holds exactly, with random scales and levels.
enum Representable {
  static func block(_ format: TensorFormat, seed: UInt64) -> [Float] {
    var random = SeededGenerator(seed: seed)
    func draw(_ range: ClosedRange<Int>) -> Float {
      Float(range.lowerBound + Int(random.next() % UInt64(range.count)))
    }
    let d = HalfFloat.decode(HalfFloat.encode(0.001 + abs(random.symmetric()) / 30))
    if format == .q6_k {
      return (0..<16).flatMap { part in
        let scale = d * (part == 0 ? -128 : draw(-127...127))
        return (0..<16).map { scale * ($0 == 3 ? -32 : draw(-32...31)) }
      }
    }
    let top = format == .q4_k ? 15 : 31, dmin = HalfFloat.decode(HalfFloat.encode(0.01))
    return (0..<8).flatMap { part in
      let scale = d * (part == 0 ? 63 : draw(0...63)), minimum = dmin * (part == 0 ? 63 : draw(0...63))
      return (0..<32).map { i in
        scale * (i == 4 ? 0 : i == 9 ? Float(top) : draw(0...top)) - minimum
      }
    }
  }
}
