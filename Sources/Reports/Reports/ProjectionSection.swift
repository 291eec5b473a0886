import Costs
import Hardware
import Projection
import Quantities

extension TextReport {
  /// What a model would do on a machine of the catalogue.
  public func projection(_ projection: Projection) -> String {
    draw { page in
      let task = projection.task
      page.heading(
        "\(task.shape.name) \(task.type.name) on \(projection.machine.name): projected, not measured")
      let decode = "\(task.context) tokens in the cache"
      page.speed(projection.decode, "decode   ", decode)
      page.speed(projection.prefill, "prefill  ", "\(task.prompt) tokens")
      page.energy(projection.energy)
      page.memory(projection.memory)
      page.blank()
      page.paragraph(
        "\(Text.of(task.decodeBytes)) and \(Text.si(task.decodeFLOPs)) for a token", label: "work     ")
      for line in projection.rates.basis { page.paragraph(line, label: "from     ") }
      page.efficiency(projection.efficiency)
      page.paragraph(
        "Time of the bytes plus time of the arithmetic; perwatt project --validate holds this against published "
          + "figures.")
    }
  }
}

extension Spread {
  /// `6.2–9.9 tok/s, likeliest 8.1 tok/s`.
  fileprivate var text: String { "\(Text.range(low, high)), likeliest \(Text.of(central))" }
}

extension Page {
  fileprivate mutating func speed(_ speed: Reading<Spread<TokensPerSecond>>, _ label: String, _ what: String)
  {
    switch speed {
    case .measured(let value): paragraph("\(value.text) (\(what), batch 1)", label: label)
    case .missing(let reason): paragraph("unknown: \(reason)", label: label)
    }
  }

  fileprivate mutating func energy(_ energy: Reading<ProjectedEnergy>) {
    switch energy {
    case .measured(let value):
      paragraph(
        "\(value.perToken.text) (\(value.boundary.title), decode; \(value.basis))", label: "energy   ")
    case .missing(let reason): paragraph("unknown: \(reason)", label: "energy   ")
    }
  }

  fileprivate mutating func memory(_ memory: MemoryFit) {
    let parts = "\(Text.of(memory.weights)) of weights, \(Text.of(memory.cache)) of cache"
    let sizes = memory.installed.map { Text.range($0.lowerBound, $0.upperBound) } ?? "no known memory"
    let answer =
      switch memory.answer {
      case .always: Inked("fits into \(sizes): \(parts)", .good)
      case .largerOnly:
        Inked("fits only where \(Text.of(memory.needed)) are free, of \(sizes): \(parts)", .warning)
      case .never: Inked("does not fit into \(sizes): \(parts)", .bad)
      case .unknown: Inked("unknown whether it fits: \(parts)")
      }
    paragraph(answer, label: "memory   ")
  }

  fileprivate mutating func efficiency(_ efficiency: KernelEfficiency) {
    func text(_ range: Reading<KernelEfficiency.Range>, _ name: String) -> String {
      switch range {
      case .measured(let value):
        "\(name) \(Format.significant(value.low, 2))–\(Format.significant(value.high, 2)) of the law"
      case .missing(let reason): "\(name) not measured (\(reason))"
      }
    }
    let formats = efficiency.formats.filter { $0.key != "f32" }.sorted { $0.key < $1.key }
      .map { "\($0.key) \(Format.significant($0.value))×" }.joined(separator: ", ")
    paragraph(
      "\(efficiency.source): \(text(efficiency.decode, "decode")); \(text(efficiency.prefill, "prefill"))",
      label: "here     ")
    if !formats.isEmpty { paragraph("products relative to f32: \(formats)", label: "here     ") }
  }
}
