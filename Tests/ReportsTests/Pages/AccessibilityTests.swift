import Foundation
import Testing

@testable import Reports

/// What a reader with a keyboard, a screen reader or poor sight needs (WCAG 2.2, ARIA in HTML).
@Suite struct AccessibilityTests {
  private func page() throws -> PageDocument { try PageDocument(Report(try sampleInput()).html) }

  @Test func headingsAndLandmarksAreInOrder() throws {
    let page = try page()
    for name in ["html", "head", "body", "header", "nav", "main", "footer", "h1"] {
      #expect(page.all(name).count == 1, "\(name)")
    }
    #expect(page.all("head")[0].all("title").first?.wholeText.isEmpty == false)
    #expect(page.all("html").first?.attributes["lang"] == "en")
    var level = 0
    for heading in page.all("h1", "h2", "h3", "h4") {
      let next = Int(String(heading.name.last!))!
      #expect(next <= level + 1, "\(heading.name) \(heading.wholeText) after h\(level)")
      #expect(!heading.wholeText.isEmpty)
      level = next
    }
  }

  @Test func namesAreUniqueAndEveryReferenceHasItsEnd() throws {
    let page = try page()
    let ids = page.all.compactMap { $0.attributes["id"] }
    #expect(Set(ids).count == ids.count)
    for element in page.all {
      for name in (element.attributes["aria-labelledby"] ?? "").split(separator: " ") {
        #expect(ids.contains(String(name)), "\(name)")
      }
      if let target = element.attributes["href"] {
        #expect(target.hasPrefix("#") && ids.contains(String(target.dropFirst())), "\(target)")
      }
    }
  }

  @Test func everyPlotHasANameAndItsNumbersBesideIt() throws {
    let page = try page()
    let figures = page.all("figure")
    #expect(figures.count == Report(try sampleInput()).plotNames.count && figures.count > 8)
    for figure in figures {
      let images = figure.all("svg")
      #expect(!images.isEmpty)
      for image in images {
        #expect(image.attributes["role"] == "img" && image.attributes["width"] != nil)
        #expect(image.attributes["height"] != nil && image.attributes["viewBox"] != nil)
        #expect(image.all("title").count == 1 && image.all("desc").first?.wholeText.isEmpty == false)
      }
      let table = figure.all("details").flatMap { $0.all("table") }
      #expect(table.count == 1 && (table.first?.all("tr").count ?? 0) > 1)
      #expect(figure.all("figcaption").count == 1)
    }
  }

  @Test func everyTableSaysWhatItsRowsAndColumnsAre() throws {
    for table in try page().all("table") {
      #expect(table.all("caption").first?.wholeText.isEmpty == false)
      let columns = table.all("thead").flatMap { $0.all("th") }
      #expect(!columns.isEmpty && columns.allSatisfy { $0.attributes["scope"] == "col" })
      for row in table.all("tbody").flatMap({ $0.all("tr") }) {
        #expect(row.all("th").count == 1 && row.all("th")[0].attributes["scope"] == "row")
        #expect(row.children.count == columns.count)
      }
    }
  }

  /// Boxes that scroll take the focus, or a keyboard could not scroll them.
  @Test func whatScrollsHasANameAndTakesTheFocus() throws {
    let boxes = try page().all("div").filter { $0.attributes["class"] == "scroll" }
    #expect(!boxes.isEmpty)
    #expect(boxes.allSatisfy { $0.attributes["tabindex"] == "0" && $0.attributes["aria-label"] != nil })
  }

  @Test func nothingComesFromOutside() throws {
    let page = try page()
    #expect(page.all("script", "link", "iframe", "img", "object", "embed", "form").isEmpty)
    #expect(page.all.allSatisfy { $0.attributes["src"] == nil && $0.attributes["style"] == nil })
    #expect(!page.all("style")[0].wholeText.contains("url("))
  }

  @Test(arguments: ["light", "dark"]) func textAndMarksStandOutFromTheirGround(scheme: String) {
    let palette = scheme == "light" ? Palette.light : Palette.dark
    for (text, ground) in palette.readPairs {
      let contrast = Contrast.ratio(text, ground)
      #expect(contrast >= 4.5, "\(text) on \(ground), \(scheme): \(contrast)")
    }
    #expect(palette.marks.count == Palette.series && Set(palette.marks).count == Palette.series)
  }

  /// Black on white is 21, and the grey that is known to fail, 4.48.
  @Test func contrastIsComputedAsPublished() {
    #expect(abs(Contrast.ratio("#000000", "#ffffff") - 21) < 1e-9)
    #expect(abs(Contrast.ratio("#777777", "#ffffff") - 4.48) < 0.005)
    #expect(Contrast.ratio("#abcdef", "#abcdef") == 1)
  }
}

/// Contrast of two colours (WCAG 2.2, relative luminance).
private enum Contrast {
  static func ratio(_ a: String, _ b: String) -> Double {
    let (first, second) = (luminance(a), luminance(b))
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)
  }

  private static func luminance(_ colour: String) -> Double {
    let value = Int(colour.dropFirst(), radix: 16)!
    let channels = [value >> 16, value >> 8 & 255, value & 255].map { channel -> Double in
      let share = Double(channel) / 255
      return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
  }
}
