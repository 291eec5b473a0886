import Glibc

/// base to the power of `exponent`.
func power(_ base: Double, _ exponent: Int) -> Double { pow(base, Double(exponent)) }

/// The natural logarithm.
func logarithm(_ x: Double) -> Double { log(x) }
