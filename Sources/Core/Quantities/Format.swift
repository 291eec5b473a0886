/// Text for numbers, without Foundation, the same on every machine and in every locale.
public enum Format {
  /// `value` with exactly `decimals` digits after the point; `–` for what is not finite.
  public static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return value.isFinite ? "\(value)" : "–" }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let units = (abs(value) * scale).rounded(.toNearestOrEven)
    let whole = (units / scale).rounded(.down)
    let sign = value < 0 && units > 0 ? "-" : ""
    guard decimals > 0 else { return "\(sign)\(Int(whole))" }
    let digits = String(Int(units - whole * scale))
    return "\(sign)\(Int(whole)).\(String(repeating: "0", count: decimals - digits.count))\(digits)"
  }

  /// `value` with about `digits` significant digits and no exponent: 0.0123, 1.23, 12.3, 123, 12300.
  public static func significant(_ value: Double, _ digits: Int = 3) -> String {
    guard value != 0, value.isFinite else { return value == 0 ? "0" : "–" }
    var decimals = digits - 1
    var magnitude = abs(value)
    while magnitude >= 10, decimals > 0 { (magnitude, decimals) = (magnitude / 10, decimals - 1) }
    while magnitude < 1, decimals < 12 { (magnitude, decimals) = (magnitude * 10, decimals + 1) }
    return fixed(value, decimals)
  }

  /// A quantity with an SI prefix from nano to peta: `118 GFLOP/s`, `3.2 ms`.
  public static func si<Q: Quantity>(_ quantity: Q, _ digits: Int = 3) -> String {
    let magnitude = abs(quantity.value)
    guard magnitude.isFinite, magnitude > 0 else { return "\(significant(quantity.value)) \(Q.unit)" }
    let prefixes: [(String, Double)] = [
      ("P", 1e15), ("T", 1e12), ("G", 1e9), ("M", 1e6), ("k", 1e3), ("", 1), ("m", 1e-3), ("µ", 1e-6),
      ("n", 1e-9),
    ]
    // 0.9999 prints as 1.00 of the larger unit, not as 1000 of the smaller.
    let (prefix, scale) = prefixes.first { magnitude >= $0.1 * 0.9995 } ?? ("n", 1e-9)
    let scaled = (0.9995..<1).contains(magnitude / scale) ? 1 : magnitude / scale
    return "\(quantity.value < 0 ? "-" : "")\(significant(scaled, digits)) \(prefix)\(Q.unit)"
  }

  /// Memory with a binary prefix: `32 KiB`, `23.4 GiB`.
  public static func binary(_ bytes: Bytes) -> String {
    var (value, unit) = (bytes.value, "B")
    for next in ["KiB", "MiB", "GiB", "TiB"] where value >= 1024 { (value, unit) = (value / 1024, next) }
    return value == value.rounded() ? "\(Int(value)) \(unit)" : "\(significant(value)) \(unit)"
  }
}
