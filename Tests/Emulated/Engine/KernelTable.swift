import KernelTypes

/// What a module of kernels shows of itself, without bodies: Embedded Swift would otherwise compile the kernels once more
/// with their caller, in the caller's instructions. The linker finds the functions of these names.
@export(interface) public func kernelTable() -> SIMDTable { fatalError("linked without its kernels") }
@export(interface) public func integerTable() -> IntegerTable { fatalError("linked without its kernels") }
@export(interface) public func brainTable() -> BrainTable { fatalError("linked without its kernels") }
