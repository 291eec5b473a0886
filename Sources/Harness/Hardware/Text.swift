import Quantities

/// Numbers as a newspaper prints them: `$40,000`, `14.8 trillion tok`, `17 GB/s`, `0.0702 J/tok`.
package enum Text {
  package static func of<Q: Quantity>(_ quantity: Q) -> String {
    switch quantity {
    case let money as Dollars: dollars(money.value)
    case is Multiple: times(quantity.value)
    case is Count: plain(quantity.value)
    case is BytesPerSecond, is Bytes, is FLOPsPerSecond: si(quantity)
    default: "\(plain(quantity.value)) \(Q.unit)"
    }
  }

  /// `11–13.9 W`: the unit once, and a single value where both ends print the same.
  package static func range<Q: Quantity>(_ low: Q, _ high: Q) -> String {
    let (first, last) = (of(low), of(high))
    guard first != last else { return first }
    let unit = last.drop { $0 != " " }
    return unit.isEmpty || !first.hasSuffix(unit)
      ? "\(first)–\(last)" : "\(first.dropLast(unit.count))–\(last)"
  }

  /// `17 GB/s`, `20.8 ms`; a power of ten where prefixes end.
  package static func si<Q: Quantity>(_ quantity: Q) -> String {
    guard abs(quantity.value) < 1e18 else { return "\(powerOfTen(quantity.value)) \(Q.unit)" }
    let text = Format.si(quantity)
    let number = text.prefix { $0 != " " }
    return String(number).trimmingZeros + text.dropFirst(number.count)
  }

  /// Names from outside, cut so that a line keeps its length. The end stays: it may name the format.
  package static func name(_ text: String) -> String {
    text.count <= 40 ? text : "\(text.prefix(27))…\(text.suffix(12))"
  }

  /// A count that is known to three digits at best: `453,000`, `2.92 million`.
  package static func about(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    var step = 1.0
    while abs(value) / step >= 1000 { step *= 10 }
    return plain((value / step).rounded() * step)
  }

  package static func times(_ ratio: Double) -> String { "\(plain(ratio))x" }
  package static func times(_ low: Double, _ high: Double) -> String { range(Multiple(low), Multiple(high)) }
  package static func percent(_ share: Double) -> String {
    "\(share < 0.1 ? Format.significant(share * 100, 2) : Format.fixed(share * 100, 0)) %"
  }

  /// Three digits, thousands grouped, words for millions and more, a power of ten beyond trillions.
  package static func plain(_ value: Double) -> String {
    let magnitude = abs(value)
    if magnitude >= 1e15 { return powerOfTen(value) }
    for (name, scale) in [("trillion", 1e12), ("billion", 1e9), ("million", 1e6)] where magnitude >= scale {
      return "\(Format.significant(value / scale, 4).trimmingZeros) \(name)"
    }
    return grouped(Format.significant(value).trimmingZeros)
  }

  private static func dollars(_ value: Double) -> String {
    if value >= 1e6 { return "$\(plain(value))" }
    let digits = value >= 1 ? Format.fixed(value, value == value.rounded() || value >= 1000 ? 0 : 2) : nil
    return "$\(digits.map(grouped) ?? Format.significant(value))"
  }

  private static func powerOfTen(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    var (mantissa, exponent) = (value, 0)
    while abs(mantissa) >= 9.995 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
    return "\(Format.significant(mantissa)) × 10^\(exponent)"
  }

  private static func grouped(_ number: String) -> String {
    guard !number.contains("."), number.count > 3 else { return number }
    var result = ""
    for (place, digit) in number.reversed().enumerated() {
      if place > 0, place.isMultiple(of: 3), digit != "-" { result.append(",") }
      result.append(digit)
    }
    return String(result.reversed())
  }
}

extension String {
  /// `671.0` → `671`, `14.80` → `14.8`.
  fileprivate var trimmingZeros: String {
    guard contains(".") else { return self }
    var text = self
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }
}
