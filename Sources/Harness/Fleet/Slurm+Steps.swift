/// Nodes that share no folder with the machine that submits. A task's job only holds its node there; what is done on it goes
/// as steps of that job: one makes a folder, `sbcast` brings the program, and one runs it and sends the task's files back
/// as its output.
extension Slurm {
  /// Why a text cannot be the folder in which nodes work; nil if it can.
  public static func problem(inNodeFolder path: String) -> String? {
    PosixShell.problem(inPath: path)
      ?? (path.hasPrefix("/")
        ? nil : "is no absolute path; name a folder on each node's own disk, as in /tmp")
  }

  /// The folder of a task on its node. Both sides know it by the task's number.
  public static func place(_ folder: String, task: Int) -> String { "\(folder)-\(task)" }

  /// What a task's job does: it holds the node and takes the folder away at its end. Its parameter is the folder without the
  /// task's number. Its own words would be lost, so that it says none.
  public static let holdScript = #"""
    #!/bin/sh
    place=$1-$SLURM_ARRAY_TASK_ID
    leave() {
      kill "$!"
      rm -rf -- "$place"
      exit "$1"
    }
    trap 'leave 0' USR1
    trap 'leave 143' TERM
    sleep 2147483647 &
    wait
    """# + "\n"

  /// `srun` of a command beside the script of a job, with all that the job has. It must not bind the command to one CPU, and
  /// has nothing to read.
  public static func step(in job: String, _ command: [String]) -> [String] {
    [
      "--jobid=\(job)", "--nodes=1", "--ntasks=1", "--overlap", "--cpu-bind=none", "--mem=0", "--mpi=none",
      "--chdir=/", "--input=none", "--quiet",
    ] + command
  }

  /// Makes the folder of a task on its node; one that is there is somebody else's.
  public static func make(_ place: String) -> [String] { ["sh", "-c", makeScript, "sh", place] }

  /// `sbcast` of a file to the node of a job.
  public static func broadcast(_ file: String, to path: String, of job: String) -> [String] {
    ["--jobid=\(job)", file, path]
  }

  /// Does what a task on a shared file system does (`script`), and prints its folder as a tar.
  /// - Parameters:
  ///   - array: the number of the job array.
  ///   - command: a program with its arguments.
  public static func carried(_ task: Int, of array: String, in place: String, _ command: [String]) -> [String]
  {
    [
      "env", "SLURM_ARRAY_JOB_ID=\(array)", "SLURM_ARRAY_TASK_ID=\(task)", "TMPDIR=\(place)", "sh", "-c",
      carryScript, "sh", script, place,
    ] + command
  }

  /// `scancel` that lets a job's script end well.
  public static func release(_ task: Int, of array: String) -> [String] {
    ["--batch", "--signal=USR1", "\(array)_\(task)"]
  }

  private static let makeScript = #"""
    umask 077
    mkdir -p -- "$(dirname -- "$1")" && mkdir -- "$1" && exit 0
    echo "error: $1 cannot be made there; choose another --node-folder" >&2
    exit 1
    """#

  private static let carryScript = #"""
    script=$1 place=$2
    shift
    sh -c "$script" sh "$@"
    cd -- "$place/task-$SLURM_ARRAY_TASK_ID" && exec tar -cf - .
    """#
}
