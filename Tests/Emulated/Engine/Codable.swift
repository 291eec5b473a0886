/// Embedded Swift has no coding; types here say that they can be coded, and nothing is.
public protocol Codable {}
