import Judgement
import Measurement
import Quantities
import Results

/// The medians of a fleet's runs, without their samples: what it holds grows with nodes times cases.
public struct FleetFigures: Sendable {
  /// Machines that should be alike: one folder of results, one kind of hardware.
  public struct Kind: Hashable, Sendable {
    public var machine: String
    /// `MachineFacts.hardwareKey`.
    public var hardware: String
  }

  /// What is compared between machines of one kind.
  struct Key: Hashable {
    var kind: Kind
    var caseID: String
    var alternative: String
    var threads: Int
    /// `RunRecord.caseProtocol`: figures of two protocols are never compared.
    var protocolText: String
  }

  /// One node's figure.
  struct Entry {
    var node: Int32
    /// Seconds for an iteration, the median.
    var time: Double
    /// The run's noise floor, as a share.
    var floor: Double
  }

  struct Group {
    var title: String
    var work: Work
    var entries: [Entry] = []
  }

  private(set) var groups: [Key: Group] = [:]
  /// The kind of each node's newest run, by node.
  private(set) var kinds: [Int: Kind] = [:]
  private(set) var names: [Int: String] = [:]
  private(set) var models = FleetModels()

  public init() {}

  /// Nodes that brought something.
  public var count: Int { names.count }

  /// Adds a record of a node; the faster figure counts where it measured a case twice.
  public mutating func add(_ record: RunRecord, of node: FleetNode) {
    let kind = Kind(machine: Slug.make(record.machine.key), hardware: record.machine.hardwareKey)
    add(node, kind)
    let protocolText = record.caseProtocols()
    for measured in record.cases where measured.group != Case.controlGroup {
      let text = protocolText(measured)
      let floor = record.control(for: measured.group)?.floor ?? Comparison.driftBetweenRuns
      for found in measured.alternatives where found.isTimed {
        guard let time = found.time?.median.value, time > 0 else { continue }
        let key = Key(
          kind: kind, caseID: measured.id, alternative: found.label, threads: record.protocolUsed.threads,
          protocolText: text)
        groups[key, default: Group(title: measured.title, work: measured.work)]
          .add(Entry(node: Int32(node.number), time: time, floor: floor))
      }
    }
    models.add(record, node: node.number)
  }

  mutating func add(_ node: FleetNode, _ kind: Kind) {
    (kinds[node.number], names[node.number]) = (kind, node.name)
  }

  mutating func add(_ entry: Entry, to key: Key) {
    groups[key, default: Group(title: key.caseID, work: Work())].add(entry)
  }
}

extension FleetFigures.Group {
  /// Nodes come one after the other.
  fileprivate mutating func add(_ entry: FleetFigures.Entry) {
    guard let last = entries.last, last.node == entry.node else { return entries.append(entry) }
    if entry.time < last.time { entries[entries.count - 1] = entry }
  }
}
