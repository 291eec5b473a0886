import Quantities

extension NoiseReport {
  /// One line: `noise 45 of 100, usable: other programs' CPU time 12.0 %`.
  public var summary: String {
    let head = "noise \(Format.fixed(score, 0)) of 100, \(word.rawValue)"
    let causes = causes.prefix(3).map { "\($0.kind.title) \($0.text)" }
    return causes.isEmpty ? head : "\(head): \(causes.joined(separator: ", "))"
  }
}

extension NoisePart.Kind {
  /// As tables call it.
  public var title: String {
    switch self {
    case .jitter: "spread of a fixed loop"
    case .excursions: "its slowest hundredth"
    case .steal: "taken by the hypervisor"
    case .waiting: "programs waited for a CPU"
    case .others: "other programs' CPU time"
    case .sibling: "the core's other thread"
    case .governor: "governor"
    case .turbo: "turbo"
    case .throttle: "throttling"
    }
  }
}

extension NoisePart {
  /// The amount with its unit; a dash where it is missing.
  public var text: String {
    guard let amount = amount.value else { return "–" }
    let percent = "\(Format.fixed(amount * 100, amount < 0.0995 ? 2 : 1)) %"
    return switch kind {
    case .excursions: "+\(percent)"
    case .governor: amount == 0 ? "performance" : "not performance"
    case .turbo: amount == 0 ? "off" : "on"
    case .throttle: amount == 0 ? "none" : "seen"
    default: percent
    }
  }
}
