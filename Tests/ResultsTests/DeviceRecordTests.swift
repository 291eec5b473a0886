import Foundation
import Quantities
import Statistics
import Testing

@testable import Results

/// A run that Benchmarks/gpu/reference.py wrote (Tests/Fixtures/scripts/gpu-run.py).
@Suite struct DeviceRecordTests {
  private static let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures/gpu-run.json").path

  @Test func itIsARunLikeAnyOther() throws {
    let run = try ResultsStore.load(Self.path)
    #expect(run.validity.status == .valid && run.machine.key == "made-up-gpu")
    #expect(run.device?.kind == .cuda && run.device?.powerLimit.value == Watts(250))
    #expect(run.models.flatMap(\.backends).map(\.batch) == [1, 8])
    #expect(run.peaks.count == 3 && run.energy.count == 4)
    #expect(run.cases.flatMap(\.alternatives).allSatisfy { $0.isTimed && $0.check.value?.passed == true })
    #expect(try RecordJSON.decodeRun(RecordJSON.encode(run), path: "run.json") == run)
  }

  /// The medians and bounds that Python computed are those of Swift.
  @Test func intervalsAreOurs() throws {
    for measured in try ResultsStore.load(Self.path).cases {
      for alternative in measured.alternatives {
        let ours = MedianTime(MedianInterval(of: alternative.samples)),
          theirs = try #require(alternative.time)
        for field in [\MedianTime.median.value, \.low.value, \.high.value, \.confidence] {
          #expect(abs(ours[keyPath: field] - theirs[keyPath: field]) <= 1e-9 * ours[keyPath: field])
        }
      }
    }
  }

  /// Histories and comparisons never take a GPU's case for a core's, nor one batch for another.
  @Test func idsNameDeviceClassFormatAndBatch() throws {
    let ids = try ResultsStore.load(Self.path).cases.map(\.id)
    #expect(Set(ids).count == ids.count && ids.allSatisfy { $0.hasPrefix("torch.") })
    #expect(ids.contains("torch.decode.stories-260k.f32.b1.d64"))
    #expect(ids.contains("torch.decode.stories-260k.f32.b8.d64"))
  }

  @Test func theMethodStandsInTheProtocol() throws {
    let run = try ResultsStore.load(Self.path)
    #expect(run.caseProtocol(run.cases[0]).hasPrefix("reference.py 1, samples of "))
  }
}
