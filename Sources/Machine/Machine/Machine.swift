/// What this computer is.
public struct MachineFacts: Codable, Hashable, Sendable {
  /// Names the machine in the results folder.
  public var key: String

  public init(key: String) { self.key = key }
}
