import Foundation
import Machine
import Measurement
import Quantities

/// The fields of a run's file that a summary takes; the rest, nine tenths of it, is skipped.
struct SummaryRecord: Decodable, Hashable {
  struct Case: Decodable, Hashable {
    var id: String
    var title: String
    var group: String
    var work: Work
    var alternatives: [Alternative]
  }
  struct Alternative: Decodable, Hashable {
    var label: String
    var status: AlternativeRecord.Status
    var time: MedianTime?
  }
  struct Bench: Decodable, Hashable {
    struct Peer: Decodable, Hashable { var label: String }
    var caseID: String
    var model: BenchedModel
    var configuration: BenchConfiguration
    var peer: Peer?

    enum CodingKeys: String, CodingKey {
      case caseID = "case_id"
      case model, configuration, peer
    }
  }
  struct NewerSchema: Error { let version: Int }

  var origin: RunOrigin
  var machine: MachineFacts
  var used: RunProtocol
  var cases: [Case]
  var benches: [String: Bench]
  var validity: Validity

  enum CodingKeys: String, CodingKey {
    case schemaVersion = "schema_version"
    case used = "protocol"
    case origin, machine, cases, benches, validity
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    let schema = try fields.decode(Int.self, forKey: .schemaVersion)
    // A newer record may look different everywhere else.
    guard schema <= RunRecord.currentSchema else { throw NewerSchema(version: schema) }
    origin = try fields.decode(RunOrigin.self, forKey: .origin)
    machine = try fields.decode(MachineFacts.self, forKey: .machine)
    used = try fields.decode(RunProtocol.self, forKey: .used)
    cases = try fields.decode([Case].self, forKey: .cases)
    let rows = try fields.decodeIfPresent([Bench].self, forKey: .benches) ?? []
    benches = Dictionary(rows.map { ($0.caseID, $0) }) { first, _ in first }
    validity = try fields.decode(Validity.self, forKey: .validity)
  }

  static func read(_ path: String) throws(ResultsError) -> SummaryRecord {
    let data = try ResultsStore.contents(path)
    if let record = SummaryRecord(scanning: data) { return record }
    do {
      return try JSONDecoder().decode(SummaryRecord.self, from: SampleLists.emptied(in: data))
    } catch let error as NewerSchema {
      throw .newerSchema(path: path, version: error.version)
    } catch {
      throw .damaged(path: path, reason: RecordJSON.reason(error))
    }
  }
}

extension RunSummary {
  /// Reads a run's file.
  /// - Throws: `ResultsError`, one line with the file's name.
  public init(reading path: String) throws(ResultsError) {
    let record = try SummaryRecord.read(path)
    (self.path, origin, validity) = (path, record.origin, record.validity)
    (hardware, cpu) = (record.machine.hardwareKey, record.machine.cpuModel.value ?? record.machine.key)
    threads = record.used.threads
    facts = RunFact.all(record.origin, record.machine, record.used, record.validity)
    var best: [CaseKey: Int] = [:]
    var figures: [CaseFigure] = []
    let run = ProtocolParts(record)
    for measured in record.cases where measured.group != Case.controlGroup {
      let bench = record.benches[measured.id]
      let (text, hash) = run.text(measured, bench)
      let threads = bench?.configuration.threads ?? record.used.threads
      for found in measured.alternatives where found.status == .timed && found.label != bench?.peer?.label {
        guard let time = found.time else { continue }
        let key = CaseKey(
          caseID: measured.id, alternative: found.label, threads: threads, protocolHash: hash)
        if let index = best[key] {
          if time.median < figures[index].time.median { figures[index].time = time }
        } else {
          best[key] = figures.count
          figures.append(CaseFigure(key: key, time: time, title: measured.title, caseProtocol: text))
        }
      }
    }
    self.figures = figures
  }
}

/// What makes figures comparable, as text.
private struct ProtocolParts {
  private let used: RunProtocol
  private let harness: Int?
  private let cpus: String

  init(_ record: SummaryRecord) {
    used = record.used
    harness = used.harnessVersion(caseIDs: record.cases.map(\.id))
    cpus = used.cpus.map { $0.map(String.init).joined(separator: ",") } ?? "unpinned"
  }

  /// `RunRecord.caseProtocol`, and the hash of all parts.
  func text(_ measured: SummaryRecord.Case, _ bench: SummaryRecord.Bench?) -> (String, hash: String) {
    let text = used.text(harness: harness, work: measured.work)
    var parts = [text, cpus]
    if let bench {
      let (model, used) = (bench.model, bench.configuration)
      parts += ["\(model.parameters)", "\(model.size.value)", "\(used.batch)", "\(used.microBatch)"]
    }
    return (text, RunProtocol.fingerprint(parts))
  }
}
