import QuantFormats

extension TensorFormat {
  /// The floats that `bytes` stand for, read from an odd address up to the memory's end.
  func decoded(_ bytes: [UInt8]) -> [Float] {
    let elements = bytes.count / blockBytes * blockElements
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes.count + 1, alignment: 16)
    defer { memory.deallocate() }
    bytes.withUnsafeBytes { (memory + 1).copyMemory(from: $0.baseAddress!, byteCount: bytes.count) }
    return .init(unsafeUninitializedCapacity: elements) { out, count in
      decode(memory + 1, elements: elements, into: out.baseAddress!)
      count = elements
    }
  }

  /// The bytes of `values`, written at an odd address between two marks that must stay.
  func encoded(_ values: [Float]) -> [UInt8] {
    let size = rowBytes(values.count)!
    var memory = [UInt8](repeating: 0xA5, count: size + 2)
    memory.withUnsafeMutableBytes { encode(values, elements: values.count, into: $0.baseAddress! + 1) }
    precondition(memory.first == 0xA5 && memory.last == 0xA5, "\(name) wrote outside of its row")
    return Array(memory[1...size])
  }

  func roundTrip(_ values: [Float]) -> [Float] { decoded(encoded(values)) }
}

func rootMeanSquare(_ a: [Float], _ b: [Float]) -> Double {
  (zip(a, b).reduce(0) { $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1)) }
    / Double(a.count)).squareRoot()
}
