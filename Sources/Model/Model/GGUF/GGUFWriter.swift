import Glibc

/// Writes a GGUF file as a stream: the header at once, then the tensors' data in the order of the layout. The file
/// has its name only after `finish`: until then, or after a failure, what was there before is untouched.
public final class GGUFWriter {
  private let output: OutputFile
  private let layout: GGUFLayout
  private var tensor = 0
  /// Bytes of the current tensor that are written.
  private var written = 0

  /// - Throws: one line where the folder is missing or may not be written, or the disk has no room for all of it.
  public init(path: String, layout: GGUFLayout) throws(GGUFError) {
    self.layout = layout
    output = try OutputFile(path: path, byteCount: layout.byteCount)
    try write(layout.header)
  }

  /// Appends data of the current tensor; a complete one is padded and the next begins.
  ///
  /// - Precondition: `bytes` do not reach beyond that tensor's end.
  public func append(_ bytes: UnsafeRawBufferPointer) throws(GGUFError) {
    precondition(tensor < layout.tensors.count, "data after the last tensor")
    let current = layout.tensors[tensor]
    precondition(written + bytes.count <= current.byteCount, "data beyond the end of \(current.name)")
    try output.write(bytes)
    written += bytes.count
    guard written == current.byteCount else { return }
    try write([UInt8](repeating: 0, count: layout.padding(after: written)))
    (tensor, written) = (tensor + 1, 0)
  }

  /// Flushes the file to the disk and gives it its name.
  ///
  /// - Precondition: all tensors are complete.
  public func finish() throws(GGUFError) {
    precondition(tensor == layout.tensors.count, "\(layout.tensors.count - tensor) tensors lack data")
    try output.finish()
  }

  private func write(_ bytes: [UInt8]) throws(GGUFError) {
    // Closures have no typed errors of their own here.
    let failure = bytes.withUnsafeBytes { raw -> GGUFError? in
      do throws(GGUFError) { try output.write(raw) } catch { return error }
      return nil
    }
    if let failure { throw failure }
  }
}
