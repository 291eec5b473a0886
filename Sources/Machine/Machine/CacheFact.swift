import Quantities

/// One cache as seen from CPU 0.
public struct CacheFact: Codable, Sendable, Hashable {
  /// What a cache holds.
  public enum Kind: String, Codable, Sendable { case data, instruction, unified }
  /// 1 is next to the core.
  public var level: Int
  public var kind: Kind
  /// Size of one instance.
  public var size: Bytes
  /// How many CPUs (threads where a core has several) share one instance.
  public var sharedByCores: Int

  /// All caches whose level, type and size the kernel tells, in its order.
  static func read(_ root: FileRoot) -> [CacheFact] {
    let folder = "\(CoreCounts.folder)/cpu0/cache"
    return root.list(folder).filter { $0.hasPrefix("index") }.compactMap { index in
      func text(_ file: String) -> String { root.text("\(folder)/\(index)/\(file)").value ?? "" }
      guard let level = Int(text("level")), (1...9).contains(level), let size = bytes(text("size")),
        let kind = Kind(rawValue: text("type").lowercased())
      else { return nil }
      let sharers = text("shared_cpu_list").cpuList?.count ?? 1
      return CacheFact(level: level, kind: kind, size: size, sharedByCores: sharers)
    }
  }

  /// `1024K`, `32M` or a plain number of bytes.
  private static func bytes(_ text: String) -> Bytes? {
    let scale: [Character: Double] = ["K": 1024, "M": 1_048_576, "G": 1_073_741_824]
    let factor = text.last.flatMap { scale[$0] }
    guard let amount = (factor == nil ? text[...] : text.dropLast()).amount else { return nil }
    return amount >= 1 && amount < 1e12 ? Bytes(amount * (factor ?? 1)) : nil
  }
}
