// swift-tools-version: 6.1
import PackageDescription

// A package of its own, so that nobody builds another harness to use this one.
let package = Package(
  name: "PackageBenchmark",
  dependencies: [
    .package(name: "perwatt", path: "../.."),
    // Without traits: no allocator and no runtime hooks beneath what is measured.
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "PerwattBenchmarks",
      dependencies: [
        .product(name: "Benchmark", package: "benchmark"),
        .product(name: "InferenceCases", package: "perwatt"),
        .product(name: "KernelCases", package: "perwatt"), .product(name: "Kernels", package: "perwatt"),
        .product(name: "Machine", package: "perwatt"),
        .product(name: "MachineCases", package: "perwatt"),
        .product(name: "Measurement", package: "perwatt"),
        .product(name: "Parallel", package: "perwatt"),
      ], path: "Benchmarks/PerwattBenchmarks",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
  ]
)
