import CMachine

/// Sizes that kernels divide their work by.
public enum Caches {
  /// Of the first data cache; 32 KiB where the CPU does not tell.
  public static let level1DataBytes: Int = {
    let bytes = cm_level1_data_bytes()
    return bytes > 0 ? Int(bytes) : 32_768
  }()
}
