/// A/A controls: what the harness sees where there is nothing to see.
extension Case {
  /// Labels of the two sides of a control.
  public static let controlLabels = ["control:a", "control:b"]
  /// The group under which controls are stored; reports and comparisons leave its cases out.
  public static let controlGroup = "control"

  /// The alternative of that label against itself, as a case of its own: the same work and the same code on both sides,
  /// so that the interval of their ratio shows what noise alone does. Nil where there is no such alternative.
  public func control(of label: String) throws(InvalidCase) -> Case? {
    guard let subject = alternatives.first(where: { $0.label == label && $0.skipReason == nil }) else {
      return nil
    }
    return try Case(
      id: "control.\(id)", title: "\(title), \(label) against itself", work: work,
      alternatives: Self.controlLabels.map { subject.relabelled($0) })
  }
}
