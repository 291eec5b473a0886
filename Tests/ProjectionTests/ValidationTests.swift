import Foundation
import Hardware

@testable import Projection
import Quantities
import Results
import Testing

/// The law against what others published, with this program's efficiency from a run that is kept in the repository.
@Suite struct ValidationTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  static let run = root.appending(path: "results/amd-epyc-2c/2026-11-21-ea47ae2154-run.json").path

  private func validation(_ rows: [PublishedRow] = PublishedRow.all) throws -> Validation {
    Validation(KernelEfficiency(try ResultsStore.load(Self.run)), rows: rows)
  }

  /// Half of all rows that count lie within 25 %.
  @Test func decodeOnBoardsIsPredicted() throws {
    let found = try validation()
    let boards = ["raspberry-pi-4", "raspberry-pi-5", "intel-n150"]
    #expect(try #require(found.medianError { boards.contains($0.published.machine) }) < 0.25)
    for board in boards {
      #expect(try #require(found.medianError { $0.published.machine == board }) < 0.25, "\(board)")
    }
    // Those whose source prints the format, alone.
    #expect(
      try #require(found.medianError { $0.published.group == .cores && !$0.published.typeIsAssumed }) < 0.25)
    #expect(found.within { $0.published.group == .cores }.of >= 28)
  }

  /// Outliers are told by what their source says: none of them may have been predicted and then dropped.
  @Test func everyRowThatDoesNotCountSaysWhy() throws {
    let rows = try validation().rows
    for row in rows where !row.counts {
      #expect(row.remark?.isEmpty == false && row.error == nil, "\(row.published.model)")
    }
    #expect(rows.count >= 50 && rows.count(where: \.counts) >= 38)
    #expect(Set(rows.map(\.published.machine)).isSubset(of: HardwareCatalogue.builtIn.ids))
  }

  /// The test of the test: a published row that is off is seen.
  @Test func aWrongLawWouldBeFound() throws {
    let rows = PublishedRow.all.map { row in
      PublishedRow(
        machine: row.machine, model: row.model, type: row.type, typeIsAssumed: row.typeIsAssumed,
        decode: row.decode * 2, prefill: row.prefill, citation: row.citation, group: row.group,
        outlier: row.outlier)
    }
    #expect(try #require(try validation(rows).medianError { $0.published.group == .cores }) > 0.25)
  }
}
