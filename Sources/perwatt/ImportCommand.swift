import ArgumentParser
import Foundation
import Imports
import Measurement
import Results

/// `perwatt import`: other programs' results as stored runs.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Store results of llama-bench and llama-batched-bench as runs of their own.",
    discussion: """
      Reads what llama-bench prints with -o jsonl, json, csv or sql, of any version, and the JSON lines of \
      llama-batched-bench. Samples are kept. Such a run counts as not valid, because nothing in it was checked or \
      interleaved: show and export --invalid print it; to compare, measure both in one rotation with model --peer. \
      Files are imported whole or not at all.

      Example: llama-bench -m model.gguf -o jsonl > peer.jsonl && perwatt import peer.jsonl
      """)

  /// Results are kilobytes.
  private static let mostBytes = 64 << 20

  @Argument(help: "Files to import.")
  var files: [String]

  @Option(
    help: "The machine that they were measured on, as its folder of results is called (default: by its CPU).")
  var machine: String?

  @Option(help: "The model, where a file does not name it, as those of llama-batched-bench do not.")
  var model: String?

  @Option(help: "Where runs are stored.")
  var results = "results"

  func validate() throws {
    if let machine, Slug.make(machine) != machine {
      throw ValidationError("--machine \(machine): use a-z, 0-9, '.', '_' and '-' only, at most 100")
    }
    if model?.isEmpty == true { throw ValidationError("--model is empty: name the model, or leave it out") }
    if results.isEmpty { throw ValidationError("--results is empty: name a folder") }
  }

  func run() throws {
    let reader = PeerImport(machine: machine, model: model, toolVersion: Perwatt.version)
    let runs = try files.flatMap { try reader.runs(try Self.text(of: $0), file: $0) }
    var stored: [String] = []
    do {
      for run in runs { stored.append(try ResultsStore(folder: results).begin(run).path) }
    } catch {
      for path in stored { try? FileManager.default.removeItem(atPath: path) }
      throw error
    }
    for (run, path) in zip(runs, stored) {
      for note in run.notes { Console.note("note: \(note)") }
      try Console.print("\(path)\n")
    }
  }

  private static func text(of file: String) throws -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: file, isDirectory: &isFolder) else {
      throw ImportError(file: file, reason: "no such file; check the path")
    }
    if isFolder.boolValue { throw ImportError(file: file, reason: "a folder; name the files in it") }
    guard let handle = FileHandle(forReadingAtPath: file),
      let bytes = try? handle.read(upToCount: mostBytes + 1)
    else { throw ImportError(file: file, reason: "empty, or cannot be read; check its permissions") }
    if bytes.count > mostBytes {
      throw ImportError(file: file, reason: "larger than \(mostBytes >> 20) MiB; is it a benchmark's output?")
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
