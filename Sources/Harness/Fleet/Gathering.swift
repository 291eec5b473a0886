import Foundation
import Results
import Synchronization

/// From the texts of records to figures: the one way in, for records of hosts, of a stored fleet and of a simulation.
public enum Gathering {
  /// No record is as large.
  static let largest = 256 << 20
  /// Nodes that are read at once, so that memory does not grow with the fleet.
  private static let piece = 256

  /// Whether a record may count.
  /// - Throws: `FleetError` with the reason.
  public static func refuse(_ record: RunRecord) throws(FleetError) {
    if record.validity.status == .interrupted {
      throw FleetError("the run was interrupted: \(record.validity.reasons.joined(separator: "; "))")
    }
    guard record.cases.contains(where: { $0.alternatives.contains(where: \.isTimed) }) else {
      throw FleetError("nothing was timed")
    }
  }

  /// Takes the records under a folder that a host filled into `store`, each of them whole or not at all.
  /// - Returns: their paths within the folder of results.
  /// - Throws: `FleetError` where one is damaged, and where there is none.
  public static func admit(_ folder: String, into store: ResultsStore) throws(FleetError) -> [String] {
    var paths: [String] = []
    for file in try records(in: folder) {
      guard let text = FileManager.default.contents(atPath: "\(folder)/\(file)") else {
        throw FleetError("\(file) cannot be read")
      }
      do {
        try refuse(RecordJSON.decodeRun(text, path: file))
        let path = try store.add(text, source: file).path
        paths.append(String(path.dropFirst(store.folder.count + 1)))
      } catch {
        throw FleetError("\(error)")
      }
    }
    guard !paths.isEmpty else { throw FleetError("no record came back") }
    return paths
  }

  /// Files that may be records; a link could lead anywhere.
  private static func records(in folder: String) throws(FleetError) -> [String] {
    let names = FileManager.default.subpaths(atPath: folder) ?? []
    var found: [String] = []
    for name in names.sorted() where RunName.isRun(String(name.split(separator: "/").last ?? "")) {
      let values = try? URL(filePath: "\(folder)/\(name)").resourceValues(forKeys: [
        .isRegularFileKey, .fileSizeKey,
      ])
      guard values?.isRegularFile == true else { throw FleetError("\(name) is no file") }
      guard values?.fileSize ?? 0 <= largest else { throw FleetError("\(name) is larger than any record") }
      found.append(name)
    }
    return found
  }

  /// Reads what nodes brought and adds it to `figures`, some nodes at a time, on all cores. A node whose records cannot be
  /// read fails, and costs nobody else's.
  /// - Parameter read: the records' texts of a node that has not failed, each with a name for messages.
  public static func collect(
    _ nodes: inout [FleetNode], into figures: inout FleetFigures,
    read: @Sendable @escaping (FleetNode) throws -> [(name: String, text: Data)]
  ) {
    for start in stride(from: 0, to: nodes.count, by: piece) {
      let part = Array(nodes[start..<min(start + piece, nodes.count)])
      let found = Mutex<[Int: Result<[RunRecord], FleetError>]>([:])
      DispatchQueue.concurrentPerform(iterations: part.count) { index in
        guard part[index].status != .failed else { return }
        let result = records(of: part[index], read)
        found.withLock { $0[index] = result }
      }
      let results = found.withLock(\.self)
      for index in part.indices {
        switch results[index] {
        case .success(let records): for record in records { figures.add(record, of: part[index]) }
        case .failure(let problem): nodes[start + index].fail(problem.description, in: .gather)
        case nil: continue
        }
      }
    }
  }

  private static func records(
    of node: FleetNode, _ read: (FleetNode) throws -> [(name: String, text: Data)]
  ) -> Result<[RunRecord], FleetError> {
    Result {
      () throws(FleetError) in
      do {
        return try read(node).map { name, text in
          let record = try RecordJSON.decodeRun(text, path: name)
          try refuse(record)
          return record
        }
      } catch {
        throw FleetError("\(error)")
      }
    }
  }
}
