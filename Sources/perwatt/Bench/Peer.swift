import Foundation
import Measurement
import Quantities
import Results

/// The user's llama-bench, started for one sample of one row at a time.
final class Peer {
  /// What tables call it.
  var label: String { settings.name }

  private let settings: PeerSettings
  private let isInterrupted: () -> Bool
  /// Why it is not started any more.
  private var problem: String?
  /// Combinations of its switches that are to be tried; nil until its help has been read.
  private var switches: [[String]]?

  /// - Parameter isInterrupted: asked while it runs.
  init(_ settings: PeerSettings, isInterrupted: @escaping () -> Bool) {
    (self.settings, self.isInterrupted) = (settings, isInterrupted)
  }

  /// The row as one more alternative of its case, and what it says about itself once that has run.
  func run(_ test: BenchTest, _ configuration: BenchConfiguration, model: String) -> PeerRun {
    PeerRun(self, row: Self.arguments(test, configuration, model: model), test: test)
  }

  /// Why the row is not tried at all, if so.
  func refusal(of configuration: BenchConfiguration) -> String? {
    if let problem { return "not started again: \(problem)" }
    return [configuration.keys, configuration.values].contains("f32") ? "it has no KV cache in f32" : nil
  }

  /// Its arguments for one sample of a row.
  static func arguments(_ test: BenchTest, _ used: BenchConfiguration, model: String) -> [String] {
    let both = test.prompt > 0 && test.generated > 0
    var arguments = [
      "-m", model, "-p", "\(both ? 0 : test.prompt)", "-n", "\(both ? 0 : test.generated)",
    ]
    if both { arguments += ["-pg", "\(test.prompt),\(test.generated)"] }
    if test.depth > 0 { arguments += ["-d", "\(test.depth)"] }
    return arguments + [
      "-b", "\(used.batch)", "-ub", "\(used.microBatch)", "-t", "\(used.threads)", "-ctk", used.keys, "-ctv",
      used.values, "-r", "1", "-o", "json",
    ]
  }

  /// One sample with further settings.
  func sample(_ row: [String], settings further: [String], test: BenchTest) throws -> PeerAnswer {
    try noting { try PeerAnswer(try child(limit: settings.limit).output(row + further), test: test) }
  }

  /// The user's arguments, with each combination of the switches that are to be tried.
  func candidates() throws -> [[String]] {
    guard settings.triesSwitches else { return [settings.arguments] }
    if switches == nil {
      let help = try noting { try child(limit: min(settings.limit, Seconds(60))).output(["--help"]) }
      switches = Self.combinations(help: String(decoding: help, as: UTF8.self))
    }
    return (switches ?? [[]]).map { settings.arguments + $0 }
  }

  /// Attention fused or not, weights repacked or not, as far as the program has such switches: llama.cpp's `--repack`,
  /// ik_llama.cpp's `-rtr`.
  static func combinations(help: String) -> [[String]] {
    let words = Set(help.split { $0.isWhitespace || $0 == "," }.map(String.init))
    let attention = words.contains("-fa") ? [["-fa", "0"], ["-fa", "1"]] : [[]]
    let name = ["--repack", "-rtr"].first(where: words.contains)
    let repacking = name.map { [[$0, "0"], [$0, "1"]] } ?? [[]]
    return attention.flatMap { first in repacking.map { first + $0 } }
  }

  private func child(limit: Seconds) -> ChildProcess {
    ChildProcess(program: settings.program, limit: limit, isInterrupted: isInterrupted)
  }

  private func noting<Value>(_ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let found as ChildProcess.Problem where found.isLasting {
      problem = found.description
      throw found
    }
  }
}

/// llama-bench in one row: the settings that it runs with, and its last answer.
final class PeerRun {
  private let peer: Peer
  private let row: [String]
  private let test: BenchTest
  private var settings: [String]?
  private var last: PeerAnswer?

  init(_ peer: Peer, row: [String], test: BenchTest) { (self.peer, self.row, self.test) = (peer, row, test) }

  var alternative: Alternative {
    Alternative(
      program: peer.label, toldTime: { [self] in last?.time ?? .zero },
      body: { [self] _ in last = try next() })
  }

  /// What it is, as it says itself.
  var record: BenchPeer {
    var record = BenchPeer(label: peer.label, settings: settings ?? [])
    guard let last else { return record }
    (record.buildCommit, record.buildNumber) = (last.buildCommit, last.buildNumber)
    (record.cpu, record.backends, record.modelType) = (last.cpu, last.backends, last.modelType)
    return record
  }

  /// The first call, which is not timed, finds the best settings.
  private func next() throws -> PeerAnswer {
    if let settings { return try peer.sample(row, settings: settings, test: test) }
    var failure: ChildProcess.Problem?
    var best: (settings: [String], answer: PeerAnswer)?
    for candidate in try peer.candidates() {
      do {
        let answer = try peer.sample(row, settings: candidate, test: test)
        if best.map({ answer.time < $0.answer.time }) ?? true { best = (candidate, answer) }
      } catch let problem as ChildProcess.Problem where !problem.isLasting {
        // Not every combination works: quantised values need fused attention.
        failure = problem
      }
    }
    guard let best else { throw failure ?? ChildProcess.Problem(description: "has no settings to try") }
    settings = best.settings
    return best.answer
  }
}

/// What llama-bench says about one sample of one row. Of its fields only the lengths and the samples are needed: older
/// and related programs lack some of the others.
struct PeerAnswer {
  var time: Seconds
  var buildCommit: String?
  var buildNumber: Int?
  var cpu: String?
  var backends: String?
  var modelType: String?

  private struct Row: Decodable {
    var n_prompt: Int, n_gen: Int
    var n_depth: Int?
    var samples_ns: [Double]
    var build_commit: String?
    var build_number: Int?
    var cpu_info: String?
    var backends: String?
    var model_type: String?
  }

  /// - Throws: `ChildProcess.Problem` where `data` is not the JSON of one sample of `test`.
  init(_ data: Data, test: BenchTest) throws {
    // Some builds print a line of their own first.
    let start = data.firstIndex(of: UInt8(ascii: "[")) ?? data.startIndex
    guard let rows = try? JSONDecoder().decode([Row].self, from: data[start...]) else {
      let text =
        String(decoding: data.prefix(60), as: UTF8.self).split(whereSeparator: \.isNewline).first ?? ""
      throw ChildProcess.Problem(description: "printed '\(text)' and no results in JSON; is it llama-bench?")
    }
    guard let row = rows.first, rows.count == 1, row.n_prompt == test.prompt, row.n_gen == test.generated,
      row.n_depth ?? 0 == test.depth, row.samples_ns.count == 1, row.samples_ns[0] > 0
    else { throw ChildProcess.Problem(description: "gave other results than one sample of \(test.name)") }
    time = Seconds(row.samples_ns[0] * 1e-9)
    (buildCommit, buildNumber, cpu) = (row.build_commit, row.build_number, row.cpu_info)
    (backends, modelType) = (row.backends, row.model_type)
  }
}
