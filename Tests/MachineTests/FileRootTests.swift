import FileTrees
import Foundation
import Machine
import Testing

@Suite struct FileRootTests {
  @Test func readsTrimmedText() throws {
    let tree = try FileTree(["/a": " one\ntwo\n\0", "/n": "12.5\n", "/empty": "\n"])
    let root = FileRoot(tree.folder)
    #expect(root.text("/a").value == "one\ntwo")
    #expect(root.line("/a").value == "one")
    #expect(root.number("/n").value == 12.5)
    #expect(root.number("/a").reason == "/a: not a number")
    #expect(root.text("/empty").reason == "/empty: empty")
    #expect(root.text("/none").reason == "/none: no such file or directory")
    #expect(root.text("/").reason == "/: is a directory")
  }
  @Test func tellsDenialFromAbsence() throws {
    let tree = try FileTree(["/x/kept": "1"])
    try tree.deny("/x/denied")
    let root = FileRoot(tree.folder)
    let denied = #expect(throws: FileProblem.self) { try root.contents("/x/denied") }
    #expect(denied?.isDenied == true)
    let absent = #expect(throws: FileProblem.self) { try root.contents("/x/absent") }
    #expect(absent?.isDenied == false)
    #expect(root.list("/x") == ["denied", "kept"])
    #expect(root.list("/y") == [])
  }
  @Test(arguments: ["nan", "inf", "-1", "1e999", "0x", ""])
  func onlyFiniteAmountsAreNumbers(text: String) throws {
    let tree = try FileTree(["/n": text])
    #expect(FileRoot(tree.folder).number("/n").value == nil)
  }
}
