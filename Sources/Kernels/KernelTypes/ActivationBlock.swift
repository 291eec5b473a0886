/// 32 successive activations of one token, quantised: 32 signed bytes, then what belongs to all of them.
///
/// The sums serve weights that are stored without sign, q + offset: Σ q · y = Σ (q + offset) · y − offset · Σ y. Sums of
/// the products start with −offset · Σ y, in the form that the ISA sums in: one number of 32 bits, or two of 16 bits for
/// the even and the odd pairs of elements.
public enum ActivationBlock {
  @inlinable public static var elements: Int { 32 }
  /// Blocks along k that lie together; see `PanelProduct`.
  @inlinable public static var groupBlocks: Int { 8 }
  /// The scale, a float.
  @inlinable public static var scale: Int { 32 }
  /// scale · Σ y, a float: the factor of weights' minima.
  @inlinable public static var scaledSum: Int { 36 }
  /// −8 · Σ y for weights of 4 bits.
  @inlinable public static var start4: Int { 40 }
  /// −32 · Σ y of the first half and of the second for weights of 6 bits.
  @inlinable public static var start6: Int { 44 }
  /// −128 · Σ y for weights of 8 bits where they are stored without sign.
  @inlinable public static var start8: Int { 52 }
  /// A cache line; with words, another one that holds the elements once more in 16 bits each, of every
  /// four 0 and 2, then 1 and 3.
  @inlinable public static var bytes: Int { 64 }
  @inlinable public static var bytesWithWords: Int { 128 }
}
