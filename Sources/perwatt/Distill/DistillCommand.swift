import ArgumentParser
import Corpora
import Foundation
import Judgement
import Machine
import Quantities
import Reports
import Results

/// `perwatt distill`: what a student keeps of its teacher, and what it saves.
struct DistillCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "distill",
    abstract: "Train a teacher and distil students; report what they keep and what they save.",
    discussion: """
      Without a file, all of it happens here: a teacher learns a formal language whose entropy is known, students learn \
      it from labels, from labels and teacher, and from as many more labels as the teacher's help costs operations.

      Example: perwatt distill --seeds 5
      Example: perwatt distill --teacher stories260K-f32.gguf --loss reverse --sweep
      """)

  @OptionGroup var source: DistillSourceOptions
  @OptionGroup var loss: DistillLossOptions
  @OptionGroup var lengths: DistillLengthOptions
  @OptionGroup var threads: ThreadOptions
  @OptionGroup var power: PowerOptions
  @OptionGroup var costs: CostOptions

  @Flag(help: "An eighth of the tokens: a look, no measurement.")
  var quick = false

  @Option(help: ArgumentHelp("Go on with an interrupted session, given the same options.", valueName: "file"))
  var resume: String?

  @Option(help: ArgumentHelp("Print a stored session instead of a new one.", valueName: "file"))
  var show: String?

  @Flag(help: "Print Markdown instead of text.")
  var markdown = false

  @Flag(help: "Print the record as JSON instead of text.")
  var json = false

  @Option(help: "Folder in which the session is stored.")
  var results = "results"

  @Flag(help: "Store nothing.")
  var noSave = false

  @Flag(help: "Fail where another run measures on this machine, instead of waiting for its end.")
  var noWait = false

  func validate() throws {
    if results.isEmpty { throw ValidationError("--results is empty: name a folder, or give --no-save") }
    if json, markdown { throw ValidationError("--json and --markdown exclude each other: give one") }
    if resume != nil, noSave { throw ValidationError("--resume and --no-save exclude each other: give one") }
    if resume != nil, show != nil {
      throw ValidationError("--resume and --show exclude each other: give one")
    }
  }

  func run() throws {
    if let show { return try draw(try DistillRecord.load(show)) }
    // A write beyond the user's file size limit then fails with one line instead of ending the program.
    signal(SIGXFSZ, SIG_IGN)
    let opened = try DistillSource(source, window: lengths.window)
    let plan = try DistillPlan(opened, source, lengths, quick: quick)
    let wanted = record(plan, opened)
    let store =
      try resume.map { try DistillStore(resuming: $0, as: wanted) }
      ?? DistillStore(wanted, results: noSave ? nil : results)
    let choice = DistillSession.DistillChoice(
      threads: threads.count, pruned: source.pruned, student: source.student, quick: quick,
      meter: power.request)
    let turn = try RunLock.take(waits: !noWait)
    let session = try withExtendedLifetime(turn) {
      let session = try DistillSession(plan, opened, loss, choice, store: store)
      try session.run()
      return session
    }
    try draw(session.store.record)
    if let path = session.store.path { Console.note("stored in \(path)") }
    if session.store.record.validity.status == .interrupted { throw ExitCode(130) }
    if session.store.problem != nil { throw ExitCode(1) }
  }

  private func draw(_ record: DistillRecord) throws {
    if json { return try Console.print(try record.json()) }
    let report = DistillReport(record)
    try Console.print(markdown ? report.markdown : report.text(style: Style(colour: Console.usesColour)))
  }

  private func record(_ plan: DistillPlan, _ opened: DistillSource) -> DistillRecord {
    let origin = RunOrigin(
      toolVersion: Perwatt.version, commit: Commit.current(), buildConfiguration: Recorder.buildConfiguration,
      suite: quick ? "distill-quick" : "distill")
    let language = opened.isWritten ? opened.corpus as? LanguageCorpus : nil
    let reason = opened.isWritten ? "a given text's source is not known" : "the teacher's texts are a model's"
    let corpus = DistillCorpus(
      name: opened.isWritten ? opened.corpus.name : "texts of \(opened.teacher?.name ?? "the teacher")",
      vocabulary: plan.teacher.vocabulary,
      entropyPerToken: language.map { .measured($0.language.entropyPerToken) } ?? .missing(reason: reason))
    var record = DistillRecord(
      origin: origin, machine: MachineFacts.read(), settings: settings(plan, opened), corpus: corpus)
    record.costs = costs.assumptions
    return record
  }

  private func settings(_ plan: DistillPlan, _ opened: DistillSource) -> DistillSettings {
    var settings = DistillSettings(
      loss: loss.loss.rawValue, temperature: loss.temperature, mix: loss.mix,
      seeds: (0..<lengths.seeds).map { lengths.seed &+ UInt64($0) }, sizes: plan.sizes.map(\.name))
    (settings.teacher, settings.threads) = (opened.teacher?.name, threads.count)
    (settings.studentTokens, settings.teacherTokens) = (plan.studentTokens, plan.teacherTokens)
    (settings.batch, settings.window) = (lengths.batch, plan.window)
    settings.details["learning rate"] = "\(lengths.rate)"
    if opened.teacher == nil { settings.details["teacher's learning rate"] = "\(lengths.teacherRate)" }
    if source.pruned { settings.details["start"] = "pruned" }
    if loss.loss == .topK { settings.details["stored tokens"] = "\(loss.topK)" }
    return settings
  }
}
