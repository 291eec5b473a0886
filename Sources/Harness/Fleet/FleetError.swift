/// Why a fleet, a host or a record cannot be used: one line that says what, where and what to do.
public struct FleetError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) { self.description = description }
}
