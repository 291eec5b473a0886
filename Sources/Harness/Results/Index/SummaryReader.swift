import Measurement

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Reads summaries one after the other: into the same memory, and what the runs share is understood once.
struct SummaryReader {
  private var memory = [UInt8](repeating: 0, count: 1 << 18)
  private var known = KnownParts()
  private var texts = ProtocolTexts()
  private var names = FigureNames()

  /// - Throws: `ResultsError`, one line with the file's name.
  mutating func summary(_ path: String) throws(ResultsError) -> RunSummary {
    let record = if let record = scan(path) { record } else { try SummaryRecord.read(path) }
    return summary(of: record, path)
  }

  private mutating func summary(of record: SummaryRecord, _ path: String) -> RunSummary {
    let machine = record.machine
    var summary = RunSummary(
      path: path, origin: record.origin,
      machine: (machine.hardwareKey, machine.cpuModel.value ?? machine.key),
      validity: record.validity, figures: [])
    summary.threads = record.used.threads
    summary.facts = RunFact.all(record.origin, machine, record.used, record.validity)
    texts.begin(record)
    var ids: Set<String> = []
    for measured in record.cases where measured.group != Case.controlGroup {
      let first = ids.insert(measured.id).inserted ? summary.figures.count : 0
      add(measured, of: record, to: &summary.figures, since: first)
    }
    return summary
  }

  /// - Parameter first: the place of the first figure that may have the same key.
  private mutating func add(
    _ measured: SummaryRecord.Case, of record: SummaryRecord, to figures: inout [CaseFigure], since first: Int
  ) {
    let bench = record.benches[measured.id]
    let (text, hash) = texts.find(measured, bench)
    let threads = bench?.configuration.threads ?? record.used.threads
    for found in measured.alternatives where found.status == .timed && found.label != bench?.peer?.label {
      guard let time = found.time else { continue }
      let key = CaseKey(caseID: measured.id, alternative: found.label, threads: threads, protocolHash: hash)
      let name = names.name {
        $0.key == key && $0.title == measured.title && $0.caseProtocol == text
      } orElse: {
        FigureName(key: key, title: measured.title, caseProtocol: text)
      }
      if let index = figures[first...].firstIndex(where: { $0.key == key }) {
        if time.median < figures[index].time.median { figures[index].time = time }
      } else {
        figures.append(CaseFigure(name, time: time))
      }
    }
  }

  /// Nil for a file that the decoder has to read, or to say what is wrong with it.
  private mutating func scan(_ path: String) -> SummaryRecord? {
    guard let count = fill(path) else { return nil }
    return memory.withUnsafeBytes { SummaryRecord(scanning: .init(rebasing: $0.prefix(count)), &known) }
  }

  /// - Returns: how long the file is; nil where it cannot be read to its end.
  private mutating func fill(_ path: String) -> Int? {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var count = 0
    while true {
      let added = memory.withUnsafeMutableBytes { read(file, $0.baseAddress! + count, $0.count - count) }
      guard added != 0 else { return count }
      if added > 0 { count += added } else if errno != EINTR { return nil }
      if count == memory.count { memory += [UInt8](repeating: 0, count: count) }
    }
  }
}
