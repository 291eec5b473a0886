import KernelTypes

/// What a module of kernels shows of itself, without its body: Embedded Swift would otherwise compile the kernels once more
/// with their caller, in the caller's instructions. The linker finds the function of this name.
@export(interface) public func kernelTable() -> SIMDTable { fatalError("linked without its kernels") }
