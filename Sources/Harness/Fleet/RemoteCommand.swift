/// A command for a host: words, which are quoted on the way, and the text of a script where it reads one from its input.
///
/// Scripts are fixed texts; whatever comes from a user or a host reaches them as a parameter.
public struct RemoteCommand: Hashable, Sendable {
  public var words: [String]
  public var input: String?

  init(_ script: String, _ parameters: [String]) { words = ["sh", "-c", script, "sh"] + parameters }
  init(words: [String], input: String? = nil) { (self.words, self.input) = (words, input) }

  /// Asks for all that `HostCheck` knows.
  /// - Parameters:
  ///   - folder: the fleet's folder there; made where it is missing. A relative one lies in the user's home.
  ///   - program: where a program of ours would be in it.
  public static func check(folder: String, program: String) -> RemoteCommand {
    RemoteCommand(words: ["sh", "-s", "--", folder, program], input: checkScript)
  }

  /// Stores its input, a program of `size` bytes, as `program` in `folder`: whole or not at all.
  public static func install(program: String, size: Int, in folder: String) -> RemoteCommand {
    RemoteCommand(installScript, [folder, program, "\(size)"])
  }

  /// Unpacks its input, a tar of the sources, into `source` in `folder`, and builds there; ends it after `limit` seconds.
  public static func build(source: String, in folder: String, limit: Int) -> RemoteCommand {
    RemoteCommand(buildScript, [folder, source, "\(limit)"])
  }

  /// Runs a program with its arguments (`words`) and stores its records under `run`; ends it after `limit` seconds.
  public static func run(_ words: [String], in run: String, limit: Int) -> RemoteCommand {
    RemoteCommand(runScript, [run, "\(limit)"] + words + ["--results", "\(run)/results", "--no-wait"])
  }

  /// Whether a program starts there at all.
  public static func version(program: String) -> RemoteCommand {
    RemoteCommand(words: [program, "--version"])
  }

  /// Ends what works in a folder there: a run, or a build, whose compilers end with it by `INT` only.
  public static func stop(_ folder: String, by signal: String = "TERM") -> RemoteCommand {
    RemoteCommand(#"kill -s "$2" -- "$(cat -- "$1/pid")""#, [folder, signal])
  }

  /// Prints the records of `run` as a tar.
  public static func bring(_ run: String) -> RemoteCommand {
    RemoteCommand(#"cd -- "$1/results" && exec tar -cf - ."#, [run])
  }

  public static func remove(_ run: String) -> RemoteCommand {
    RemoteCommand(words: ["rm", "-rf", "--", run])
  }

  private static let checkScript = #"""
    folder=$1 program=$2
    mkdir -p -- "$folder" && cd -- "$folder" || exit 1
    echo perwatt-fleet=1
    echo "folder=$(pwd -P)"
    echo "system=$(uname -s)"
    echo "architecture=$(uname -m)"
    (. /etc/os-release && echo "distribution=$PRETTY_NAME") 2>/dev/null
    echo "swift=$(command -v swift)"
    echo "free=$(df -Pk . | awk 'NR == 2 { print $4 }')"
    if [ -x "$program" ]; then echo program=yes; fi
    echo end=yes
    """#

  private static let installScript = #"""
    set -e
    cd -- "$1"
    mkdir -p -- "$(dirname -- "$2")"
    part=$2.part.$$
    trap 'rm -f -- "$part"' EXIT
    cat > "$part"
    size=$(($(wc -c < "$part")))
    if [ "$size" != "$3" ]; then echo "$size of $3 bytes arrived" >&2; exit 1; fi
    chmod 755 -- "$part"
    mv -f -- "$part" "$2"
    """#

  private static let buildScript = #"""
    set -e
    mkdir -p -- "$1/$2"
    cd -- "$1/$2"
    tar -xf -
    echo $$ > pid
    limit=$3
    set -- swift build -c release --product perwatt
    if command -v timeout >/dev/null; then set -- timeout -s INT -k 30 "$limit" "$@"; fi
    exec "$@" </dev/null >&2
    """#

  private static let runScript = #"""
    run=$1 limit=$2
    shift 2
    mkdir -p -- "$run" && echo $$ > "$run/pid" || exit 1
    if command -v timeout >/dev/null; then set -- timeout -k 10 "$limit" "$@"; fi
    exec "$@" </dev/null >/dev/null
    """#
}
