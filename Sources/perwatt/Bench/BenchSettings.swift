import Kernels
import Measurement
import Quantities
import Results

/// The rows of llama-bench that a run is to measure; values only, all checked.
struct BenchSettings {
  var tests: [BenchTest]
  var batches: [Int]
  var microBatches: [Int]
  var keys: [KVFormat]
  var values: [KVFormat]
  /// Numbers of threads; each one has a pool of its own.
  var threads: [Int]
  var repetitions: Int
  var peer: PeerSettings?
  /// The options as given, by their names.
  var flags: [String: String]

  /// Everything but the test and the threads, in llama-bench's order.
  var configurations: [BenchConfiguration] {
    var all: [BenchConfiguration] = []
    for batch in batches {
      for microBatch in microBatches {
        for keys in keys {
          for values in values {
            for threads in threads {
              all.append(
                BenchConfiguration(
                  batch: batch, microBatch: min(microBatch, batch), threads: threads, keys: keys.rawValue,
                  values: values.rawValue))
            }
          }
        }
      }
    }
    return all.uniqued()
  }

  /// Rows of one model.
  var rowCount: Int { configurations.count * tests.count }
  /// Tokens that the longest row needs.
  var context: Int { tests.map(\.context).max() ?? 1 }
}

/// Another program to be measured in the same rotation.
struct PeerSettings {
  /// What tables call it.
  var name = "llama-bench"
  /// The program's name, to be found in the search path, or its path.
  var program: String
  /// Arguments that it gets besides those of the row.
  var arguments: [String] = []
  /// Whether its switches for attention and repacking are tried out first.
  var triesSwitches = false
  /// How long one start may take.
  var limit = Seconds(600)
}

extension Sequence where Element: Hashable {
  /// Without repetitions, in the order of first appearance.
  func uniqued() -> [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
