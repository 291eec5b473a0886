import Foundation
import Quantities

/// The summaries of one machine's runs in one file: a cache, which may be deleted at any time.
///
/// A sequence of 64-bit words in the machine's order: a magic word, the version, a checksum of all that follows, the place
/// of the tables and how many runs there are, the runs, then tables of texts, names and facts, each with its count. Keys and texts are stored once and named by their number.
enum IndexFile {
  struct Entry: Hashable {
    var stamp: FileStamp
    var summary: RunSummary
  }

  private static let magic: UInt64 = 0x7865_646e_6977_7070  // "ppwindex"
  /// Raised with the layout; records and protocols that are understood anew make old summaries stale, too.
  private static let version =
    UInt64(5) << 32 | UInt64(RunRecord.currentSchema) << 16 | UInt64(RunProtocol.harnessVersion)

  /// The entries by the names of their files; nil where the file is missing, damaged or of another version.
  static func read(_ path: String, folder: String) -> [String: Entry]? {
    guard let data = FileManager.default.contents(atPath: path), data.count % 8 == 0, data.count >= 40 else {
      return nil
    }
    let words = data.withUnsafeBytes { bytes in
      [UInt64](unsafeUninitializedCapacity: bytes.count / 8) { buffer, count in
        UnsafeMutableRawBufferPointer(buffer).copyMemory(from: bytes)
        count = bytes.count / 8
      }
    }
    guard words[0] == magic, words[1] == version, words[2] == checksum(words[3...]) else { return nil }
    var reader = IndexReader(words)
    return try? reader.entries(folder: folder)
  }

  /// Replaces the file at once, so that a reader sees the old or the new one. It is not flushed: after a power cut the
  /// checksum tells. No error is told either, because everything goes on without the file.
  static func write(_ entries: [String: Entry], to path: String) {
    var writer = IndexWriter(figures: entries.values.reduce(0) { $0 + $1.summary.figures.count })
    for (name, entry) in entries.sorted(by: { $0.key < $1.key }) { writer.add(entry, name: name) }
    writer.finish(runs: entries.count)
    (writer.words[0], writer.words[1], writer.words[2]) = (magic, version, checksum(writer.words[3...]))
    let temporary = AtomicFile.temporary(for: path)
    let isWritten: ()? = writer.words.withUnsafeMutableBytes { bytes in
      let data = Data(bytesNoCopy: bytes.baseAddress!, count: bytes.count, deallocator: .none)
      return try? data.write(to: URL(fileURLWithPath: temporary))
    }
    guard isWritten != nil else { return }
    if rename(temporary, path) != 0 { unlink(temporary) }
  }

  /// FNV-1a on words, turned so that a high bit reaches the low ones.
  private static func checksum(_ words: ArraySlice<UInt64>) -> UInt64 {
    words.reduce(0xcbf2_9ce4_8422_2325) { sum, word in
      let mixed = (sum ^ word) &* 0x100_0000_01b3
      return mixed << 29 | mixed >> 35
    }
  }
}

/// Puts entries into words.
private struct IndexWriter {
  private var texts: [String] = []
  private var numberOfText: [String: UInt64] = [:]
  private var names = FigureNames()
  private var facts: [[RunFact]] = []
  private var numberOfFacts: [[RunFact]: UInt64] = [:]
  var words = [UInt64](repeating: 0, count: IndexReader.firstRun)

  init(figures: Int) { words.reserveCapacity(figures * 6) }

  mutating func add(_ entry: IndexFile.Entry, name: String) {
    let (stamp, run) = (entry.stamp, entry.summary)
    words += [number(name), stamp.size, stamp.inode, stamp.modified, stamp.changed]
    words += [number(run.origin.toolVersion), number(run.origin.suite), number(run.origin.started)]
    words += [number(run.origin.buildConfiguration), number(run.origin.program ?? "")]
    switch run.origin.commit {
    case .measured(let commit): words += [commit.dirty ? 2 : 1, number(commit.hash)]
    case .missing(let reason): words += [0, number(reason)]
    }
    words += [number(run.hardware), number(run.cpu), UInt64(run.threads), number(run.facts)]
    words.append(number(run.validity.status.rawValue))
    words.append(UInt64(run.validity.reasons.count))
    for reason in run.validity.reasons { words.append(number(reason)) }
    words.append(UInt64(run.figures.count))
    for figure in run.figures {
      let time = figure.time
      words.append(UInt64(names.number(of: { $0 == figure.name }, orElse: { figure.name })))
      words.append(time.median.value.bitPattern)
      words.append(time.low.value.bitPattern)
      words.append(time.high.value.bitPattern)
      words.append(time.confidence.bitPattern)
    }
  }

  /// Adds the tables; the words before the places stay free.
  mutating func finish(runs: Int) {
    (words[3], words[4]) = (UInt64(words.count), UInt64(runs))
    let keys = names.all.flatMap { name in name.texts.map { number($0) } + [UInt64(name.key.threads)] }
    let lists = facts.flatMap { list in
      [UInt64(list.count)] + list.flatMap { [number($0.name), number($0.value)] }
    }
    words.append(UInt64(texts.count))
    for text in texts {
      words.append(UInt64(text.utf8.count))
      var bytes = Array(text.utf8)
      while bytes.count % 8 != 0 { bytes.append(0) }
      for start in stride(from: 0, to: bytes.count, by: 8) {
        words.append((0..<8).reduce(0) { $0 | UInt64(bytes[start + $1]) << (8 * UInt64($1)) })
      }
    }
    words += [UInt64(names.all.count)] + keys
    words += [UInt64(facts.count)] + lists
  }

