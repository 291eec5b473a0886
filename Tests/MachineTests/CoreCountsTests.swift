import FileTrees
import Testing

@testable import Machine

@Suite struct CoreCountsTests {
  func usable(_ files: [String: String]) throws -> Int {
    let tree = try FileTree(["/sys/devices/system/cpu/online": "0-7"].merging(files) { $1 })
    return MachineFacts.read(root: FileRoot(tree.folder)).usableCores
  }

  @Test func quotasOfVersion1Count() throws {
    let folder = "/sys/fs/cgroup/cpu,cpuacct/docker/abc"
    #expect(
      try usable([
        "/proc/self/cgroup": "9:memory:/x\n4:cpu,cpuacct:/docker/abc\n",
        "\(folder)/cpu.cfs_quota_us": "350000", "\(folder)/cpu.cfs_period_us": "100000",
      ]) == 3)
  }
  @Test func aContainersQuotaIsAtItsMountsTop() throws {
    #expect(
      try usable([
        "/proc/self/cgroup": "4:cpu:/docker/abc\n", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "200000",
        "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
      ]) == 2)
    #expect(try usable(["/proc/self/cgroup": "0::/", "/sys/fs/cgroup/cpu.max": "50000 100000"]) == 1)
  }
  @Test func noQuotaMeansAllCores() throws {
    #expect(try usable(["/proc/self/cgroup": "0::/", "/sys/fs/cgroup/cpu.max": "max 100000"]) == 8)
    #expect(
      try usable([
        "/proc/self/cgroup": "4:cpu:/", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1",
        "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
      ]) == 8)
  }
  @Test func affinityCounts() throws {
    #expect(try usable(["/proc/self/status": "Cpus_allowed_list:\t1,4-5\n"]) == 3)
  }
  @Test func kernelListsParse() {
    #expect("0-3,8,10-11\n".cpuList == [0, 1, 2, 3, 8, 10, 11])
    for junk in ["", "a", "3-1", "-1", "1-", "1-2-3", "0-131072", "1,,2", "99999999999999999999"] {
      #expect(junk.cpuList == nil, "\(junk)")
    }
  }
}
