import BLAS
import Machine
import Parallel
import Testing

@testable import Kernels

private let openBLASIsInstalled = (try? BLASLibrary.openBLAS()) != nil

extension KernelTests {
  /// OpenBLAS of the Debian package libopenblas-dev; without it these tests are skipped.
  @Suite(.enabled(if: openBLASIsInstalled, "OpenBLAS is missing: apt-get install libopenblas-dev"))
  struct BLASTests {
    @Test func saysWhatItIs() throws {
      let library = try BLASLibrary.openBLAS()
      #expect(library.path.contains("openblas"))
      #expect(library.configuration?.contains("OpenBLAS") == true)
      #expect(library.coreType?.isEmpty == false)
    }

    /// Each core type is a library of its own, and loading one changes nothing for the others.
    @Test func coreTypesLiveSideBySide() throws {
      let asFound = try BLASLibrary.openBLAS(), chosen = asFound.coreType
      let types = OpenBLASCoreType.supported
      let libraries = try types.map { try BLASLibrary.openBLAS(coreType: $0.rawValue) }
      for (type, library) in zip(types, libraries) {
        #expect(library.coreType?.lowercased() == type.rawValue.lowercased())
      }
      #expect(try BLASLibrary.openBLAS().coreType == chosen)
    }

    @Test func theSameCoreTypeIsLoadedOnce() throws {
      let type = try #require(OpenBLASCoreType.supported.first).rawValue
      #expect(try BLASLibrary.openBLAS(coreType: type) === BLASLibrary.openBLAS(coreType: type))
    }

    @Test func usesAsManyThreadsAsThePool() throws {
      for backend in TestBackend.all where backend.testDescription.hasPrefix("openblas") {
        for threads in [2, 1] {
          let set = try #require(try backend.make(threads: threads) as? BLASKernelSet)
          #expect(set.name == backend.testDescription && set.pool.threads == threads)
          _ = GEMMProblem(64, 64, 64).fault(set)
          #expect(set.library.reportedThreads == threads, "\(set.name)")
          #expect((set.lingering == 0) == (threads == 1))
        }
      }
    }

    @Test func anyLibraryCanBeNamedByItsPath() throws {
      let set = try Backends.library(path: "libopenblas.so.0", pool: ThreadPool(threads: 1))
      #expect(set.name == "blas:openblas")
      #expect(GEMMProblem(33, 17, 20).fault(set) == nil)
    }

    @Test func leavesWhatItLacksToOthers() throws {
      let set = try Backends.make("openblas", pool: ThreadPool(threads: 1))
      #expect(set.operations == [.gemm, .gemv, .linear])
    }
  }

  @Suite struct BackendsTests {
    @Test func librariesAreNamedAfterTheirFiles() {
      #expect(Backends.stem("/usr/lib/x86_64-linux-gnu/libblis.so.4") == "blis")
      #expect(Backends.stem("libscipy_openblas.so") == "scipy_openblas")
      #expect(Backends.stem("mkl_rt.so.2") == "mkl_rt")
    }

    @Test func whatIsNoBLASIsRefusedWithItsPath() {
      let pool = ThreadPool(threads: 1)
      for (path, problem) in [("/nope/libblas.so", "cannot be opened"), ("libm.so.6", "has no cblas_sgemm")] {
        let error = #expect(throws: BackendError.self) { try Backends.library(path: path, pool: pool) }
        #expect("\(error!)".contains(path) && "\(error!)".contains(problem))
      }
    }

    @Test func unknownNamesGetTheListOfKnownOnes() {
      #expect(throws: BackendError.unknown(name: "cuda", known: Backends.names)) {
        try Backends.make("cuda", pool: ThreadPool(threads: 1))
      }
      let text = "\(BackendError.unknown(name: "cuda", known: ["scalar", "simd"]))"
      #expect(text == "unknown backend 'cuda'; this machine has scalar, simd")
    }

    /// Kernels of another CPU would end the process with an illegal instruction.
    @Test func coreTypesBeyondThisCPUAreNotOffered() {
      for type in OpenBLASCoreType.allCases {
        let name = "openblas:\(type.rawValue)", isSupported = ISALevel.supported.contains(type.level)
        #expect(Backends.names.contains(name) == isSupported)
        guard !isSupported else { continue }
        #expect(throws: BackendError.self) { try Backends.make(name, pool: ThreadPool(threads: 1)) }
      }
    }

    @Test func setsAreCalledWhatTheyWereAskedFor() throws {
      for name in Backends.names where name != "simd" && !name.hasPrefix("openblas") {
        #expect(try Backends.make(name, pool: ThreadPool(threads: 1)).name == name)
      }
      let best = try Backends.make("simd", pool: ThreadPool(threads: 1)).name
      #expect(best == Backends.simdNames.last)
    }

    @Test func aMissingLibraryIsOneLineWithTheRemedy() {
      let text = "\(BLASError.notFound(names: ["libopenblas.so.0"]))"
      #expect(text.contains("apt-get install libopenblas-dev") && !text.contains("\n"))
    }
  }
}
