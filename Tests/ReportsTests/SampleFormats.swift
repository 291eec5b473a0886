import Measurement
import Quantities
import Results

/// A prompt, one token and several columns with weights in some formats: one without kernels, one that failed.
func formatCases() throws -> [CaseRecord] {
  let unavailable = AlternativeResult.Status.skipped(
    reason: "there are no kernels for this format: its weights would lie in memory as F32")
  let wrong = AlternativeResult.Status.failedCheck(reason: "max error 3.1 is above the tolerance 1.0")
  let prompt = [
    timed("f32", 23.1e-3), timed("f16", 23.9e-3), timed("bf16", 12.8e-3, noise: 0.08),
    timed("q8_0", 9.7e-3), result("q4_0", wrong, error: 3.1), result("q4_k", unavailable),
    timed("q6_k", 10.9e-3, count: 5),
  ]
  let columns = zip(
    ["1 column", "2 columns", "4 columns", "6 columns", "8 columns"], [1, 1.01, 1.04, 1.17, 1.6])
  return [
    try caseRecord(
      "formats.linear.512x2048x2048", "linear 512×2048×2048, simd:avx512",
      Work(flops: FLOPs(2 * 512 * 2048 * 2048)), group: "formats", prompt),
    try stream("f32", rows: 8192, bytes: 1 << 27, [timed("f32", 5.1e-3), timed("read", 4.7e-3)]),
    try stream("q8_0", rows: 30848, bytes: 134_250_496, [timed("q8_0", 5.3e-3), timed("read", 4.7e-3)]),
    try stream("q4_k", rows: 58304, bytes: nil, [result("q4_k", unavailable)]),
    try caseRecord(
      "columns.linear.q8_0.30848x4096", "linear q8_0 30848×4096, simd:avx512",
      Work(bytes: Bytes(134_250_496)),
      group: "columns", columns.map { timed($0, 5.3e-3 * $1, error: 0.04) }),
  ]
}

private func stream(_ format: String, rows: Int, bytes: Int?, _ results: [AlternativeResult]) throws
  -> CaseRecord
{
  try caseRecord(
    "kernel.linear.\(format).1x\(rows)x4096", "GEMV \(format) \(rows)×4096, simd:avx512",
    Work(bytes: bytes.map(Bytes.init)), group: "streams", results)
}