  private mutating func number(_ text: String) -> UInt64 {
    if let number = numberOfText[text] { return number }
    numberOfText[text] = UInt64(texts.count)
    texts.append(text)
    return UInt64(texts.count - 1)
  }

  private mutating func number(_ list: [RunFact]) -> UInt64 {
    if let number = numberOfFacts[list] { return number }
    numberOfFacts[list] = UInt64(facts.count)
    facts.append(list)
    return UInt64(facts.count - 1)
  }
}

/// Takes them out again; whatever does not fit is an error, never a crash.
private struct IndexReader {
  struct Damaged: Error {}
  /// The place of the first run.
  static let firstRun = 5

  private let words: [UInt64]
  private var position = 0
  private var texts: [String] = []
  private var names: [FigureName] = []
  private var facts: [[RunFact]] = []

  init(_ words: [UInt64]) { self.words = words }

  mutating func entries(folder: String) throws -> [String: IndexFile.Entry] {
    guard let (tables, runs) = places else { throw Damaged() }
    position = tables
    texts = try list { reader in try reader.rawText() }
    names = try list { reader in
      let (caseID, label, hash) = (try reader.text(), try reader.text(), try reader.text())
      let (title, caseProtocol) = (try reader.text(), try reader.text())
      let key = CaseKey(
        caseID: caseID, alternative: label, threads: try reader.integer(), protocolHash: hash)
      return FigureName(key: key, title: title, caseProtocol: caseProtocol)
    }
    facts = try list { reader in
      try reader.list { reader in RunFact(try reader.text(), try reader.text()) }
    }
    guard position == words.count else { throw Damaged() }
    position = Self.firstRun
    let entries = try list(of: runs) { reader in try reader.entry(folder: folder) }
    guard position == tables else { throw Damaged() }
    return Dictionary(entries) { _, last in last }
  }

  private mutating func entry(folder: String) throws -> (String, IndexFile.Entry) {
    let name = try text()
    let stamp = FileStamp(size: try next(), inode: try next(), modified: try next(), changed: try next())
    let (tool, suite, started, built) = (try text(), try text(), try text(), try text())
    let program = try text()
    let (kind, hash) = (try next(), try text())
    let commit: Reading<Commit> =
      kind == 0 ? .missing(reason: hash) : .measured(Commit(hash: hash, dirty: kind == 2))
    var origin = RunOrigin(
      toolVersion: tool, commit: commit, buildConfiguration: built, suite: suite, startedAt: started)
    origin.program = program.isEmpty ? nil : program
    let (hardware, cpu) = (try text(), try text())
    let (threads, known) = (try integer(), try integer())
    guard facts.indices.contains(known) else { throw Damaged() }
    guard let status = Validity.Status(rawValue: try text()) else { throw Damaged() }
    let reasons = try list { reader in try reader.text() }
    let figures = try list { reader in try reader.figure() }
    var summary = RunSummary(
      path: "\(folder)/\(name)", origin: origin, machine: (hardware, cpu),
      validity: Validity(status, reasons: reasons), figures: figures)
    (summary.threads, summary.facts) = (threads, facts[known])
    return (name, IndexFile.Entry(stamp: stamp, summary: summary))
  }

  private mutating func figure() throws -> CaseFigure {
    let key = try integer()
    guard names.indices.contains(key) else { throw Damaged() }
    let time = MedianTime(
      median: try double(), low: try double(), high: try double(), confidence: try double())
    return CaseFigure(names[key], time: time)
  }

  private mutating func list<Element>(_ element: (inout IndexReader) throws -> Element) throws -> [Element] {
    try list(of: try integer(), element)
  }

  private mutating func list<Element>(
    of count: Int, _ element: (inout IndexReader) throws -> Element
  ) throws -> [Element] {
    // Each element takes a word at least.
    guard count <= words.count - position else { throw Damaged() }
    var elements: [Element] = []
    elements.reserveCapacity(count)
    for _ in 0..<count { elements.append(try element(&self)) }
    return elements
  }

  private var places: (tables: Int, runs: Int)? {
    guard let tables = Int(exactly: words[3]), (Self.firstRun...words.count).contains(tables) else {
      return nil
    }
    return Int(exactly: words[4]).map { (tables, $0) }
  }

  private mutating func next() throws -> UInt64 {
    guard position < words.count else { throw Damaged() }
    defer { position += 1 }
    return words[position]
  }

  private mutating func integer() throws -> Int {
    guard let value = Int(exactly: try next()) else { throw Damaged() }
    return value
  }

  private mutating func double() throws -> Double { Double(bitPattern: try next()) }

  private mutating func text() throws -> String {
    let number = try integer()
    guard texts.indices.contains(number) else { throw Damaged() }
    return texts[number]
  }

  private mutating func rawText() throws -> String {
    let count = try integer()
    guard count <= (words.count - position) * 8 else { throw Damaged() }
    var bytes: [UInt8] = []
    for _ in 0..<(count + 7) / 8 {
      let word = try next()
      bytes += (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) }
    }
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
