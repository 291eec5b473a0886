import Testing

@testable import Judgement

@Suite struct CommitOrderTests {
  /// a ← b ← m ← d; m also takes in x ← y, which began at a; z is on no line to d.
  private let order = CommitOrder(
    log: """
      d000 2026-01-09T00:00:00Z m000
      m000 2026-01-08T00:00:00Z b000 y000
      y000 2026-01-02T00:00:00Z x000
      b000 2026-01-03T00:00:00Z a000
      x000 2026-01-05T00:00:00Z a000
      a000 2026-01-01T00:00:00Z
      """)

  @Test func theMainLineComesBeforeTime() throws {
    let places = try ["a", "b", "x", "y", "m", "d"].map { try #require(order.place(of: $0)) }
    #expect(places == places.sorted() && places[2] == places[3])
    #expect(Set(places).count == 5)
  }

  @Test func commitsAreKnownByTheBeginningOfTheirHash() {
    let twins = CommitOrder(log: "abc1 2026-01-02T00:00:00Z abc2\nabc2 2026-01-01T00:00:00Z\n")
    #expect(twins.place(of: "abc1") == 3 && twins.place(of: "abc2") == 1)
    for unknown in ["abc", "abc12", "z", "", "abc0", "abd"] { #expect(twins.place(of: unknown) == nil) }
  }

  @Test func timesStandAfterTheCommitsThatAreOlder() {
    #expect(order.place(at: "2025-12-31T23:59:59Z") == -1)
    #expect(order.place(at: "2026-01-01T00:00:00Z") == order.place(of: "a000"))
    #expect(order.place(at: "2026-01-07T00:00:00Z") == order.place(of: "b000"))
    #expect(order.place(at: "2027-01-01T00:00:00Z") == order.place(of: "d000"))
  }

  @Test(arguments: ["", "fatal: not a git repository\n", "a b c\na b a\n", "a 2026-01-01T00:00:00Z a\n"])
  func otherTextIsNoCrash(log: String) {
    let order = CommitOrder(log: log)
    #expect(order.place(of: "zzz") == nil && order.place(at: "2020-01-01T00:00:00Z") == -1)
  }

  @Test func aLongLineIsFollowed() {
    let log = (0..<50_000).map { "\(100_000 - $0) 2026-01-01T00:00:00Z \(100_000 - $0 - 1)" }
    let order = CommitOrder(log: log.joined(separator: "\n"))
    #expect(order.place(of: "100000") == 99_999 && order.place(of: "50001") == 1)
  }
}
