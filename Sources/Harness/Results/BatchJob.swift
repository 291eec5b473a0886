/// A job of a batch system, by the numbers under which the cluster's accounting knows it.
public struct BatchJob: Codable, Hashable, Sendable {
  /// `slurm`.
  public var scheduler: String
  /// The job's own number: that of an array's task differs from the array's.
  public var jobID: String
  /// The array and the task in it; nil outside of an array.
  public var arrayID: String?
  public var arrayTask: Int?
  public var node: String?

  public init(
    scheduler: String, jobID: String, arrayID: String? = nil, arrayTask: Int? = nil, node: String? = nil
  ) {
    (self.scheduler, self.jobID, self.arrayID) = (scheduler, jobID, arrayID)
    (self.arrayTask, self.node) = (arrayTask, node)
  }

  /// The job that a process is part of, by the variables that Slurm sets for it (sbatch(1), "Output environment
  /// variables"); nil outside of one.
  public init?(environment: [String: String]) {
    guard let job = environment["SLURM_JOB_ID"], !job.isEmpty else { return nil }
    self.init(
      scheduler: "slurm", jobID: job, arrayID: environment["SLURM_ARRAY_JOB_ID"],
      arrayTask: environment["SLURM_ARRAY_TASK_ID"].flatMap { Int($0) },
      node: environment["SLURMD_NODENAME"])
  }

  private enum CodingKeys: String, CodingKey {
    case scheduler, node
    case jobID = "job_id"
    case arrayID = "array_id"
    case arrayTask = "array_task"
  }
}
