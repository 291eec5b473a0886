import KernelTypes

/// The formats of quantised panels. Values are literals in all calls, so that what depends on them folds away.
enum QuantFormat {
  case q8_0, q4_0, q4_k, q6_k

  /// Bytes of a row's elements in a block.
  @inline(__always) var elementBytes: Int {
    switch self {
    case .q8_0: 32
    case .q4_0, .q4_k: 16
    case .q6_k: 24
    }
  }

  /// Bytes of a row's scales in a group of `blocks` blocks: halves, K formats with bytes for each block.
  @inline(__always) func scaleBytes(blocks: Int) -> Int {
    switch self {
    case .q8_0, .q4_0: 2 &* blocks
    case .q4_k: 20
    case .q6_k: 18
    }
  }

  /// Steps of a block of expanded weights: 4 bytes of each row, or 2 words with their sign, even ones, then odd ones.
  @inline(__always) var expandedSteps: Int { usesWords ? 16 : 8 }
  /// Whether there is anything to expand: weights of 8 bits may lie as they are multiplied.
  @inline(__always) var expands: Bool { self != .q8_0 || usesWords }

  @inline(__always) var usesWords: Bool { self == .q8_0 && multipliesWords }
  /// Bytes from one block of a token's activations to the next.
  @inline(__always) var activationBytes: Int {
    usesWords ? ActivationBlock.bytesWithWords : ActivationBlock.bytes
  }
}
