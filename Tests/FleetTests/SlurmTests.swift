import Foundation
import Testing

@testable import Fleet

@Suite struct SlurmTests {
  /// Lines as Slurm 22.05 prints them.
  @Test func theQueueIsRead() {
    let tasks = Slurm.tasks(
      queue:
        "2|14|PENDING||Resources\n0|12|RUNNING|n1|None\n1|13|FAILED|n2|NonZeroExitCode\nslurm_load: error\n")
    #expect(tasks.map(\.number) == [2, 0, 1])
    #expect(tasks.map(\.isActive) == [true, true, false])
    #expect(tasks.map(\.node) == [nil, "n1", "n2"])
    #expect(tasks[2].jobID == "13" && tasks[2].reason == "NonZeroExitCode")
  }

  @Test func theAccountingIsRead() {
    let tasks = Slurm.tasks(
      accounting:
        "12_0|12|COMPLETED|n1|0:0\n12_1|13|CANCELLED by 0|n2|0:15\n12_2|14|PENDING|None assigned|0:0\n")
    #expect(tasks.map(\.state) == ["COMPLETED", "CANCELLED", "PENDING"])
    #expect(tasks[2].node == nil && tasks[1].reason == "exit code 0:15")
  }

  @Test func anArrayOfExclusiveNodesIsSubmitted() throws {
    let slurm = try Slurm(partition: "a;touch", minutes: 7)
    let words = slurm.submit([1, 4], name: "fleet", log: "/l", without: ["n1", "n2"], ["script", "p q"])
    #expect(words.contains("--partition=a;touch") && words.contains("--array=1,4"))
    #expect(words.contains("--exclusive") && words.contains("--exclude=n1,n2") && words.contains("--time=7"))
    #expect(words.suffix(2) == ["script", "p q"])
    for name in ["", "a b"] { #expect(throws: FleetError.self) { try Slurm(partition: name, minutes: 1) } }
    #expect(try Slurm.job("12;cluster\n") == "12")
    #expect(throws: FleetError.self) { try Slurm.job("error: invalid partition") }
  }
}
