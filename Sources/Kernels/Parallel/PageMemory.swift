import Glibc

/// Memory for large operands.
public enum PageMemory {
  /// Uninitialised memory, to be freed by `deallocate()`. From 2 MiB on it is aligned to huge pages and asks for them
  /// (`madvise`): packed panels are read in an order that would otherwise miss the TLB at every page.
  public static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
    let hugePage = 2 << 20
    guard byteCount >= hugePage else { return .allocate(byteCount: max(byteCount, 1), alignment: 4096) }
    let memory = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: hugePage)
    // Advice only: where the kernel has no huge pages, small ones do.
    _ = madvise(memory, byteCount, MADV_HUGEPAGE)
    return memory
  }
}
