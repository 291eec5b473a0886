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

  init(
    origin: RunOrigin, machine: MachineFacts, used: RunProtocol, cases: [Case], benches: [Bench],
    validity: Validity
  ) {
    (self.origin, self.machine, self.used, self.cases) = (origin, machine, used, cases)
    self.benches = Dictionary(benches.map { ($0.caseID, $0) }) { first, _ in first }
    self.validity = validity
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    let schema = try fields.decode(Int.self, forKey: .schemaVersion)
    // A newer record may look different everywhere else.
    guard schema <= RunRecord.currentSchema else { throw NewerSchema(version: schema) }
    self.init(
      origin: try fields.decode(RunOrigin.self, forKey: .origin),
      machine: try fields.decode(MachineFacts.self, forKey: .machine),
      used: try fields.decode(RunProtocol.self, forKey: .used),
      cases: try fields.decode([Case].self, forKey: .cases),
      benches: try fields.decodeIfPresent([Bench].self, forKey: .benches) ?? [],
      validity: try fields.decode(Validity.self, forKey: .validity))
  }

  /// By the full decoder, which says what is wrong.
  static func read(_ path: String) throws(ResultsError) -> SummaryRecord {
    let data = try ResultsStore.contents(path)
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
    var reader = SummaryReader()
    self = try reader.summary(path)
  }
}
