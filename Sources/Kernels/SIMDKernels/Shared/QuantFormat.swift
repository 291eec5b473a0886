import CKernels
import KernelTypes

/// The formats of quantised panels. Values are literals in all calls, so that what depends on them folds away.
enum QuantFormat {
  case q8_0, q4_0, q4_k, q6_k

  /// Blocks of 32 whose scales lie together.
  static var groupBlocks: Int { 8 }

  /// Bytes of a row's elements in a block.
  @inline(__always) var elementBytes: Int {
    switch self {
    case .q8_0: 32
    case .q4_0, .q4_k: 16
    case .q6_k: 24
    }
  }

  /// Bytes of a row's scales in a group of `blocks` blocks: halves, K formats with bytes for each block.
  @inline(__always) func scaleBytes(blocks: Int) -> Int {
    switch self {
    case .q8_0, .q4_0: 2 &* blocks
    case .q4_k: 20
    case .q6_k: 18
    }
  }

  @inline(__always) var usesWords: Bool { self == .q8_0 && byteStep == 2 }
  /// Bytes from one block of a token's activations to the next.
  @inline(__always) var activationBytes: Int {
    usesWords ? ActivationBlock.bytesWithWords : ActivationBlock.bytes
  }
}

/// Floats of scratch that a group needs: scales and minima of 8 blocks.
@inline(__always) var groupScratch: Int { 2 * QuantFormat.groupBlocks * tileColumns }

/// Writes the scales of a group as floats, [block][row], and those of minima, negative, behind them.
@inline(__always) func expandScales(
  _ format: QuantFormat, _ group: UnsafeRawPointer, blocks: Int, into scales: UnsafeMutablePointer<Float>
) {
  switch format {
  case .q8_0, .q4_0:
    for b in 0..<blocks {
      for v in 0..<2 {
        let at = b &* tileColumns &+ v &* laneCount
        store(loadHalves(group + 2 &* at), scales + at)
      }
    }
  case .q4_k: expandAffine(group, scales)
  case .q6_k:
    for v in 0..<2 {
      let d = loadHalves(group + 2 &* v &* laneCount)
      for b in 0..<8 { store(d, scales + (b &* tileColumns &+ v &* laneCount)) }
    }
  }
}

/// Q4_K: d · sc and −dmin · m.
@inline(__always) func expandAffine(_ group: UnsafeRawPointer, _ scales: UnsafeMutablePointer<Float>) {
  let minima = scales + 8 &* tileColumns
  for v in 0..<2 {
    let d = loadHalves(group + 2 &* v &* laneCount)
    let dmin = splat(0) - loadHalves(group + 2 &* (tileColumns &+ v &* laneCount))
    let bytes = group + (4 &* tileColumns &+ v &* laneCount)
    for b in 0..<8 {
      let at = b &* tileColumns &+ v &* laneCount
      store(d * loadUnsigned(bytes + b &* tileColumns), scales + at)
      store(dmin * loadUnsigned(bytes + (8 &+ b) &* tileColumns), minima + at)
    }
  }
}
