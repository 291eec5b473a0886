import QuantFormats

/// A tensor inside a mapped GGUF file.
public struct GGUFTensor: @unchecked Sendable {  // the bytes never change
  public let name: String
  public let format: TensorFormat
  /// Elements per dimension, 1 to 4 of them; `shape[0]` is contiguous. A matrix is [inputs, outputs].
  public let shape: [Int]
  /// The data in place; valid while the `GGUFFile` lives.
  public let bytes: UnsafeRawBufferPointer

  /// How many numbers it holds.
  public var elements: Int { shape.reduce(1, *) }
}

/// What the header says of a tensor, before its place is checked.
private struct TensorEntry {
  let name: String, shape: [Int], format: TensorFormat
  let bytes: Int
  let offset: UInt64  // from the start of the data
  let place: Int  // of the entry itself, for messages
}

extension GGUFCursor {
  /// The tensors: `count` entries, then the data at the next multiple of `alignment`.
  mutating func tensors(_ count: Int, alignment: Int) throws(GGUFError) -> [String: GGUFTensor] {
    var entries: [TensorEntry] = []
    for index in 0..<count { entries.append(try entry(index)) }
    var tensors: [String: GGUFTensor] = [:]
    let dataStart = (offset + alignment - 1) & ~(alignment - 1)
    for entry in entries {
      let range = try range(of: entry, from: dataStart, alignment)
      let tensor = GGUFTensor(
        name: entry.name, format: entry.format, shape: entry.shape,
        bytes: UnsafeRawBufferPointer(rebasing: bytes[range]))
      guard tensors.updateValue(tensor, forKey: entry.name) == nil else {
        throw failure("has two tensors named '\(printable(entry.name))'", at: entry.place)
      }
    }
    try refuseOverlaps(tensors)
    return tensors
  }

  private mutating func entry(_ index: Int) throws(GGUFError) -> TensorEntry {
    let place = offset
    let name = try string("the name of tensor \(index)")
    let label = "tensor '\(printable(name))'"
    let shape = try shape(label)
    let number: UInt32 = try integer("the type of \(label)")
    guard let format = TensorFormat(rawValue: number) else {
      let fix = "convert the model to F16, Q8_0 or Q4_K"
      throw GGUFError(path, "\(label) has type \(number), which is not known here", at: place, fix: fix)
    }
    guard var size = format.rowBytes(shape[0]) else {
      let block = format.blockElements
      throw failure("\(label) has rows of \(shape[0]), no multiple of \(format.name)'s \(block)", at: place)
    }
    for length in shape.dropFirst() {
      let (product, overflow) = size.multipliedReportingOverflow(by: length)
      guard !overflow else { throw failure("\(label) has the impossible shape \(shape)", at: place) }
      size = product
    }
    let offset: UInt64 = try integer("the offset of \(label)")
    return TensorEntry(name: name, shape: shape, format: format, bytes: size, offset: offset, place: place)
  }

  private mutating func shape(_ label: String) throws(GGUFError) -> [Int] {
    let place = offset
    let dimensions: UInt32 = try integer("the number of dimensions of \(label)")
    guard (1...4).contains(dimensions) else {
      throw failure("\(label) has \(dimensions) dimensions, not 1 to 4", at: place)
    }
    var shape: [Int] = []
    var elements = 1
    for _ in 0..<dimensions {
      let length: Int64 = try integer("the shape of \(label)")
      let (product, overflow) = elements.multipliedReportingOverflow(by: Int(length))
      guard length > 0, !overflow else {
        throw failure("\(label) has the impossible dimension \(length)", at: place)
      }
      (elements, shape) = (product, shape + [Int(length)])
    }
    return shape
  }

  private func range(of entry: TensorEntry, from dataStart: Int, _ alignment: Int) throws(GGUFError)
    -> Range<Int>
  {
    let label = "tensor '\(printable(entry.name))'"
    guard entry.offset.isMultiple(of: UInt64(alignment)) else {
      let problem = "\(label) has offset \(entry.offset), no multiple of the alignment \(alignment)"
      throw failure(problem, at: entry.place)
    }
    guard entry.offset <= UInt64(Int.max - dataStart) else {
      throw failure("\(label) has the impossible offset \(entry.offset)", at: entry.place)
    }
    let start = dataStart + Int(entry.offset)
    guard start <= bytes.count, entry.bytes <= bytes.count - start else {
      let (end, overflow) = start.addingReportingOverflow(entry.bytes)
      let needed = overflow ? "\(entry.bytes) bytes from byte \(start)" : "bytes \(start)–\(end)"
      let verb = start < bytes.count ? "inside" : "before"
      let problem = "ends at byte \(bytes.count) \(verb) \(label), which needs \(needed)"
      throw GGUFError(path, problem, fix: "download it again")
    }
    return start..<start + entry.bytes
  }

  /// A damaged offset that stays inside the file would otherwise give one tensor another's weights.
  private func refuseOverlaps(_ tensors: [String: GGUFTensor]) throws(GGUFError) {
    let inOrder = tensors.values.sorted { $0.bytes.baseAddress! < $1.bytes.baseAddress! }
    for (first, second) in zip(inOrder, inOrder.dropFirst()) {
      guard first.bytes.baseAddress! + first.bytes.count <= second.bytes.baseAddress! else {
        let names = "'\(printable(first.name))' and '\(printable(second.name))'"
        let place = second.bytes.baseAddress! - bytes.baseAddress!
        throw failure("tensors \(names) share bytes", at: place)
      }
    }
  }

  private func failure(_ problem: String, at place: Int) -> GGUFError {
    GGUFError(path, problem, at: place, fix: "download it again")
  }
}
