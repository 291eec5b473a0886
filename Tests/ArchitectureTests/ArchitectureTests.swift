import Foundation
import Testing

@Suite struct ArchitectureTests {
  static let folders = ["Sources", "Benchmarks"]

  @Test func importsPointDown() throws {
    let rules = ImportRules(targets: try Checkout.targets())
    #expect(rules.faultsInTable() == [])
    for target in rules.targets where Layer.columns[target.column] != nil {
      for (path, text) in try Checkout.swiftFiles(target.path) {
        #expect(rules.faults(in: text, of: target, file: path) == [])
      }
    }
  }

  /// The nested package sees cases and what they are made of, and never what stores, judges or draws.
  @Test func theNestedPackageMeasuresOnly() throws {
    let seen: Set = [
      "Benchmark", "PackageDescription", "InferenceCases", "KernelCases", "Kernels", "Machine",
      "MachineCases",
      "Measurement", "Model", "Parallel",
    ]
    let files = try Checkout.swiftFiles("Benchmarks/PackageBenchmark")
    #expect(files.count >= 3)
    for (path, text) in files {
      #expect(Set(ImportRules.imports(in: text)).subtracting(seen) == [], "\(path)")
    }
  }

  @Test func everyTargetHasALayer() throws {
    let targets = try Checkout.targets()
    #expect(targets.count > 20)
    for target in targets where !target.path.hasPrefix("Tests/") {
      #expect(Layer.columns[target.column] != nil, "\(target.name) in \(target.path)")
    }
  }

  @Test func filesAndFunctionsAreShort() throws {
    var files = 0, functions = 0
    for (path, text) in try (Self.folders + ["Tests"]).flatMap(Checkout.swiftFiles) {
      #expect(Budget.faults(in: text, file: path) == [])
      files += 1
      functions += Budget.functions(in: text).count
    }
    #expect(files > 100 && functions > 500)  // the checker sees them
  }

  @Test func noFileNamesOnesOwnMachine() throws {
    for (path, bytes) in try Checkout.trackedFiles() ?? [] {
      #expect(Self.personalPaths(in: bytes) == [], "\(path)")
    }
  }

  /// Folders that exist on the author's machine only. Put together here, so that this file passes too.
  static func personalPaths(in bytes: Data) -> [String] {
    ["home", "root", "Users"].map { "/\($0)/" }.filter { bytes.range(of: Data($0.utf8)) != nil }
  }
}

/// The checkers themselves, held against planted faults.
@Suite struct CheckerTests {
  static let rules = ImportRules(targets: [
    Target(name: "Quantities", path: "Sources/Core/Quantities", imports: []),
    Target(name: "BLAS", path: "Sources/Kernels/BLAS", imports: []),
    Target(name: "Kernels", path: "Sources/Kernels/Kernels", imports: ["BLAS", "Quantities"]),
    Target(name: "Measurement", path: "Sources/Harness/Measurement", imports: ["Quantities"]),
    Target(name: "Results", path: "Sources/Harness/Results", imports: ["Measurement"]),
  ])

  private func faults(_ source: String, in name: String) throws -> Int {
    let target = try #require(Self.rules.targets.first { $0.name == name })
    return Self.rules.faults(in: source, of: target, file: "f.swift").count
  }

  @Test func forbiddenImportsAreFound() throws {
    #expect(try faults("import Quantities\nimport Glibc\n", in: "Measurement") == 0)
    #expect(try faults("import Quantities\nimport Kernels\n", in: "Measurement") == 1)
    for line in [
      "@testable import Kernels", "  import Kernels  // why", "public import struct Kernels.KernelSet",
    ] {
      #expect(try faults("#if os(Linux)\n\(line)\n#endif", in: "Measurement") == 1)
    }
    #expect(try faults("// import Kernels\nlet text = \"import Kernels\"", in: "Measurement") == 0)
    #expect(try faults("import Foundation", in: "Measurement") == 1)
    #expect(try faults("import Foundation", in: "Results") == 0)
  }

  @Test(arguments: [
    ("Measurement", "Sources/Harness", "Kernels"), ("Measurement", "Sources/Harness", "Results"),
    ("Kernels", "Sources/Kernels", "Measurement"), ("Quantities", "Sources/Core", "Measurement"),
    ("Model", "Sources/Model", "BLAS"), ("Reports", "Sources/Reports", "Kernels"),
    ("Cases", "Benchmarks", "BLAS"),
  ])
  func upwardRowsOfTheTableAreFound(name: String, folder: String, imported: String) {
    #expect(Self.rules.faultsInTable() == [])
    var targets = Self.rules.targets
    let row = Target(name: name, path: "\(folder)/\(name)", imports: [imported])
    if let index = targets.firstIndex(where: { $0.name == name }) {
      targets[index] = row
    } else {
      targets.append(row)
    }
    #expect(ImportRules(targets: targets).faultsInTable().count == 1)
  }

  private func function(_ head: String, lines: Int) -> String {
    "struct S {\n  \(head) {\n" + String(repeating: "    work()\n", count: lines) + "  }\n\n  let a = 1\n}\n"
  }

  @Test(arguments: [
    "func run()", "public init(_ a: Int)", "@discardableResult func run()", "static var name: String",
    "private static func run<T: P>(\n    a: Int, b: Int\n  ) throws(E) -> T where T: Q", "deinit",
    "mutating func run(a: Int)\n    throws(E) -> Int\n ",
  ])
  func longFunctionsAreFound(head: String) {
    #expect(Budget.functions(in: function(head, lines: 25)).map(\.lines) == [25])
    #expect(Budget.faults(in: function(head, lines: 25), file: "f.swift") == [])
    #expect(Budget.faults(in: function(head, lines: 26), file: "f.swift").count == 1)
    #expect(Budget.faults(in: function(head, lines: 26), file: "SIMDKernels/f.swift") == [])
    #expect(Budget.faults(in: function(head, lines: 121), file: "SIMDKernels/f.swift").count == 1)
  }

  @Test func linesWithoutABodyAreNotFunctions() {
    let protocolBody = "protocol P {\n  var a: Int { get }\n  func run()\n  var b = 1\n}\n"
    #expect(Budget.functions(in: protocolBody + "func f() { work() }\nstruct S {\n}\n").isEmpty)
  }

  @Test func longFilesAndOwnPathsAreFound() {
    #expect(Budget.faults(in: String(repeating: "//\n", count: 300), file: "f.swift") == [])
    #expect(Budget.faults(in: String(repeating: "//\n", count: 301), file: "f.swift").count == 1)
    for folder in ["home", "root", "Users"] {
      #expect(ArchitectureTests.personalPaths(in: Data("in /\(folder)/me/x".utf8)) == ["/\(folder)/"])
    }
    #expect(ArchitectureTests.personalPaths(in: Data("/homes, at home/x".utf8)) == [])
  }
}
