import Costs
import Quantities
import Results

/// The speed and energy of models on a fleet's nodes.
struct FleetModels: Sendable {
  struct Key: Hashable {
    var model: String
    var phase: Phase
  }

  /// One node, with its fastest backend.
  struct Entry {
    var node: Int
    var backend: String
    var speed: TokensPerSecond
    /// Sequences at once.
    var batch: Int
    var energy: Reading<EnergyFigure>
  }

  struct Group {
    var entries: [Entry] = []
    /// Weights of the model; nil where a record does not tell.
    var parameters: Double?
  }

  private(set) var groups: [Key: Group] = [:]

  mutating func add(_ record: RunRecord, node: Int) {
    for model in record.models {
      for phase in [Phase.prefill, .decode] {
        guard let entry = Self.fastest(record, model, phase, node) else { continue }
        let parameters = model.config["parameters"].flatMap { Double($0) }
        add(entry, to: Key(model: model.name, phase: phase), parameters: parameters)
      }
    }
  }

  mutating func add(_ entry: Entry, to key: Key, parameters: Double?) {
    groups[key, default: Group(parameters: parameters)].add(entry)
  }

  private static func fastest(_ record: RunRecord, _ model: ModelRecord, _ phase: Phase, _ node: Int)
    -> Entry?
  {
    let found = model.backends.compactMap { backend -> Entry? in
      guard let part = backend.phases.first(where: { $0.phase == phase }),
        let measured = record.cases.first(where: { $0.id == part.caseID }), let tokens = measured.work.tokens,
        let time = measured.alternatives.first(where: { $0.label == backend.backend && $0.isTimed })?.time
      else { return nil }
      let energy = record.energy.first {
        $0.model == model.name && $0.backend == backend.backend && $0.phase == phase
      }
      return Entry(
        node: node, backend: backend.backend, speed: tokens / time.median, batch: backend.batch ?? 1,
        energy: energy?.energy ?? .missing(reason: "no energy was measured"))
    }
    return found.max { $0.speed < $1.speed }
  }
}

extension FleetModels.Group {
  fileprivate mutating func add(_ entry: FleetModels.Entry) {
    guard let last = entries.last, last.node == entry.node else { return entries.append(entry) }
    if entry.speed > last.speed { entries[entries.count - 1] = entry }
  }
}
