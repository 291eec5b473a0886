import Foundation

extension RunRecord {
  /// The record as it is stored: indented, keys sorted.
  ///
  /// - Throws: `ResultsError.notFinite` with the field's path.
  public func json() throws(ResultsError) -> Data { try RecordJSON.encode(self) }
}
