// swift-tools-version: 6.2
import PackageDescription

// One table: every target, its folder, what it imports. Imports point down (README, "Layout"):
// Core < Machine < Kernels, Harness < Model, Reports < Benchmarks < perwatt.

/// Warnings are errors where `PERWATT_STRICT` is set, as in `.ci/run`; a newer compiler's new warnings stop nobody else.
let strict: [SwiftSetting] =
  Context.environment["PERWATT_STRICT"] == nil ? [] : [.treatAllWarnings(as: .error)]

/// Flags of a kernel target. `-Xcc -march` steers Swift's own code generation too. Debug builds get the same
/// optimiser, over the whole module, so that tests run at full speed.
func kernelFlags(_ clang: [String]) -> [SwiftSetting] {
  [
    .unsafeFlags(["-Ounchecked"] + clang.flatMap { ["-Xcc", $0] }),
    .unsafeFlags(wholeModule, .when(configuration: .debug)),
  ]
}
let wholeModule = ["-wmo", "-num-threads", "1", "-disable-batch-mode"]

/// Optimised in debug builds too, with every check left in: what tests call millions of times.
let optimised: [SwiftSetting] = [.unsafeFlags(["-O"] + wholeModule, .when(configuration: .debug))]

/// Never optimised: the command starts what computes and prints what others drew, and is what a first build waits for last.
let plain: [SwiftSetting] = [.unsafeFlags(["-Onone"], .when(configuration: .release))]

func library(
  _ name: String, in folder: String, imports: [Target.Dependency] = [], flags: [SwiftSetting] = [],
  exclude: [String] = []
) -> Target {
  .target(
    name: name, dependencies: imports, path: "Sources/\(folder)/\(name)", exclude: exclude,
    swiftSettings: flags + strict)
}
func cLibrary(_ name: String, in folder: String) -> Target {
  .target(name: name, path: "Sources/\(folder)/\(name)", cSettings: [.unsafeFlags(["-O2"])])
}
func cases(_ name: String, imports: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: imports, path: "Benchmarks/\(name)", swiftSettings: optimised + strict)
}
func tests(
  _ name: String, imports: [Target.Dependency] = [], resources: [Resource] = [], exclude: [String] = [],
  flags: [SwiftSetting] = []
) -> Target {
  .testTarget(
    name: name, dependencies: imports, path: "Tests/\(name)", exclude: exclude, resources: resources,
    swiftSettings: flags + strict)
}

/// The kernel sources once more for each further ISA of the host: all of them, or what its instructions are for. Their
/// folders link to SIMDKernels/Shared.
#if arch(x86_64)
  let isas = [
    ("AVX2", ["-march=x86-64-v3"]), ("AVXVNNI", ["-march=x86-64-v3", "-mavxvnni"]),
    ("AVX512", ["-march=x86-64-v4"]), ("AVX512VNNI", ["-march=x86-64-v4", "-mavx512vnni"]),
    ("AVX512BF16", ["-march=x86-64-v4", "-mavx512vnni", "-mavx512bf16"]),
    ("AMX", ["-march=x86-64-v4", "-mavx512vnni", "-mavx512bf16", "-mamx-tile", "-mamx-bf16"]),
  ]
#elseif arch(arm64)
  // What `ISALevel` asks of a CPU, and no more: Neoverse V1 has i8mm, but is Armv8.4. Also in build-arm-kernels.sh.
  let isas = [
    ("DotProd", ["-march=armv8.2-a+dotprod+fp16"]),
    ("I8MM", ["-march=armv8.2-a+dotprod+fp16+i8mm+bf16"]),
  ]
#else
  let isas: [(String, [String])] = []
#endif
let isaTargets = isas.map { isa, flags in
  library(
    "SIMDKernels\(isa)", in: "Kernels", imports: ["KernelTypes", "CKernels"], flags: kernelFlags(flags))
}
#if arch(x86_64)
  /// The AVX-512 configurations, 16 lanes and 12 rows, in AVX2 instructions: their logic is tested on every machine.
  let wideTargets = [("Wide", []), ("WideBF16", ["-DCK_BRAIN_PAIRS"]), ("WideAMX", [])].map {
    name, flags -> Target in
    .target(
      name: "SIMDKernels\(name)", dependencies: ["KernelTypes", "CKernels"],
      path: "Tests/TestSupport/SIMDKernels\(name)",
      swiftSettings: kernelFlags(["-march=x86-64-v3"] + flags))
  }
#else
  let wideTargets: [Target] = []
#endif

