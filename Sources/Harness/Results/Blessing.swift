import Foundation
import Measurement

/// A change that was looked at and accepted: the histories that it holds for begin at its commit.
///
/// Stored as a file of its own, `<machine>/blessed/<case>-<commit>.json`, so that two people's never conflict; deleting
/// the file takes it back.
public struct Blessing: Codable, Hashable, Sendable {
  public static let currentSchema = 1

  public private(set) var schemaVersion = Self.currentSchema
  public var caseID: String
  /// Nil for all alternatives.
  public var alternative: String?
  /// The commit with which the accepted level begins: its hash, or the beginning of it.
  public var commit: String
  /// When the first run of it began, as `RunOrigin.started`, for a checkout that does not know the commit.
  public var since: String
  /// Why it is accepted.
  public var note: String

  public init(caseID: String, alternative: String?, commit: String, since: String, note: String) {
    (self.caseID, self.alternative, self.commit) = (caseID, alternative, commit)
    (self.since, self.note) = (since, note)
  }

  private enum CodingKeys: String, CodingKey {
    case schemaVersion = "schema_version"
    case caseID = "case_id"
    case alternative, commit, since, note
  }
}

extension ResultsStore {
  /// Stores a blessing for the histories in `machine`'s folder.
  /// - Returns: the file's path.
  /// - Throws: `ResultsError`; `.blessed` where that change has been accepted before.
  public func bless(_ blessing: Blessing, machine: String) throws(ResultsError) -> String {
    let folder = "\(folder)/\(Slug.make(machine))/blessed"
    try AtomicFile.makeFolder(folder)
    AtomicFile.removeLeftovers(in: folder)
    // Each part is cut by itself, so that none of them is lost.
    let parts = [blessing.caseID, blessing.alternative, String(blessing.commit.prefix(12))]
    let path = "\(folder)/\(parts.compactMap { $0.map(Slug.make) }.joined(separator: "-")).json"
    guard try AtomicFile.create(RecordJSON.encode(blessing), at: [path]) != nil else {
      throw .blessed(path: path)
    }
    return path
  }

  /// All blessings in `machine`'s folder by the names of their files, and those that cannot be read.
  /// - Throws: `ResultsError` where the folder cannot be read.
  public func blessings(machine: String) throws(ResultsError) -> (list: [Blessing], problems: [ResultsError])
  {
    let folder = "\(folder)/\(Slug.make(machine))/blessed"
    guard AtomicFile.isFolder(folder) else { return ([], []) }
    var (list, problems): ([Blessing], [ResultsError]) = ([], [])
    for name in try entries(folder).sorted() where name.hasSuffix(".json") && !name.hasPrefix(".") {
      let path = "\(folder)/\(name)"
      do throws(ResultsError) {
        list.append(try RecordJSON.decodeBlessing(try Self.contents(path), path: path))
      } catch {
        problems.append(error)
      }
    }
    return (list, problems)
  }
}

extension RecordJSON {
  fileprivate static func decodeBlessing(_ data: Data, path: String) throws(ResultsError) -> Blessing {
    let found: Blessing
    do {
      found = try JSONDecoder().decode(Blessing.self, from: data)
    } catch {
      throw .notABlessing(path: path, reason: reason(error))
    }
    guard found.schemaVersion <= Blessing.currentSchema else {
      throw .newerSchema(path: path, version: found.schemaVersion)
    }
    guard !found.commit.isEmpty else { throw .notABlessing(path: path, reason: "'commit' is empty") }
    return found
  }
}
