/// Fields of a block, which need not be aligned. GGUF is little-endian, as are the machines that this builds
/// for.
extension UnsafeRawPointer {
  func word(at offset: Int) -> UInt16 { loadUnaligned(fromByteOffset: offset, as: UInt16.self) }

  func half(at offset: Int) -> Float { HalfFloat.decode(word(at: offset)) }

  func signed(at offset: Int) -> Int32 { Int32(load(fromByteOffset: offset, as: Int8.self)) }

  /// The bits of the byte at `offset` from `shift` on that `mask` keeps.
  func bits(at offset: Int, from shift: Int, mask: UInt32) -> Int32 {
    let byte = UInt32(load(fromByteOffset: offset, as: UInt8.self))
    return Int32(truncatingIfNeeded: byte &>> UInt32(truncatingIfNeeded: shift) & mask)
  }
}

extension UnsafeMutableRawPointer {
  func store(_ half: UInt16, at offset: Int) { storeBytes(of: half, toByteOffset: offset, as: UInt16.self) }

  /// Sets bits of the byte at `offset`, which an encoder finds as zero.
  func set(_ bits: Int, at offset: Int) {
    let byte = load(fromByteOffset: offset, as: UInt8.self) | UInt8(truncatingIfNeeded: bits)
    storeBytes(of: byte, toByteOffset: offset, as: UInt8.self)
  }
}
