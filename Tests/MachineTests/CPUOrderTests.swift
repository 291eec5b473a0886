import FileTrees
import Machine
import Testing

@Suite struct CPUOrderTests {
  /// `siblings`: the list of each CPU, from 0.
  private func order(allowed: String, online: String = "0-7", siblings: [String] = []) throws -> [Int]? {
    var files = ["/proc/self/status": "Name:\tx\nCpus_allowed_list:\t\(allowed)\nMems_allowed_list:\t0\n"]
    files["/sys/devices/system/cpu/online"] = online
    for (cpu, list) in siblings.enumerated() {
      files["/sys/devices/system/cpu/cpu\(cpu)/topology/thread_siblings_list"] = list
    }
    let tree = try FileTree(files)
    return withExtendedLifetime(tree) { CPUOrder.usable(root: FileRoot(tree.folder)).value }
  }

  @Test func oneOfEachCoreComesFirst() throws {
    let halves = ["0,4", "1,5", "2,6", "3,7", "0,4", "1,5", "2,6", "3,7"]
    #expect(try order(allowed: "0-7", siblings: halves) == [0, 1, 2, 3, 4, 5, 6, 7])
    let pairs = ["0-1", "0-1", "2-3", "2-3", "4-5", "4-5", "6-7", "6-7"]
    #expect(try order(allowed: "0-7", siblings: pairs) == [0, 2, 4, 6, 1, 3, 5, 7])
    let fours = ["0-3", "0-3", "0-3", "0-3", "4-7", "4-7", "4-7", "4-7"]
    #expect(try order(allowed: "0-7", siblings: fours) == [0, 4, 1, 5, 2, 6, 3, 7])
  }
  /// A sibling outside the mask takes nothing from a core.
  @Test func onlyTheMaskCounts() throws {
    let pairs = ["0-1", "0-1", "2-3", "2-3"]
    #expect(try order(allowed: "1-3", siblings: pairs) == [1, 2, 3])
    #expect(try order(allowed: "0-1,3", siblings: pairs) == [0, 3, 1])
  }
  @Test func cpusThatAreOffAreLeftOut() throws {
    #expect(try order(allowed: "0-127", online: "0,2") == [0, 2])
  }
  @Test func withoutTopologyTheNumbersDecide() throws {
    #expect(try order(allowed: "5,2-3") == [2, 3, 5])
    #expect(try order(allowed: "0-2", siblings: ["0-1", "junk"]) == [0, 1, 2])
  }
  @Test func withoutAMaskThereIsAReason() throws {
    #expect(try order(allowed: "junk") == nil)
    let found = CPUOrder.usable(root: FileRoot(try FileTree().folder))
    #expect(found.reason?.contains("/proc/self/status") == true)
  }
  @Test func thisMachineHasOne() { #expect(CPUOrder.usable().value?.isEmpty == false) }
}
