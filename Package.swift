// swift-tools-version: 6.2
import PackageDescription

// One table: every target, its folder, what it imports. Imports point down (README, "Layout"):
// Core < Machine < Kernels, Harness < Model, Reports < Benchmarks < perwatt.

/// Flags of a kernel target. `-Xcc -march` steers Swift's own code generation too; `-Ounchecked` keeps
/// kernels fast in debug builds, so that tests run at full speed.
func kernelFlags(_ clang: [String]) -> [SwiftSetting] {
  [.unsafeFlags(["-Ounchecked"] + clang.flatMap { ["-Xcc", $0] })]
}

func library(
  _ name: String, in folder: String, imports: [Target.Dependency] = [], flags: [SwiftSetting] = [],
  exclude: [String] = []
) -> Target {
  .target(
    name: name, dependencies: imports, path: "Sources/\(folder)/\(name)", exclude: exclude,
    swiftSettings: flags)
}
func cLibrary(_ name: String, in folder: String) -> Target {
  .target(name: name, path: "Sources/\(folder)/\(name)", cSettings: [.unsafeFlags(["-O2"])])
}
func cases(_ name: String, imports: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: imports, path: "Benchmarks/\(name)")
}
func tests(
  _ name: String, imports: [Target.Dependency] = [], resources: [Resource] = [], exclude: [String] = []
) -> Target {
  .testTarget(
    name: name, dependencies: imports, path: "Tests/\(name)", exclude: exclude, resources: resources)
}

let package = Package(
  name: "perwatt",
  targets: [
    // Core
    library("Quantities", in: "Core"),
    library("Statistics", in: "Core"),
    // Machine
    cLibrary("CMachine", in: "Machine"),
    library("Machine", in: "Machine", imports: ["CMachine", "Quantities"]),
    library("Energy", in: "Machine", imports: ["CMachine", "Machine", "Quantities"]),
    // Kernels: the rest of the project enters by the target of that name only
    library("QuantFormats", in: "Kernels"),
    // Model
    library("Model", in: "Model", imports: ["QuantFormats", "Statistics"]),
    // Harness: never Kernels, never Model
    library("Measurement", in: "Harness", imports: ["CMachine", "Quantities", "Statistics"]),
    library("Results", in: "Harness", imports: ["Quantities", "Statistics", "Machine", "Measurement"]),
    library("Claims", in: "Harness", imports: ["Quantities"], exclude: ["README.md"]),
    // Tests
    tests("StatisticsTests", imports: ["Statistics"]),
    tests("QuantitiesTests", imports: ["Quantities"]),
    tests("ClaimsTests", imports: ["Claims", "Quantities"], exclude: ["Golden"]),
  ],
  swiftLanguageModes: [.v6]
)
