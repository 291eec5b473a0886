import Foundation
import Kernels
import Parallel
import Testing

@testable import Model

/// Damaged headers: every bit flipped (of the large header: every byte), every length, every number huge; 100,000 files
/// in all. Reading gives an error of one line or a
/// model that runs; never a crash, a read beyond the end, or memory beyond twice the file.
@Suite struct FuzzTests {
  static let fixtures = [
    "all-types", "tiny-llama", "tiny-qwen2", "tiny-mixed", "tiny-split-00002-of-00003", "stories260K-f32",
  ]

  @Test(arguments: fixtures) func everyBitMayBeWrong(name: String) throws {
    let target = try FuzzTarget(name)
    let masks: [UInt8] = target.isLarge ? [0xFF] : (0..<8).map { 1 << $0 }
    for place in 0..<target.headerBytes {
      for mask in masks { target.tryBytes(at: place, [target.original[place] ^ mask]) }
    }
    target.expectSound(atLeast: target.headerBytes * masks.count)
  }

  @Test(arguments: fixtures) func anyNumberMayBeHuge(name: String) throws {
    let target = try FuzzTarget(name)
    let values: [UInt64] = target.isLarge ? [1 << 40] : [1 << 20, 1 << 31, 1 << 40, 1 << 63, .max]
    for place in stride(from: 0, to: target.headerBytes - 8, by: target.isLarge ? 3 : 1) {
      for value in values { target.tryBytes(at: place, HandMade.le(value)) }
    }
    target.expectSound(atLeast: target.headerBytes / 4)
  }

  @Test(arguments: fixtures) func theFileMayEndAnywhere(name: String) throws {
    let target = try FuzzTarget(name)
    for length in 0..<target.headerBytes { target.tryPrefix(length) }
    target.expectSound(atLeast: target.headerBytes)
    #expect(target.accepted == 0)
  }

  /// The check itself, with readers that trust what a file claims.
  @Test func trustingReadersAreCaught() throws {
    for claimed in [1 << 20, 1 << 45] {
      let target = try FuzzTarget("all-types")
      target.read = { _ in free(malloc(claimed)) }
      target.tryBytes(at: 0, [0])
      #expect(target.faults.count == 1)
    }
    let modest = try FuzzTarget("all-types")
    modest.read = { bytes in for _ in 0..<1000 { free(malloc(bytes.count)) } }
    modest.tryBytes(at: 0, [0])
    #expect(modest.faults.isEmpty)
    let leaking = try FuzzTarget("all-types")
    var blocks: [UnsafeMutableRawPointer?] = []
    blocks.reserveCapacity(100)
    leaking.read = { bytes in for _ in 0..<100 { blocks.append(malloc(bytes.count)) } }
    leaking.tryBytes(at: 0, [0])
    for block in blocks { free(block) }
    #expect(leaking.faults.count == 1)
  }
}

/// A fixture under attack, in memory that ends where a page without access begins.
private final class FuzzTarget {
  let original: [UInt8]
  /// Up to the first tensor's data.
  let headerBytes: Int
  /// A header with a vocabulary in it, which takes longer to read.
  var isLarge: Bool { headerBytes > 4096 }
  /// What is done with the bytes while allocations are counted.
  var read: (UnsafeRawBufferPointer) -> Void = { _ in }
  private(set) var attempts = 0, accepted = 0
  private(set) var faults: [String] = []
  /// What the last file was, if it was a model.
  private var model: GGUFWeights?
  private let guarded: GuardedBytes
  private let kernels: any KernelSet

  init(_ name: String) throws {
    original = try Fixture.bytes(name + ".gguf")
    headerBytes = try GGUFLayout(of: GGUFFile(part: Fixture.path(name + ".gguf"))).header.count
    guarded = GuardedBytes(capacity: original.count)
    kernels = try Backends.make("scalar", pool: ThreadPool(threads: 1))
    read = { [unowned self] in open($0) }
    guarded.fill(original[...])
  }

  /// Reads the file with `bytes` at `place`.
  func tryBytes(at place: Int, _ bytes: [UInt8]) {
    let whole = guarded.bytes(original.count)
    for (index, byte) in bytes.enumerated() { whole[place + index] = byte }
    attempt(UnsafeRawBufferPointer(whole), "bytes \(bytes) at \(place)")
    for index in bytes.indices { whole[place + index] = original[place + index] }
  }

  /// Reads the first `length` bytes.
  func tryPrefix(_ length: Int) {
    guarded.fill(original[..<length])
    attempt(UnsafeRawBufferPointer(guarded.bytes(length)), "\(length) bytes")
  }

  func expectSound(atLeast expected: Int) {
    #expect(attempts >= expected)
    #expect(faults.isEmpty, "\(faults.count) faults: \(faults.prefix(3))")
  }

  private func attempt(_ bytes: UnsafeRawBufferPointer, _ what: @autoclosure () -> String) {
    attempts += 1
    model = nil
    let allocations = Allocations.counting { read(bytes) }
    if allocations.exceed(fileBytes: bytes.count) { faults.append("\(what()): \(allocations)") }
    // Of the models that are left, one in 16 runs: a pass takes longer than reading.
    if attempts.isMultiple(of: 16), let model { noteError { try run(model) } }
  }

  /// Everything that a file is read for.
  private func open(_ bytes: UnsafeRawBufferPointer) {
    do {
      let file = try GGUFFile(bytes: bytes, path: "m.gguf")
      for tensor in file.tensors.values { _ = tensor.bytes.last }
      accepted += 1
      noteError { _ = try GGUFConversion(of: file, to: .q8_0) }
      noteError { _ = try Tokenizer(gguf: file).encode("a b") }
      noteError { model = try GGUFWeights(file: file) }
    } catch {
      note(error)
    }
  }

  private func run(_ provider: GGUFWeights) throws {
    let weights = try ModelWeights(provider, kernels: kernels)
    let logits = try Transformer(weights: weights, kernels: kernels, context: 2).forward([1, 2])
    if logits.count != provider.config.vocabulary { faults.append("\(logits.count) logits") }
  }

  private func noteError(_ body: () throws -> Void) { do { try body() } catch { note(error) } }
  private func note(_ error: any Error) {
    let text = "\(error)"
    if text.isEmpty || text.contains("\n") { faults.append(text) }
  }
}
