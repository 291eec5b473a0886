// KernelCases
