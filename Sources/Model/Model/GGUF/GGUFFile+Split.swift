import Glibc

/// Models split by llama.cpp's `llama-gguf-split`: NAME-00001-of-00003.gguf and so on, each with the metadata
/// `split.no` (from 0), `split.count` and `split.tensors.count` (of all parts). Any of them opens the model.
extension GGUFFile {
  /// This part and all others, in order; the file alone where it is not split.
  func wholeSet() throws(GGUFError) -> [GGUFFile] {
    guard let count: Int = try optional("split.count"), count != 1 else { return [self] }
    let number: Int = try require("split.no")
    guard (1...Int(UInt16.max)).contains(count), (0..<count).contains(number) else {
      let problem = "is part \(number) of \(count) (split.no, split.count), which cannot be"
      throw GGUFError(path, problem, fix: "download it again")
    }
    let stem = try stem(number, of: count)
    var files: [GGUFFile] = []
    for part in 0..<count {
      let file = part == number ? self : try other(stem + Self.ending(part, of: count), part, of: count)
      files.append(file)
    }
    try checkTotal(files)
    return files
  }

  /// `-00002-of-00003.gguf`
  private static func ending(_ part: Int, of count: Int) -> String {
    func digits(_ number: Int) -> String { String(String(100_000 + number).dropFirst()) }
    return "-\(digits(part + 1))-of-\(digits(count)).gguf"
  }

  /// What all names of the set begin with.
  private func stem(_ part: Int, of count: Int) throws(GGUFError) -> String {
    let ending = Self.ending(part, of: count)
    guard path.hasSuffix(ending) else {
      let problem = "is part \(part + 1) of \(count), but its name does not end with \(ending)"
      throw GGUFError(path, problem, fix: "give all parts their names back")
    }
    return String(path.dropLast(ending.count))
  }

  private func other(_ name: String, _ part: Int, of count: Int) throws(GGUFError) -> GGUFFile {
    guard access(name, F_OK) == 0 else {
      throw GGUFError(name, "part \(part + 1) of \(count) is missing", fix: "put it beside \(path)")
    }
    let file = try GGUFFile(part: name)
    let itsNumber: Int = try file.require("split.no"), itsCount: Int = try file.require("split.count")
    guard (itsNumber, itsCount) == (part, count) else {
      let inside = "has split.no \(itsNumber) and split.count \(itsCount)"
      let problem = "\(inside), not \(part) and \(count) as its name says"
      throw GGUFError(name, problem, fix: "download all parts again")
    }
    return file
  }

  /// Parts of two sets can have the same numbers.
  private func checkTotal(_ files: [GGUFFile]) throws(GGUFError) {
    let total: Int = try files[0].require("split.tensors.count")
    for file in files.dropFirst() {
      let claimed: Int? = try file.optional("split.tensors.count")
      guard claimed ?? total == total else {
        let problem = "belongs to a set of \(claimed!) tensors, \(files[0].path) to one of \(total)"
        throw GGUFError(file.path, problem, fix: "download all parts again")
      }
    }
    let found = files.reduce(0) { $0 + $1.tensors.count }
    guard found == total else {
      let problem = "claims \(total) tensors in \(files.count) parts, which hold \(found)"
      throw GGUFError(files[0].path, problem, fix: "download all parts again")
    }
  }
}
