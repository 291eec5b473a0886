import KernelTypes
import Parallel
import ReferenceKernels

/// The forms of activations that the products of a call ask for.
struct ActivationForms {
  /// As they are, row by row, and in panels.
  var rows = false, panels = false
  /// Quantised, without words and with.
  var bytes = false, words = false
  /// As pairs of bfloat16, row by row and, from these, in panels.
  var pairs = false, pairPanels = false
  /// In tiles of bfloat16, rounded or as sums.
  var tiles = false, splitTiles = false

  /// Whether tokens become other numbers.
  var rounds: Bool { bytes || words || pairs || tiles || splitTiles }
}

/// The activations of a call; what is not asked for is nil.
struct PreparedActivations {
  var tokens: Int, columns: Int
  /// Tokens of the whole call, which decide on the forms.
  var whole: Int
  var rows: UnsafePointer<Float>
  /// `rows` where they are to be written.
  var normalised: UnsafeMutablePointer<Float>?
  var panels: SIMDKernelSet.PackedA?
  var bytes: UnsafeMutableRawPointer?, words: UnsafeMutableRawPointer?
  var pairs: UnsafeMutablePointer<Float>?
  var pairPanels: SIMDKernelSet.PackedA?
  var tiles: UnsafeMutableRawPointer?, splitTiles: UnsafeMutableRawPointer?
}

extension SIMDKernelSet {
  /// Whether there are enough tokens to pack them.
  func takesPanels(_ w: Matrix, _ tokens: Int) -> Bool {
    switch w.format {
    case .f32: tokens > table.panelRows
    case .bf16 where w.activations == .bf16: tokens > table.panelRows
    case .f16, .bf16: tokens > min(table.panelRows, 8)
    default: false
    }
  }

  /// - Parameter whole: tokens of the whole call.
  func note(_ w: Matrix, _ tokens: Int, of whole: Int, in forms: inout ActivationForms) {
    if whole >= w.matrixTokens {
      if w.parts == .rounded { forms.tiles = true } else { forms.splitTiles = true }
    } else if w.activations == .int8 {
      if needsWords(w.format) { forms.words = true } else { forms.bytes = true }
    } else if w.activations == .bf16 {
      forms.pairs = true
      if takesPanels(w, tokens) { forms.pairPanels = true }
    } else if takesPanels(w, tokens) {
      forms.panels = true
    } else {
      forms.rows = true
    }
  }

  /// The activations in all forms asked for, valid until the next call.
  func prepare(
    _ input: ProjectionInput, of whole: Int, columns: Int, _ forms: ActivationForms
  ) -> PreparedActivations {
    let tokens = input.tokens, blocks = columns / ActivationForm.blockElements
    let keepsRows = input.norm != nil && (forms.rows || forms.panels)
    var a = PreparedActivations(tokens: tokens, columns: columns, whole: whole, rows: input.x)
    if keepsRows {
      let rows = workspace.normalised.floats(tokens * columns)
      (a.normalised, a.rows) = (rows, UnsafePointer(rows))
    }
    if forms.bytes { a.bytes = room(quantised, tokens * blocks * ActivationBlock.bytes) }
    if forms.words { a.words = room(quantisedWords, tokens * blocks * ActivationBlock.bytesWithWords) }
    if forms.pairs { a.pairs = rounded.floats(tokens * pairs(columns)) }
    if forms.tiles { a.tiles = room(tiles, roundUp(tokens, 16) * columns * 2) }
    if forms.splitTiles { a.splitTiles = room(splitTiles, roundUp(tokens, 16) * columns * 6) }
    if input.norm != nil || forms.rounds {
      pool.forEach(count: tokens, chunk: max(share(tokens, unit: 1), 16_384 / columns)) { [a] range, thread in
        prepare(range, of: input, into: a, thread)
      }
    }
    if forms.panels { a.panels = panels(of: a.rows, tokens, columns, pairs: false, in: packedA) }
    if forms.pairPanels, let rows = a.pairs {
      a.pairPanels = panels(of: rows, tokens, pairs(columns), pairs: true, in: packedPairs)
    }
    return a
  }

  private func panels(
    of rows: UnsafePointer<Float>, _ tokens: Int, _ depth: Int, pairs: Bool, in scratch: Scratch
  ) -> PackedA {
    let source = PackSource(rows, rows: tokens, depth: depth, rowStride: depth, depthStride: 1)
    return packA(source, Blocking(table, k: depth, pairs: pairs), in: scratch)
  }

  /// Normalises and quantises each token at once; its normalised row is kept only where floats are asked for, too.
  private func prepare(
    _ tokens: Range<Int>, of input: ProjectionInput, into a: PreparedActivations, _ thread: Int
  ) {
    let norm = input.norm, blocks = a.columns / ActivationForm.blockElements
    for t in tokens {
      var row = input.x + t * a.columns
      if let norm {
        let to = a.normalised.map { $0 + t * a.columns } ?? perThread.floats(a.columns, thread: thread)
        table.rmsNorm(row, norm.weight, to, a.columns, norm.epsilon)
        row = UnsafePointer(to)
      }
      if let bytes = a.bytes { table.integer.quantise(row, blocks, t, a.tokens, false, bytes) }
      if let pairs = a.pairs { table.brain.round(row, a.columns, pairs + t * self.pairs(a.columns)) }
      if let tiles = a.tiles { matrix!.round(row, blocks, t, tiles) }
      if let tiles = a.splitTiles {
        matrix!.split(row, Self.stepElements, blocks, tiles + (t / 16 * blocks * 3072 + t % 16 * 64))
      }
      if let words = a.words { table.integer.quantise(row, blocks, t, a.tokens, true, words) }
    }
  }

  /// Pairs of bfloat16 in a row.
  func pairs(_ columns: Int) -> Int { (columns + 1) / 2 }

  private func room(_ scratch: Scratch, _ bytes: Int) -> UnsafeMutableRawPointer {
    UnsafeMutableRawPointer(scratch.floats(bytes / 4))
  }
}
