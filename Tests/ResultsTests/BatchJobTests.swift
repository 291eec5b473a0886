import Foundation
import Testing

@testable import Results

@Suite struct BatchJobTests {
  @Test func aTaskOfAnArrayIsKnownByItsNumbers() throws {
    let job = try #require(
      BatchJob(environment: [
        "SLURM_JOB_ID": "14", "SLURM_ARRAY_JOB_ID": "12", "SLURM_ARRAY_TASK_ID": "2", "SLURMD_NODENAME": "n3",
      ]))
    #expect(job == BatchJob(scheduler: "slurm", jobID: "14", arrayID: "12", arrayTask: 2, node: "n3"))
    let text = String(decoding: try JSONEncoder().encode(job), as: UTF8.self)
    #expect(text.contains(#""job_id":"14""#) && text.contains(#""array_task":2"#))
    #expect(BatchJob(environment: ["SLURM_JOB_ID": ""]) == nil && BatchJob(environment: [:]) == nil)
  }
}
