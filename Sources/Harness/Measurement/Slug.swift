/// Names that are safe in case ids and as parts of file names: `[a-z0-9._-]`.
public enum Slug {
  /// Whether `text` consists of such characters only, starts with a letter or digit, and is not too long
  /// for a file name.
  public static func isValid(_ text: String) -> Bool {
    guard let first = text.utf8.first, isAlphanumeric(first), text.utf8.count <= 200 else { return false }
    return text.utf8.allSatisfy(isAllowed)
  }

  /// The nearest valid name: lower case, everything else replaced by one `-`, no dots or dashes at either
  /// end, at most 100 characters; `unnamed` where nothing is left. `../x` becomes `x`.
  public static func make(_ text: String) -> String {
    var bytes: [UInt8] = []
    for byte in text.lowercased().utf8 {
      if isAllowed(byte) { bytes.append(byte) } else if bytes.last != dash { bytes.append(dash) }
    }
    let kept = bytes.drop { !isAlphanumeric($0) }.prefix(100)
    let end = kept.lastIndex(where: isAlphanumeric) ?? kept.startIndex - 1
    let slug = String(decoding: kept[..<(end + 1)], as: UTF8.self)
    return slug.isEmpty ? "unnamed" : slug
  }

  private static let dash = UInt8(ascii: "-")

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
  private static func isAllowed(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || byte == dash || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
  }
}
