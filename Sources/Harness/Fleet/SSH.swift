/// The user's own OpenSSH client: their configuration, keys, agents and jump hosts.
public struct SSH: Hashable, Sendable {
  /// A configuration instead of `~/.ssh/config`.
  public var config: String?

  public init(config: String? = nil) { self.config = config }

  /// The exit status that ssh keeps for its own failures.
  public static let ownFailure: Int32 = 255

  /// The client's arguments for a command on `host`. It never asks anything, and gives up a host that does not answer in
  /// ten seconds or falls silent for a minute.
  public func arguments(host: String, command: [String]) -> [String] {
    [
      "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=15",
      "-o", "ServerAliveCountMax=4",
    ] + (config.map { ["-F", $0] } ?? []) + ["--", host, PosixShell.command(command)]
  }
}
