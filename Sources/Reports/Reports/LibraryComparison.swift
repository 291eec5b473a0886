import Measurement
import Quantities
import Results

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How the best SIMD build compares with BLAS libraries over the shapes of one product, f32 with B transposed.
struct LibraryComparison {
  private let shapes: [CaseRecord]
  private let simd: String

  /// Nil with fewer than two shapes, without a SIMD build or without a library.
  init?(_ cases: [CaseRecord]) {
    let prefix = "kernel.gemm.f32."
    let shapes = cases.filter {
      $0.id.hasPrefix(prefix) && $0.id.dropFirst(prefix.count).first?.isNumber == true
    }
    let labels = shapes.labels
    let builds = labels.filter { $0.hasPrefix("simd") }.compactMap { label in
      shapes.geometricMean {
        $0.alternatives.first { $0.label == label }.flatMap($0.alternatives.ratioToBest)?.median
      }
      .map { (label, $0) }
    }
    guard shapes.count > 1, labels.contains(where: \.isLibrary), let best = builds.min(by: { $0.1 < $1.1 })
    else {
      return nil
    }
    (self.shapes, simd) = (shapes, best.0)
  }

  var title: String {
    "Speed of \(simd) as a multiple of each library's, f32 GEMM: geometric mean over the shapes (lowest … highest)"
  }

  /// One for each library, and one for the fastest of each shape.
  var lines: [(against: String, figures: String)] {
    let libraries = shapes.labels.filter(\.isLibrary)
    let each = libraries.map { label in
      (label, figures { $0.alternatives.first { $0.label == label && $0.isTimed } })
    }
    guard libraries.count > 1 else { return each }
    return each + [
      ("the fastest of each shape", figures { $0.alternatives.filter(\.label.isLibrary).best })
    ]
  }

  /// `1.02× (0.99× … 1.06×)`.
  private func figures(_ library: (CaseRecord) -> AlternativeRecord?) -> String {
    let gains = shapes.compactMap { shape -> Double? in
      guard let mine = shape.alternatives.first(where: { $0.label == simd && $0.isTimed }) else { return nil }
      return library(shape)?.ratio(over: mine)?.median
    }
    guard let mean = gains.geometricMean, let low = gains.min(), let high = gains.max() else {
      return NumberText.none
    }
    let share = gains.count < shapes.count ? ", \(gains.count) of \(shapes.count) shapes" : ""
    return "\(NumberText.ratio(mean)) (\(NumberText.ratio(low)) … \(NumberText.ratio(high)))\(share)"
  }
}

extension String {
  /// Whether it names neither the scalar reference nor a SIMD build.
  var isLibrary: Bool { self != "scalar" && !hasPrefix("simd") }
}

extension [CaseRecord] {
  /// In order of first appearance.
  fileprivate var labels: [String] {
    var seen: Set<String> = []
    return flatMap(\.alternatives).map(\.label).filter { seen.insert($0).inserted }
  }

  fileprivate func geometricMean(_ figure: (CaseRecord) -> Double?) -> Double? {
    compactMap(figure).geometricMean
  }
}

extension [Double] {
  /// Nil without elements.
  var geometricMean: Double? {
    isEmpty ? nil : exp(reduce(0) { $0 + log($1) } / Double(count))
  }
}
