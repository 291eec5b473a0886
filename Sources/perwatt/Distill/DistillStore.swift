import Foundation
import Model
import Results
import Training

/// A session's record and its models' weights, kept after every model.
struct DistillStore {
  var record: DistillRecord
  /// Where the record lies; nil where nothing is stored.
  private(set) var path: String?
  /// Why something could not be stored, if so.
  private(set) var problem: String?

  /// A new session.
  ///
  /// - Parameter results: the folder of stored runs; nil to store nothing.
  /// - Throws: where the record cannot be made: better now than after hours of training.
  init(_ record: DistillRecord, results: String?) throws {
    self.record = record
    path = try results.map { try ResultsStore(folder: $0).begin(record) }
  }

  /// A session that goes on.
  ///
  /// - Throws: `Failure` where it is finished, or was asked for something else.
  init(resuming path: String, as wanted: DistillRecord) throws {
    record = try DistillRecord.load(path)
    self.path = path
    guard record.validity.status == .interrupted else {
      throw Failure("\(path): the session is finished; leave --resume out for a new one")
    }
    guard record.settings == wanted.settings, record.corpus == wanted.corpus else {
      throw Failure("\(path): was begun with other options; give the same ones, or leave --resume out")
    }
    guard record.machine.key == wanted.machine.key else {
      throw Failure("\(path): was begun on \(record.machine.key); go on there, or leave --resume out")
    }
  }

  func has(_ id: String) -> Bool { record.models.contains { $0.id == id } }

  mutating func add(_ model: TrainedModelRecord) {
    record.models.append(model)
    save()
  }

  /// The first problem is told and ends further tries.
  mutating func save() {
    guard let path, problem == nil else { return }
    do { try record.save(to: path) } catch { give(up: error) }
  }

  /// Weights, for a session that goes on and for use; they lie in a hidden folder beside the record.
  mutating func keep(_ model: TrainableModel, _ id: String, tokenizer: GGUFFile?) {
    guard let folder, problem == nil else { return }
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try model.write(
        to: file(id, in: folder), name: id, tokenizer: try tokenizer.map { try GGUFLayout(of: $0) })
    } catch { give(up: error) }
  }

  /// - Throws: `Failure` where the weights are gone.
  func load(_ id: String) throws -> TrainableModel {
    guard let folder else { throw Failure("the model \(id) is not stored") }
    let file = file(id, in: folder)
    guard FileManager.default.fileExists(atPath: file) else {
      throw Failure("\(file): the weights of a finished model are gone; leave --resume out for a new session")
    }
    return try TrainableModel(GGUFWeights(file: GGUFFile(path: file)))
  }

  /// Where the weights lie; nil where nothing is stored.
  var folder: String? {
    path.map { path in
      let parts = path.split(separator: "/", omittingEmptySubsequences: false)
      let name = parts.last.map { $0.hasSuffix(".json") ? String($0.dropLast(5)) : String($0) } ?? ""
      return (parts.dropLast().map(String.init) + [".models", name]).joined(separator: "/")
    }
  }

  private func file(_ id: String, in folder: String) -> String { "\(folder)/\(id).gguf" }

  private mutating func give(up error: any Error) {
    problem = "\(error)"
    Console.note("warning: \(error); the session goes on and is not stored")
  }
}
