import QuantFormats
import ReferenceKernels
import Testing

@testable import Kernels

extension KernelTests {
  /// Packed panels, taken apart again as `QuantPacking` documents them: an independent reading of the layout.
  @Suite struct QuantPackingTests {
    /// A panel of `width` rows by `blocks` blocks of 32.
    struct Panel {
      let packing: QuantPacking
      let blocks: Int
      let bytes: UnsafeMutableRawPointer

      private var width: Int { packing.width }
      private func byte(_ at: Int) -> Int { Int(bytes.load(fromByteOffset: at, as: UInt8.self)) }
      private func signed(_ at: Int) -> Int { Int(bytes.load(fromByteOffset: at, as: Int8.self)) }
      private func half(_ at: Int) -> Double {
        Double(HalfFloat.decode(bytes.loadUnaligned(fromByteOffset: at, as: UInt16.self)))
      }

      /// Bytes of one row's scales and of its elements in a block, in a group of `count` blocks.
      private func sizes(_ count: Int) -> (scales: Int, elements: Int) {
        switch packing.format {
        case .q8_0: (2 * count, 32)
        case .q4_0: (2 * count, 16)
        case .q4_k: (2 + 2 + 8 + 8, 16)
        default: (2 + 16, 16 + 8)
        }
      }

      func row(_ row: Int) -> QuantisedWeights {
        var result = QuantisedWeights()
        var start = 0
        for first in stride(from: 0, to: blocks, by: 8) {
          let count = min(8, blocks - first), (scales, elements) = sizes(count)
          for block in 0..<count {
            appendScales(row, start, block, &result)
            let at = start + width * (scales + block * elements)
            for i in 0..<32 { result.levels.append(level(row, at, i)) }
          }
          start += width * (scales + count * elements)
        }
        return result
      }

      private func appendScales(_ row: Int, _ start: Int, _ block: Int, _ result: inout QuantisedWeights) {
        for part in 0..<2 {
          let minimum: Double, scale: Double
          switch packing.format {
          case .q4_k:
            scale = half(start + 2 * row) * Double(signed(start + width * (4 + block) + row))
            minimum = half(start + 2 * (width + row)) * Double(signed(start + width * (12 + block) + row))
          case .q6_k:
            scale = half(start + 2 * row) * Double(signed(start + width * (2 + 2 * block + part) + row))
            minimum = 0
          default: (scale, minimum) = (half(start + 2 * (width * block + row)), 0)
          }
          result.scales.append(scale)
          result.minima.append(minimum)
        }
      }

      /// Element `i` of the block whose elements begin at `at`.
      private func level(_ row: Int, _ at: Int, _ i: Int) -> Int {
        let step = i / 4, lane = i % 4
        if packing.format == .q8_0 {
          let size = packing.byteStep, place = at + (i / size * width + row) * size + i % size
          return packing.isUnsigned ? byte(place) - 128 : signed(place)
        }
        func vector(_ index: Int) -> Int { byte(at + (index * width + row) * 4 + lane) }
        guard packing.format == .q6_k else {
          let nibble = vector(step / 2) >> (step % 2 * 4) & 15
          return packing.format == .q4_0 ? nibble - 8 : nibble
        }
        let first = step / 4 * 3
        guard step % 4 == 3 else { return vector(first + step % 4) % 64 - 32 }
        return (0..<3).reduce(-32) { $0 + (vector(first + $1) >> 6) << (2 * $1) }
      }
    }

    @Test(arguments: QuantisedBlocks.formats) func takingApartGivesTheSameNumbers(format: TensorFormat) {
      for width in [8, 16, 32] {
        for (byteStep, isUnsigned) in [(4, false), (8, false), (4, true)] {
          let packing = QuantPacking(
            format: format, width: width, byteStep: byteStep, isUnsigned: isUnsigned)
          for count in format.blockElements == 32 ? Array(1...17) + [70] : [1, 2, 5] {
            for rows in [1, 2, width / 2 + 1, width - 1, width] {
              check(packing, rows: rows, columns: count * format.blockElements)
            }
          }
        }
      }
    }

    /// The rows at the end of a matrix, after a panel of others.
    private func check(_ packing: QuantPacking, rows: Int, columns: Int) {
      let width = packing.width, size = packing.panelBytes(columns: columns)
      let blocks = QuantisedBlocks(random: packing.format, rows: width + rows, columns: columns, seed: rows)
      let panel = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
      defer { panel.deallocate() }
      panel.initializeMemory(as: UInt8.self, repeating: 0, count: size)
      blocks.bytes.withUnsafeBytes {
        let source = WeightSource(
          $0.baseAddress!, format: packing.format, rows: width + rows, columns: columns)
        packing.pack(source, rows: width..<width + rows, into: panel)
      }
      let packed = Panel(packing: packing, blocks: columns / 32, bytes: panel)
      for row in 0..<rows {
        let seen = packed.row(row), right = blocks.row(width + row)
        let isRight =
          seen.levels == right.levels && seen.scales == right.scales && seen.minima == right.minima
        #expect(
          isRight, "\(packing.format), row \(row) of \(rows) of a panel of \(width), \(columns) columns")
      }
    }
  }
}
