import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// A page or an image, read by libxml2: elements in their order, with attributes and all text within.
final class PageDocument: NSObject, XMLParserDelegate {
  final class Element {
    let name: String
    let attributes: [String: String]
    var text = ""
    var children: [Element] = []

    init(_ name: String, _ attributes: [String: String]) {
      (self.name, self.attributes) = (name, attributes)
    }

    /// Itself and all below, in the order of the text.
    var all: [Element] { [self] + children.flatMap(\.all) }
    func all(_ names: String...) -> [Element] { all.filter { names.contains($0.name) } }
    /// The text of itself and of all below.
    var wholeText: String { all.map(\.text).joined() }
  }

  private(set) var root = Element("", [:])
  private var open: [Element] = []
  private var problem: (any Error)?

  /// - Throws: where it is not well-formed.
  init(_ text: String) throws {
    super.init()
    open = [root]
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    parser.shouldResolveExternalEntities = false
    guard parser.parse() else { throw problem ?? CocoaError(.fileReadCorruptFile) }
  }

  var all: [Element] { root.all }
  func all(_ names: String...) -> [Element] { all.filter { names.contains($0.name) } }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    let element = Element(name, attributes)
    open.last?.children.append(element)
    open.append(element)
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) { open.removeLast() }

  func parser(_ parser: XMLParser, foundCharacters text: String) { open.last?.text += text }

  func parser(_ parser: XMLParser, parseErrorOccurred error: any Error) { problem = error }
}
