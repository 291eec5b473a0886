import CKernels
import KernelTypes

// Panels taken apart before many tokens meet them: scales as floats, elements a lane each.

/// Floats of scratch that a group needs: scales and minima of 8 blocks, and their expanded elements.
@inline(__always) var groupScratch: Int { scaleScratch + 16 * ActivationBlock.groupBlocks * tileColumns }
@inline(__always) var scaleScratch: Int { 2 * ActivationBlock.groupBlocks * tileColumns }

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
      let d = loadHalves(group + 2 &* v &* laneCount) as Lanes
      for b in 0..<8 { store(d, scales + (b &* tileColumns &+ v &* laneCount)) }
    }
  }
}

/// Q4_K: d · sc and −dmin · m.
@inline(__always) func expandAffine(_ group: UnsafeRawPointer, _ scales: UnsafeMutablePointer<Float>) {
  let minima = scales + 8 &* tileColumns
  for v in 0..<2 {
    let d = loadHalves(group + 2 &* v &* laneCount) as Lanes
    let dmin = splat(0) - loadHalves(group + 2 &* (tileColumns &+ v &* laneCount))
    let bytes = group + (4 &* tileColumns &+ v &* laneCount)
    for b in 0..<8 {
      let at = b &* tileColumns &+ v &* laneCount
      store(d * loadUnsigned(bytes + b &* tileColumns), scales + at)
      store(dmin * loadUnsigned(bytes + (8 &+ b) &* tileColumns), minima + at)
    }
  }
}

/// Writes the elements of a group's blocks as the tile multiplies them, [block][step][row], a lane each: for many
/// tokens, which would else take the same bytes apart again and again.
@_transparent func expandElements(
  _ format: QuantFormat, _ elements: UnsafeRawPointer, blocks: Int, into out: UnsafeMutableRawPointer
) {
  for b in 0..<blocks {
    let from = elements + b &* format.elementBytes &* tileColumns
    let to = out + b &* format.expandedSteps &* 4 &* tileColumns
    #if arch(arm64)
      expandHalves(format, from, into: to)
    #else
      for v in 0..<2 {
        switch format {
        case .q8_0: expandWords(from + 4 &* v &* laneCount, to + 4 &* v &* laneCount)
        case .q4_0, .q4_k: expandNibbles(from + 4 &* v &* laneCount, to + 4 &* v &* laneCount)
        case .q6_k: expandSixBits(from + 4 &* v &* laneCount, to + 4 &* v &* laneCount)
        }
      }
    #endif
  }
}

#if !arch(arm64)
  @inline(__always) func expandWords(_ from: UnsafeRawPointer, _ to: UnsafeMutableRawPointer) {
    for step in 0..<8 {
      let bytes = loadInts(from + 4 &* step &* tileColumns), even = to + 8 &* step &* tileColumns
      even.storeBytes(of: signedWords(bytes & evenBytes), as: IntLanes.self)
      (even + 4 &* tileColumns).storeBytes(of: signedWords(oddBytes(bytes)), as: IntLanes.self)
    }
  }

  /// Both words less 128. Their highest bits, set meanwhile, keep the lower one from borrowing of the upper one.
  @inline(__always) func signedWords(_ words: IntLanes) -> IntLanes {
    let highest = IntLanes(repeating: Int32(bitPattern: 0x8000_8000))
    return ((words | highest) &- IntLanes(repeating: 0x0080_0080)) ^ highest
  }

  @inline(__always) func expandNibbles(_ from: UnsafeRawPointer, _ to: UnsafeMutableRawPointer) {
    let mask = IntLanes(repeating: 0x0F0F_0F0F)
    for pair in 0..<4 {
      let packed = loadInts(from + 4 &* pair &* tileColumns), step = to + 8 &* pair &* tileColumns
      step.storeBytes(of: packed & mask, as: IntLanes.self)
      (step + 4 &* tileColumns).storeBytes(of: (packed &>> 4) & mask, as: IntLanes.self)
    }
  }

  @inline(__always) func expandSixBits(_ from: UnsafeRawPointer, _ to: UnsafeMutableRawPointer) {
    for half in 0..<2 {
      let w = loadSixBits(from + 12 &* half &* tileColumns), step = to + 16 &* half &* tileColumns
      step.storeBytes(of: w.0, as: IntLanes.self)
      (step + 4 &* tileColumns).storeBytes(of: w.1, as: IntLanes.self)
      (step + 8 &* tileColumns).storeBytes(of: w.2, as: IntLanes.self)
      (step + 12 &* tileColumns).storeBytes(of: w.3, as: IntLanes.self)
    }
  }
#endif
