/// All of a figure but its time.
final class FigureName: Hashable, Sendable {
  let key: CaseKey
  let title: String, caseProtocol: String

  init(key: CaseKey, title: String, caseProtocol: String) {
    (self.key, self.title, self.caseProtocol) = (key, title, caseProtocol)
  }

  static func == (a: FigureName, b: FigureName) -> Bool {
    a === b || (a.key == b.key && a.title == b.title && a.caseProtocol == b.caseProtocol)
  }

  func hash(into hasher: inout Hasher) { hasher.combine(key) }

  var texts: [String] { [key.caseID, key.alternative, key.protocolHash, title, caseProtocol] }
}

/// Names that were met. A run mostly has the same ones as the run before, in the same order: each is looked for where it
/// stood then.
struct FigureNames {
  private(set) var all: [FigureName] = []
  private var numbers: [FigureName: Int] = [:]
  /// The name that last came after each one.
  private var following: [Int] = []
  private var last = 0

  /// The name that `isWanted`, as it was met before.
  mutating func name(_ isWanted: (FigureName) -> Bool, orElse made: () -> FigureName) -> FigureName {
    all[number(of: isWanted, orElse: made)]
  }

  /// The number of the name that `isWanted`, which is `made` where it is a new one.
  mutating func number(of isWanted: (FigureName) -> Bool, orElse made: () -> FigureName) -> Int {
    if !all.isEmpty, isWanted(all[following[last]]) {
      last = following[last]
      return last
    }
    let name = made()
    let number = numbers[name] ?? all.count
    if number == all.count {
      all.append(name)
      following.append(0)
      numbers[name] = number
    }
    following[last] = number
    last = number
    return number
  }
}
