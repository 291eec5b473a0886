import Foundation
import Testing

@testable import Model

@Suite struct GGUFWriterTests {
  /// A folder of its own, removed afterwards.
  private static func inFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "perwatt-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private func write(_ file: GGUFFile, _ layout: GGUFLayout, to path: String, pieces: Int = 1) throws {
    let writer = try GGUFWriter(path: path, layout: layout)
    for tensor in file.tensorsInOrder {
      let size = (tensor.bytes.count + pieces - 1) / pieces
      for start in stride(from: 0, to: tensor.bytes.count, by: size) {
        let piece = tensor.bytes[start..<min(start + size, tensor.bytes.count)]
        try writer.append(UnsafeRawBufferPointer(rebasing: piece))
      }
    }
    try writer.finish()
  }

  @Test(
    arguments: ["all-types", "tiny-llama", "tiny-qwen2", "tiny-mixed", "stories260K-f32"], [1, 3])
  func whatThePackageWroteComesBackByteForByte(name: String, pieces: Int) throws {
    let file = try GGUFFile(path: Fixture.path(name + ".gguf"))
    let layout = try GGUFLayout(of: file)
    try Self.inFolder { folder in
      try write(file, layout, to: folder + "/copy.gguf", pieces: pieces)
      let copy = try Data(contentsOf: URL(filePath: folder + "/copy.gguf"))
      #expect(try copy == Data(Fixture.bytes(name + ".gguf")))
      #expect(copy.count == layout.byteCount)
    }
  }

  @Test func everyTypeIsWrittenAsThePackageWritesIt() throws {
    var layout = GGUFLayout()
    layout.set("general.architecture", GGUFField("llama"))
    layout.set("general.alignment", GGUFField(UInt32(64)))
    let fields: [(String, GGUFField)] = [
      ("u8", GGUFField(UInt8(200))), ("i8", GGUFField(Int8(-100))), ("u16", GGUFField(UInt16(60_000))),
      ("i16", GGUFField(Int16(-30_000))), ("u32", GGUFField(UInt32(4_000_000_000))),
      ("i32", GGUFField(Int32(-2_000_000_000))), ("u64", GGUFField(UInt64(1) << 62)),
      ("i64", GGUFField(Int64(-1) << 62)), ("f32", GGUFField(Float(0.1))), ("f64", GGUFField(0.1)),
      ("yes", GGUFField(true)), ("no", GGUFField(false)), ("text", GGUFField("Zoë\n🎉")),
      ("ints", GGUFField([1, -2, 3] as [Int32])), ("floats", GGUFField([0.5, -1.5] as [Float])),
      ("bools", GGUFField([true, false])), ("texts", GGUFField(["a", "", "▁b"])),
    ]
    for (key, value) in fields { layout.set(key, value) }
    layout.tensors = [
      .init("d1", .f32, shape: [3]), .init("d2", .f16, shape: [3, 2]),
      .init("d4", .f32, shape: [2, 3, 4, 5]), .init("q8", .q8_0, shape: [64, 2]),
    ]
    #expect(try Fixture.bytes("all-types.gguf").starts(with: layout.header))
    #expect(layout.header.count.isMultiple(of: 64))
  }

  @Test func fieldsKeepTheirPlaces() {
    var layout = GGUFLayout()
    for key in ["a", "b", "c"] { layout.set(key, GGUFField(UInt32(1))) }
    layout.set("b", GGUFField("text"))
    #expect(layout.fields.map(\.key) == ["a", "b", "c"])
    #expect(layout.fields[1].value == GGUFField("text"))
    layout.remove("a")
    #expect(layout.fields.map(\.key) == ["b", "c"])
  }

  @Test func anUnfinishedFileLeavesWhatWasThere() throws {
    let file = try GGUFFile(path: Fixture.path("all-types.gguf"))
    let layout = try GGUFLayout(of: file)
    try Self.inFolder { folder in
      let path = folder + "/m.gguf"
      try Data("before".utf8).write(to: URL(filePath: path))
      do {
        let writer = try GGUFWriter(path: path, layout: layout)
        try writer.append(file.tensorsInOrder[0].bytes)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 2)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["m.gguf"])
      #expect(try String(contentsOfFile: path, encoding: .utf8) == "before")
      try write(file, layout, to: path)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["m.gguf"])
      #expect(try GGUFFile(path: path).tensors.count == 4)
    }
  }

  @Test func whyAFileCannotBeWrittenIsNamed() throws {
    let layout = try GGUFLayout(of: GGUFFile(path: Fixture.path("all-types.gguf")))
    for (path, problem) in [
      ("/nowhere/m.gguf", "cannot be written: there is no such folder"),
      ("/dev/null/m.gguf", "cannot be written: there is no such folder"),
      ("/proc/self/m.gguf", "cannot be written: there is no such folder"),
      ("/tmp/" + String(repeating: "m", count: 300), "cannot be written: File name too long"),
    ] {
      let error = #expect(throws: GGUFError.self) { try GGUFWriter(path: path, layout: layout) }
      #expect(error?.problem == problem)
    }
  }

  @Test func outputsThatWouldDestroySomethingAreRefused() throws {
    try Self.inFolder { folder in
      let path = folder + "/m.gguf"
      try Data(Fixture.bytes("all-types.gguf")).write(to: URL(filePath: path))
      try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: path)
      try Data("other".utf8).write(to: URL(filePath: folder + "/other"))
      let file = try GGUFFile(path: path)
      func problem(_ output: String, force: Bool) -> String? {
        do throws(GGUFError) { try file.checkOutput(output, mayReplace: force) } catch {
          return error.problem
        }
        return nil
      }
      for force in [false, true] {
        #expect(problem(path, force: force) == "is the input itself")
        #expect(problem(folder + "/link", force: force) == "is the input itself")
        #expect(problem(folder, force: force) == "is a directory")
        #expect(problem("/dev/null", force: force) == "is not a regular file")
        #expect(problem(folder + "/new", force: force) == nil)
      }
      #expect(problem(folder + "/other", force: false) == "exists already")
      #expect(problem(folder + "/other", force: true) == nil)
    }
  }
}