let package = Package(
  name: "perwatt",
  // For Benchmarks/PackageBenchmark, which runs the same cases under another harness.
  products: [
    "Kernels", "Model", "Parallel", "Machine", "Measurement", "MachineCases", "KernelCases", "InferenceCases",
  ]
  .map { .library(name: $0, targets: [$0]) } + [.executable(name: "perwatt", targets: ["perwatt"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    // Core
    library("Quantities", in: "Core"),
    library("Statistics", in: "Core", flags: optimised),
    // Machine
    cLibrary("CMachine", in: "Machine"),
    cLibrary("CAllocations", in: "Machine"),
    library("Machine", in: "Machine", imports: ["CMachine", "Quantities", "Statistics"]),
    library("Energy", in: "Machine", imports: ["CMachine", "Machine", "Quantities", "Statistics"]),
    // Kernels: the rest of the project enters by the target of that name only
    library("QuantFormats", in: "Kernels", flags: optimised),
    library("ReferenceKernels", in: "Kernels", flags: optimised),
    library("KernelTypes", in: "Kernels"),
    cLibrary("CKernels", in: "Kernels"),
    library("SIMDKernels", in: "Kernels", imports: ["KernelTypes", "CKernels"], flags: kernelFlags([])),
    cLibrary("CLoader", in: "Kernels"),
    library("BLAS", in: "Kernels", imports: ["CLoader"]),
    cLibrary("CParallel", in: "Kernels"),
    library("Parallel", in: "Kernels", imports: ["CParallel"], flags: optimised),
    library(
      "Kernels", in: "Kernels",
      imports: [
        "QuantFormats", "ReferenceKernels", "KernelTypes", "SIMDKernels", "BLAS", "Parallel", "Machine",
      ] + isaTargets.map { .byName(name: $0.name) }, flags: optimised),
    // Model
    library("Corpora", in: "Model", imports: ["Statistics"], flags: optimised),
    library(
      "Model", in: "Model", imports: ["Kernels", "Parallel", "QuantFormats", "Statistics"], flags: optimised),
    library(
      "Training", in: "Model",
      imports: ["Corpora", "Kernels", "Model", "Parallel", "QuantFormats", "Statistics"], flags: optimised,
      exclude: ["README.md"]),
    // Harness: never Kernels, never Model
    library(
      "Hardware", in: "Harness", imports: ["Quantities"], exclude: ["README.md", "hardware.schema.json"]),
    library("Costs", in: "Harness", imports: ["Quantities"], exclude: ["README.md"]),
    library("Measurement", in: "Harness", imports: ["Quantities", "Statistics"]),
    library(
      "Results", in: "Harness", imports: ["Costs", "Quantities", "Statistics", "Machine", "Measurement"]),
    library(
      "Judgement", in: "Harness",
      imports: ["Costs", "Quantities", "Statistics", "Machine", "Measurement", "Results"]),
    library(
      "Projection", in: "Harness",
      imports: ["Costs", "Hardware", "Measurement", "Quantities", "Results", "Statistics"],
      exclude: ["README.md"]),
    library("Imports", in: "Harness", imports: ["Machine", "Measurement", "Quantities", "Results"]),
    library("Claims", in: "Harness", imports: ["Costs", "Hardware", "Quantities"], exclude: ["README.md"]),
    library(
      "Fleet", in: "Harness",
      imports: [
        "Claims", "Costs", "Hardware", "Judgement", "Machine", "Measurement", "Quantities", "Results",
        "Statistics",
      ], exclude: ["README.md"]),
    // Reports: from stored runs only
    library(
      "Reports", in: "Reports",
      imports: [
        "Costs", "Fleet", "Hardware", "Judgement", "Projection", "Results", "Machine", "Quantities",
        "Measurement",
        "Statistics",
      ]),
    library(
      "SQLiteExport", in: "Reports",
      imports: [
        "Reports", "Results", "Machine", "Measurement", "Quantities",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    // Benchmarks: the only place where Harness meets Kernels and Model
    cases("MachineCases", imports: ["Kernels", "Measurement", "Parallel", "Quantities"]),
    cases(
      "KernelCases",
      imports: [
        "Kernels", "MachineCases", "Measurement", "Parallel", "QuantFormats", "Quantities",
        "ReferenceKernels", "Statistics",
      ]),
    cases(
      "InferenceCases",
      imports: [
        "KernelCases", "Kernels", "Measurement", "Model", "Parallel", "Quantities", "ReferenceKernels",
        "Statistics",
      ]),
    cases(
      "TrainingCases",
      imports: [
        "Corpora", "Energy", "InferenceCases", "Kernels", "Measurement", "Model", "Quantities", "Training",
      ]),
    // The command
    .executableTarget(
      name: "perwatt",
      dependencies: [
        "MachineCases", "KernelCases", "InferenceCases", "TrainingCases", "CAllocations", "Claims", "Corpora",
        "Costs", "Energy", "Fleet", "Hardware", "Imports", "Judgement", "Kernels", "Machine", "Measurement",
        "Model",
        "Parallel", "Projection", "QuantFormats", "Quantities", "Reports", "Results", "SQLiteExport",
        "Statistics", "Training",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], path: "Sources/perwatt", swiftSettings: plain + strict),
    // Tests
    .target(
      name: "MadeUpNoise", dependencies: ["Statistics"], path: "Tests/TestSupport/MadeUpNoise",
      swiftSettings: strict),
    tests("StatisticsTests", imports: ["MadeUpNoise", "Statistics"]),
    tests("QuantitiesTests", imports: ["Quantities"]),
    .target(name: "FileTrees", path: "Tests/TestSupport/FileTrees"),
    tests(
      "MachineTests", imports: ["FileTrees", "Machine", "CMachine", "Quantities"],
      resources: [.copy("Fixtures")]),
    tests("EnergyTests", imports: ["Energy", "FileTrees", "Machine", "Quantities"]),
    tests(
      "ModelTests", imports: ["CAllocations", "Kernels", "Model", "Parallel", "QuantFormats", "Statistics"]),
    tests(
      "TrainingTests",
      imports: [
        "Corpora", "Kernels", "Model", "Parallel", "QuantFormats", "ReferenceKernels", "Statistics",
        "Training",
      ], flags: optimised),
    tests(
      "BenchmarksTests",
      imports: [
        "Corpora", "Energy", "InferenceCases", "KernelCases", "Kernels", "MachineCases", "Measurement",
        "Model", "Parallel", "QuantFormats", "Quantities", "ReferenceKernels", "Training", "TrainingCases",
      ], flags: optimised),
    tests("CorporaTests", imports: ["Corpora"]),
    tests("QuantFormatsTests", imports: ["QuantFormats", "Statistics"], flags: optimised),
    tests("ReferenceKernelsTests", imports: ["ReferenceKernels", "Statistics"]),
    tests("ParallelTests", imports: ["Parallel"]),
    tests(
      "KernelsTests",
      imports: [
        "Kernels", "BLAS", "KernelTypes", "QuantFormats", "Machine", "Parallel", "ReferenceKernels",
        "Statistics",
      ]
        + wideTargets.map { .byName(name: $0.name) }, flags: optimised),
    tests("ArchitectureTests"),
    tests(
      "CLITests",
      imports: [
        "perwatt", "FileTrees", "Kernels", "Measurement", "Model", "Parallel", "Projection", "Quantities",
        "Results", "SyntheticStore",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    tests("MeasurementTests", imports: ["Measurement", "Quantities", "Statistics"]),
    tests(
      "ReportsTests",
      imports: [
        "Costs", "Fleet", "Hardware", "Judgement", "Projection", "Reports", "Results", "Machine",
        "Measurement",
        "Quantities", "Statistics",
      ],
      resources: [.copy("Golden")]),
    tests(
      "SQLiteExportTests",
      imports: [
        "SQLiteExport", "Results", "Machine", "Measurement", "Quantities",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    tests(
      "JudgementTests",
      imports: [
        "Costs", "FileTrees", "Judgement", "MadeUpNoise", "Machine", "Measurement", "Quantities", "Results",
        "Statistics",
      ]),
    .target(
      name: "SyntheticStore",
      dependencies: ["Machine", "Measurement", "Quantities", "Results", "Statistics"],
      path: "Tests/TestSupport/SyntheticStore", swiftSettings: strict),
    .executableTarget(
      name: "StoreTool", dependencies: ["Results", "SyntheticStore"], path: "Tests/TestSupport/StoreTool",
      swiftSettings: strict),
    tests(
      "ResultsTests",
      imports: [
        "Costs", "Results", "Measurement", "Machine", "Quantities", "Statistics", "StoreTool",
        "SyntheticStore",
      ]),
    tests(
      "ImportsTests",
      imports: ["Imports", "Reports", "Results", "Machine", "Measurement", "Quantities"]),
    tests(
      "FleetTests",
      imports: [
        "Costs", "FileTrees", "Fleet", "Machine", "Measurement", "Quantities", "Results", "Statistics",
        "SyntheticStore",
      ]),
    tests("HardwareTests", imports: ["Hardware", "Quantities"]),
    tests("CostsTests", imports: ["Costs", "Quantities"]),
    tests(
      "ProjectionTests",
      imports: ["Costs", "Hardware", "Measurement", "Projection", "Quantities", "Results"]),
    tests("ClaimsTests", imports: ["Claims", "Costs", "Hardware", "Quantities"], exclude: ["Golden"]),
  ] + isaTargets + wideTargets,
  swiftLanguageModes: [.v6]
)
