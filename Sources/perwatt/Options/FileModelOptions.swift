import ArgumentParser
import Kernels
import Machine
import Model
import Quantities

/// A model file and the backend that runs it.
struct FileModelOptions: ParsableArguments {
  @Option(name: [.customShort("m"), .long], help: "The model: \(ModelOptions.fileHelp)")
  var model: String

  @Option(help: "The kernels to use: simd, scalar, openblas, or one ISA such as simd:avx2.")
  var backend = "simd"

  @Flag(help: "Leave weights as they lie in the file: less memory and time to load, slower products.")
  var noRepack = false

  @OptionGroup var threads: ThreadOptions

  func validate() throws { try ModelOptions.refuseEmpty(model) }

  /// Opens the file; the backend is checked first, because that costs nothing.
  func open() throws -> (file: GGUFFile, weights: ModelWeights, kernels: any KernelSet) {
    let kernels = try Backends.make(backend, pool: threads.makePool())
    let file = try GGUFFile(path: model)
    let provider = try GGUFWeights(file: file)
    let needed = Bytes(Double(try ModelWeights.bytesNeeded(provider, kernels: kernels)))
    if !noRepack, let available = MachineFacts.read().memoryAvailable.value, needed > available {
      let (want, have) = (Format.binary(needed), Format.binary(available))
      throw Failure(
        "\(model) needs \(want) of memory with \(kernels.name), \(have) are available; use a smaller model")
    }
    return (file, try ModelWeights(provider, kernels: kernels), kernels)
  }
}
