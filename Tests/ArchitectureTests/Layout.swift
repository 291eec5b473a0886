/// The layers, from the bottom: whoever is higher may import what is lower.
enum Layer: Int, Comparable {
  case core, machine, kernels, model, benchmarks, command
  /// Beside `kernels` and `model`: neither column imports the other.
  static let columns: [String: Layer] = [
    "Sources/Core": .core, "Sources/Machine": .machine, "Sources/Kernels": .kernels,
    "Sources/Harness": .kernels,
    "Sources/Model": .model, "Sources/Reports": .model, "Benchmarks": .benchmarks,
    "Sources/perwatt": .command,
  ]

  static func < (a: Layer, b: Layer) -> Bool { a.rawValue < b.rawValue }
}

/// A target as Package.swift has it, in the order of its table.
struct Target: Equatable {
  var name: String
  /// Its folder, such as `Sources/Core/Statistics`.
  var path: String
  var imports: [String]

  /// `Sources/Core`, `Benchmarks`.
  var column: String {
    let parts = path.split(separator: "/")
    return parts.first == "Sources" ? parts.prefix(2).joined(separator: "/") : String(parts.first ?? "")
  }
}

/// Who may import whom.
struct ImportRules {
  let targets: [Target]

  /// What only Kernels itself sees; the rest enters by the door or uses the values beside it.
  static let behindTheDoor: Set = [
    "KernelTypes", "CKernels", "SIMDKernels", "SIMDKernelsAMX", "SIMDKernelsAVX2", "SIMDKernelsAVX512",
    "SIMDKernelsAVX512BF16", "SIMDKernelsAVX512VNNI", "SIMDKernelsAVXVNNI", "SIMDKernelsDotProd",
    "SIMDKernelsI8MM", "BLAS", "CLoader", "CParallel",
  ]
  /// Further than the layers: each column's words about itself in its README.
  static let never: [String: Set<String>] = [
    "Sources/Kernels": ["Energy"], "Sources/Model": ["Machine", "Energy"],
    "Sources/Reports": ["Kernels", "Model", "Energy", "Claims"],
    "Sources/Harness": ["Kernels", "Model", "Energy"],
    "Benchmarks": ["Reports", "Results", "Claims"],
  ]
  /// Foundation costs start-up time and hides allocations: only where files, JSON or processes are handled.
  static let mayUseFoundation: Set = ["Results", "Hardware", "Imports", "Fleet", "perwatt"]

  /// Faults in the table of Package.swift itself.
  func faultsInTable() -> [String] {
    targets.indices.flatMap { index in
      targets[index].imports.compactMap { fault(targets[index], at: index, imports: $0) }
    }
  }

  /// Faults of one source file of `target`.
  func faults(in source: String, of target: Target, file: String) -> [String] {
    Self.imports(in: source).compactMap { name in
      if name == "Foundation" {
        return Self.mayUseFoundation.contains(target.name) ? nil : "\(file) imports Foundation"
      }
      guard targets.contains(where: { $0.name == name }) else { return nil }
      return target.imports.contains(name)
        ? nil : "\(file) imports \(name), which its target does not declare"
    }
  }

  /// Names of the modules that a Swift file imports.
  static func imports(in source: String) -> [String] {
    source.split(whereSeparator: \.isNewline).compactMap { line in
      var words = declarationWords(line)[...]
      guard words.popFirst() == "import" else { return nil }
      if let kind = words.first, kinds.contains(kind) { words.removeFirst() }
      return words.first?.split(separator: ".").first.map(String.init)
    }
  }

  /// `import struct A.B` imports A.
  private static let kinds: Set<Substring> = [
    "struct", "class", "enum", "protocol", "typealias", "func", "var", "let",
  ]

  private func fault(_ target: Target, at index: Int, imports name: String) -> String? {
    guard let other = targets.firstIndex(where: { $0.name == name }) else { return nil }
    let (from, to) = (target.column, targets[other].column)
    guard let high = Layer.columns[from], let low = Layer.columns[to] else { return nil }
    let fault = "\(target.name) (\(from)) may not import \(name) (\(to))"
    if from == to { return other < index || Self.isLink(name) ? nil : fault + ": it is listed below" }
    if low >= high || Self.never[from]?.contains(name) == true { return fault }
    return Self.behindTheDoor.contains(name) ? fault + ": enter by Kernels" : nil
  }

  /// The links to SIMDKernels depend on the host and stand at the end of the table.
  private static func isLink(_ name: String) -> Bool { name.hasPrefix("SIMDKernels") }
}

/// The words of a line of Swift, without the attributes and modifiers in front of a declaration.
func declarationWords(_ line: Substring) -> [Substring] {
  let words = line.split(separator: " ")
  return Array(words.drop { $0.hasPrefix("@") || modifiers.contains($0) })
}

private let modifiers: Set<Substring> = [
  "public", "package", "internal", "private", "fileprivate", "private(set)", "fileprivate(set)", "static",
  "mutating", "consuming", "override", "convenience", "final", "required",
]
