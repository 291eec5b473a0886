import FileTrees
import Foundation

/// Scripts in the place of programs that `perwatt against` starts.
enum FakeWorker {
  /// Answers as a worker does; `kind` is what goes wrong, `time` what a sample takes.
  static func script(_ kind: String = "", time: String = "0.001000") -> String {
    template.replacing("KIND", with: kind).replacing("TIME", with: time)
  }

  private static let template = """
    kind='KIND'
    echo $$ >> "${PIDS:-/dev/null}"
    [ "$kind" = old ] && { echo "Error: Unexpected argument 'worker'" >&2; exit 64; }
    [ "$kind" = silent ] && exec sleep 100
    version=1
    [ "$kind" = newer ] && version=2
    n=0
    while read -r line; do
      case $line in
        *'"list"'*)
          [ "$kind" = garbage ] && { echo "hello there"; continue; }
          [ "$kind" = endless ] && while :; do printf 'on and on and on and on and on and on and on and on and on'; done
          [ "$kind" = dies ] && { echo "no memory left" >&2; exit 3; }
          work="flops 1"
          [ "$kind" = otherwork ] && work="flops 2"
          echo "{\\"perwatt_worker\\":$version,\\"later\\":[1],\\"cases\\":[\
    {\\"id\\":\\"kernel.a\\",\\"title\\":\\"A\\",\\"label\\":\\"simd\\",\\"work\\":\\"flops 1\\"},\
    {\\"id\\":\\"kernel.b\\",\\"title\\":\\"B\\",\\"label\\":\\"simd\\",\\"work\\":\\"$work\\"}]}" ;;
        *'"prepare"'*)
          current=a
          case $line in *kernel.b*) current=b ;; esac
          if [ "$kind" = refuses ] && [ $current = b ]; then
            echo "{\\"perwatt_worker\\":1,\\"error\\":\\"its check failed\\"}"
          else
            echo "{\\"perwatt_worker\\":1,\\"cooldown_s\\":0}"
          fi ;;
        *'"sample"'*)
          n=$((n + 1))
          [ "$kind" = crashes ] && [ $current = b ] && kill -SEGV $$
          [ "$kind" = hangs ] && [ $current = b ] && exec sleep 100
          time=TIME$((n % 7))
          [ $current = b ] && time=0.001000$((n % 5))
          [ "$kind" = zero ] && time=0
          echo "{\\"perwatt_worker\\":1,\\"elapsed_s\\":$time}" ;;
      esac
    done
    """

  /// The path of such a script.
  static func make(_ name: String, _ script: String, in tree: FileTree) throws -> String {
    try tree.script(script, at: "/\(name)")
    return "\(tree.folder)/\(name)"
  }
}
