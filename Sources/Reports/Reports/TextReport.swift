import Results

/// Text for a terminal, drawn from a stored run and nothing else: the same record gives the same bytes.
///
/// Every line ends in a line break and fills at most `style.width` columns, whatever the record holds.
public struct TextReport: Sendable {
  private let style: Style
  private let showsCounts: Bool

  /// - Parameter showsCounts: whether events that were counted beside the times stand in tables of their own.
  public init(style: Style, showsCounts: Bool = false) {
    (self.style, self.showsCounts) = (style, showsCounts)
  }

  /// What the machine is, what may disturb it, and its measured peaks.
  public func machine(_ record: RunRecord) -> String { draw { $0.machine(record) } }
  /// The kernel cases, backends side by side; burst beside sustained speed where cases ran on and on.
  public func kernels(_ record: RunRecord) -> String { draw { $0.kernels(record) } }
  /// Tokens per second of each model and backend; burst beside sustained speed as above.
  public func transformer(_ record: RunRecord) -> String { draw { $0.transformer(record) } }
  /// Joules per token, with source, boundary and tier.
  public func energy(_ record: RunRecord) -> String {
    draw {
      $0.energy(record)
      $0.costs(record)
    }
  }
  /// The published claims and what the run says about them.
  public func claims(_ record: RunRecord) -> String { draw { $0.claims(record) } }
  /// Claims that were judged from a stored run (`source`), or from published figures alone.
  public func claims(_ claims: [ClaimRecord], from source: String?, assumptions: [String]) -> String {
    draw { page in
      page.claims(claims)
      page.blank()
      page.paragraph("measured figures: \(source ?? "none; published figures alone")")
      page.assumptions(assumptions)
    }
  }

  /// All sections, between a line that says which run it is and whether it is valid.
  public func full(_ record: RunRecord) -> String {
    draw { page in
      page.origin(record)
      let sections: [(inout Page, RunRecord) -> Void] = [
        { $0.machine($1) }, { $0.kernels($1) }, { $0.transformer($1) },
        {
          $0.energy($1); $0.costs($1)
        },
        { $0.claims($1) }, { $0.ending($1) },
      ]
      for section in sections {
        page.blank()
        section(&page, record)
      }
      page.benches(record)
    }
  }

  func draw(_ content: (inout Page) -> Void) -> String {
    var page = Page(style, showsCounts: showsCounts)
    content(&page)
    return page.text
  }
}
