import Parallel
import QuantFormats

/// Encodes some rows of a tensor at a time, on all threads, in memory that is allocated once.
final class RowEncoder {
  /// Rows at a time.
  let capacity: Int
  private let step: GGUFConversion.Step
  private let rowBytes: Int, sourceBytes: Int, columns: Int
  private let encoded: UnsafeMutableRawPointer
  /// One row as floats for each thread; the first bad row that it met.
  private let floats: [FloatBuffer]
  private let bad: UnsafeMutablePointer<Int>

  init(_ step: GGUFConversion.Step, threads: Int, chunkBytes: Int) {
    self.step = step
    columns = step.tensor.shape[0]
    rowBytes = step.format.rowBytes(columns)!
    sourceBytes = step.tensor.format.rowBytes(columns)!
    capacity = min(step.rows, max(threads, chunkBytes / rowBytes))
    encoded = .allocate(byteCount: capacity * rowBytes, alignment: 64)
    let columns = columns
    floats = (0..<threads).map { _ in FloatBuffer(count: columns) }
    bad = .allocate(capacity: threads)
  }

  deinit {
    encoded.deallocate()
    bad.deallocate()
  }

  /// The bytes of `rows`, at most `capacity` of them, valid until the next call; and the first row with a number that
  /// the format cannot hold.
  func encode(_ rows: Range<Int>, with pool: ThreadPool) -> (bytes: UnsafeRawBufferPointer, bad: Int?) {
    bad.update(repeating: Int.max, count: floats.count)
    let chunk = max(1, rows.count / (8 * pool.threads))
    pool.forEach(count: rows.count, chunk: chunk) { range, thread in
      for index in range where !encode(rows.lowerBound + index, to: index, thread) {
        bad[thread] = min(bad[thread], rows.lowerBound + index)
      }
    }
    let first = (0..<floats.count).map { bad[$0] }.min() ?? Int.max
    return (
      UnsafeRawBufferPointer(start: encoded, count: rows.count * rowBytes), first == Int.max ? nil : first
    )
  }

  /// False where the row does not fit.
  private func encode(_ row: Int, to index: Int, _ thread: Int) -> Bool {
    let values = floats[thread].data
    step.tensor.format.decode(
      step.tensor.bytes.baseAddress! + row * sourceBytes, elements: columns, into: values)
    let largest = step.format.largest
    var beyond = 0
    for i in 0..<columns { beyond += abs(values[i]) <= largest ? 0 : 1 }
    guard beyond == 0 else { return false }
    step.format.encode(values, elements: columns, into: encoded + index * rowBytes)
    return true
  }
}
