import Measurement
import Quantities
import Statistics

extension AlternativeRecord {
  /// Times that another program told.
  /// - Parameters:
  ///   - samples: seconds, not empty, in the order in which they were taken.
  ///   - note: what is particular about them.
  public init(told label: String, samples: [Double], note: String? = nil) {
    (self.label, status, reason, self.note) = (label, .timed, nil, note)
    check = .missing(reason: "another program's results are not seen")
    (iterations, self.samples, rounds) = (1, samples, Array(samples.indices))
    time = MedianTime(MedianInterval(of: samples))
  }
}

extension CaseRecord {
  /// A case that another program measured.
  public init(told id: String, title: String, group: String, work: Work, by alternative: AlternativeRecord) {
    (self.id, self.title, self.group, self.work) = (id, title, group, work)
    alternatives = [alternative]
  }
}
