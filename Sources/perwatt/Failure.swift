/// An error of the command itself, in one line: what was wrong, where, what to do.
struct Failure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
