import Foundation
import Testing

@testable import Results

/// What is left out of a run's text before a summary is read from it.
@Suite struct SampleListsTests {
  private func emptied(_ text: String) -> String {
    String(decoding: SampleLists.emptied(in: Data(text.utf8)), as: UTF8.self)
  }

  @Test func listsOfSamplesGoAndNothingElse() {
    #expect(
      emptied(#"{"a":[1,2],"samples_s" : [ 1.5e-3,\#n2 ],"rounds":[0,1],"cpus":[0,1]}"#)
        == #"{"a":[1,2],"samples_s" : [],"rounds":[],"cpus":[0,1]}"#)
    #expect(emptied(#"{"token_s":[[1,2],[-3E+4]],"b":1}"#) == #"{"token_s":[],"b":1}"#)
    #expect(emptied(#"[{"rounds":[]},{"rounds":[7]}]"#) == #"[{"rounds":[]},{"rounds":[]}]"#)
    for text in ["", "[", "]", "[1]", ":[1]", "{}"] { #expect(emptied(text) == text) }
  }

  @Test(arguments: [
    #"{"note":"\"samples_s\": [1, 2]"}"#, #"{"samples_s":[1,"2"]}"#, #"{"samples_s":[1,null]}"#,
    #"{"samples_s":[1,2"#, #"{"xsamples_s":[1]}"#, #"{"samples_s",[1]}"#,
  ])
  func whatIsNoListOfSamplesStays(text: String) { #expect(emptied(text) == text) }

  /// Every byte at every place of a row that is read eight at once.
  @Test func aListEndsAtTheFirstOtherByte() {
    let others = Set(UInt8.min...UInt8.max).subtracting("0123456789.,-+eE \t\n\r".utf8)
    #expect(others.count == 256 - 20)
    for place in 0..<19 {
      for byte in UInt8.min...UInt8.max {
        var row = Array("1.25e-3,\n -4,+5E6, ".utf8)
        row[place] = byte
        let end = row.withUnsafeBytes { SampleLists.end(of: $0, from: 0) }
        #expect(end == (others.contains(byte) ? place : row.count), "\(byte) at \(place)")
      }
    }
  }

  /// The rest decodes to the same.
  @Test func aRecordKeepsAllElse() throws {
    let record = try fullRecord()
    let text = try record.json()
    let slim = SampleLists.emptied(in: text)
    #expect(slim.count < text.count)
    var read = try RecordJSON.decodeRun(slim, path: "r")
    for (index, measured) in record.cases.enumerated() {
      for (place, alternative) in measured.alternatives.enumerated() {
        read.cases[index].alternatives[place].samples = alternative.samples
        read.cases[index].alternatives[place].rounds = alternative.rounds
        read.cases[index].alternatives[place].outliers = alternative.outliers
      }
    }
    read.benches = record.benches
    #expect(read == record)
  }
}
