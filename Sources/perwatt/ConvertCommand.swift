import ArgumentParser
import Foundation
import Model
import Parallel
import QuantFormats
import Quantities

/// `perwatt convert`: a model in another number format.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Convert a model's matrices to another number format.",
    discussion: """
      All matrices become the format named, the embedding and the head too. Norms, biases and other vectors stay as \
      they are, as does the gate of a mixture of experts. Where rows are no multiple of 256, Q5_0 takes the place of \
      Q4_K and Q8_0 that of Q6_K; where they are no multiple of 32, F16 does. A split model becomes one file.

      Example: perwatt convert model-f16.gguf --to q8_0 -o model-q8_0.gguf
      """)

  /// A format that can be converted to.
  struct Target: ExpressibleByArgument {
    let format: TensorFormat

    init?(argument: String) {
      guard
        let format = GGUFConversion.targets.first(where: { $0.name.lowercased() == argument.lowercased() })
      else { return nil }
      self.format = format
    }

    static let allValueStrings = GGUFConversion.targets.map { $0.name.lowercased() }
  }

  @Argument(help: "The GGUF file to convert; one part is enough where it is split.")
  var input: String

  @Option(help: "The number format.")
  var to: Target

  @Option(name: [.customShort("o"), .long], help: "The GGUF file to write.")
  var output: String

  @Flag(help: "Replace a file that is there.")
  var force = false

  @OptionGroup var threads: ThreadOptions

  func validate() throws {
    if input.isEmpty { throw ValidationError("the input's name is empty: name a GGUF file") }
    if output.isEmpty { throw ValidationError("-o is empty: name the file to write") }
  }

  func run() throws {
    let file = try GGUFFile(path: input)
    try file.checkOutput(output, mayReplace: force)
    let conversion = try GGUFConversion(of: file, to: to.format)
    noteOddities(conversion)
    let start = Date()
    try write(conversion)
    try report(from: file, seconds: Date().timeIntervalSince(start))
  }

  private func noteOddities(_ conversion: GGUFConversion) {
    if conversion.requantises {
      Console.note("note: the input is quantised already; what that cost stays, and this adds to it")
    }
    let fallbacks = Dictionary(grouping: conversion.steps.filter(\.isFallback), by: \.format)
    for (format, steps) in fallbacks.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      let name = steps[0].tensor.name, row = steps[0].tensor.shape[0]
      let others = steps.count > 1 ? " and \(steps.count - 1) more" : ""
      Console.note(
        "note: \(format.name) instead of \(to.format.name) for \(name) (rows of \(row))\(others)")
    }
  }

  private func write(_ conversion: GGUFConversion) throws {
    Interrupt.watch()
    // A write beyond the user's file size limit then fails with one line instead of ending the program.
    signal(SIGXFSZ, SIG_IGN)
    let pool = threads.makePool()
    let progress = ProgressLine(total: conversion.steps.count { $0.changes })
    defer { progress.end() }
    let writer = try GGUFWriter(path: output, layout: conversion.layout)
    for step in conversion.steps {
      if Interrupt.isRequested { throw ExitCode(130) }
      if step.changes {
        progress.begin("\(step.tensor.name) \(step.tensor.format.name) → \(step.format.name)")
      }
      try conversion.convert(step, with: pool, into: writer)
    }
    try writer.finish()
  }

  private func report(from file: GGUFFile, seconds: Double) throws {
    let written = try GGUFFile(path: output)
    func size(_ file: GGUFFile) -> String {
      "\(Format.binary(Bytes(file.tensorBytes))), \(Format.fixed(file.bitsPerWeight, 2)) bits per weight"
    }
    Console.note("\(output): \(size(written)); before \(size(file)); \(Format.fixed(seconds, 1)) s")
  }
}
