import CKernels

// Vocabulary of the kernels. Only operators, loads, stores and bit casts: the converting initialisers and
// reductions of the standard library's SIMD types stay out of line and cost a call each.

/// Floats in a vector.
@inline(__always) var laneCount: Int { MemoryLayout<Lanes>.size / 4 }
/// Columns of the register tile.
@inline(__always) var tileColumns: Int { 2 * laneCount }

@inline(__always) func load(_ p: UnsafePointer<Float>) -> Lanes {
  UnsafeRawPointer(p).loadUnaligned(as: Lanes.self)
}
@inline(__always) func store(_ v: Lanes, _ p: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(p).storeBytes(of: v, as: Lanes.self)
}

// The overload whose vector is `Lanes` is the one that a call finds.
@inline(__always) func loadHalves(_ p: UnsafeRawPointer) -> SIMD4<Float> { ck_widen_f16_4(p) }
@inline(__always) func loadHalves(_ p: UnsafeRawPointer) -> SIMD8<Float> { ck_widen_f16_8(p) }
@inline(__always) func loadHalves(_ p: UnsafeRawPointer) -> SIMD16<Float> { ck_widen_f16_16(p) }
/// One half; the three after it are read too.
@inline(__always) func loadHalf(_ p: UnsafeRawPointer) -> Float { ck_widen_f16_4(p)[0] }
@inline(__always) func storeHalves(_ v: SIMD4<Float>, _ p: UnsafeMutableRawPointer) { ck_narrow_f16_4(v, p) }
@inline(__always) func storeHalves(_ v: SIMD8<Float>, _ p: UnsafeMutableRawPointer) { ck_narrow_f16_8(v, p) }
@inline(__always) func storeHalves(_ v: SIMD16<Float>, _ p: UnsafeMutableRawPointer) {
  ck_narrow_f16_16(v, p)
}
@inline(__always) func loadBytes(_ p: UnsafeRawPointer) -> SIMD4<Float> { ck_widen_i8_4(p) }
@inline(__always) func loadBytes(_ p: UnsafeRawPointer) -> SIMD8<Float> { ck_widen_i8_8(p) }
@inline(__always) func loadBytes(_ p: UnsafeRawPointer) -> SIMD16<Float> { ck_widen_i8_16(p) }
@inline(__always) func storeBytes(_ v: SIMD4<Float>, _ p: UnsafeMutableRawPointer) { ck_narrow_i8_4(v, p) }
@inline(__always) func storeBytes(_ v: SIMD8<Float>, _ p: UnsafeMutableRawPointer) { ck_narrow_i8_8(v, p) }
@inline(__always) func storeBytes(_ v: SIMD16<Float>, _ p: UnsafeMutableRawPointer) { ck_narrow_i8_16(v, p) }
@inline(__always) func loadUnsigned(_ p: UnsafeRawPointer) -> SIMD4<Float> { ck_widen_u8_4(p) }
@inline(__always) func loadUnsigned(_ p: UnsafeRawPointer) -> SIMD8<Float> { ck_widen_u8_8(p) }
@inline(__always) func loadUnsigned(_ p: UnsafeRawPointer) -> SIMD16<Float> { ck_widen_u8_16(p) }
@inline(__always) func loadBrain(_ p: UnsafeRawPointer) -> SIMD4<Float> { ck_widen_bf16_4(p) }
@inline(__always) func loadBrain(_ p: UnsafeRawPointer) -> SIMD8<Float> { ck_widen_bf16_8(p) }
@inline(__always) func loadBrain(_ p: UnsafeRawPointer) -> SIMD16<Float> { ck_widen_bf16_16(p) }
@inline(__always) func toFloat(_ v: SIMD4<Int32>) -> SIMD4<Float> { ck_to_float_4(v) }
@inline(__always) func toFloat(_ v: SIMD8<Int32>) -> SIMD8<Float> { ck_to_float_8(v) }
@inline(__always) func toFloat(_ v: SIMD16<Int32>) -> SIMD16<Float> { ck_to_float_16(v) }
@inline(__always) func root(_ v: SIMD4<Float>) -> SIMD4<Float> { ck_root_4(v) }
@inline(__always) func root(_ v: SIMD8<Float>) -> SIMD8<Float> { ck_root_8(v) }
@inline(__always) func root(_ v: SIMD16<Float>) -> SIMD16<Float> { ck_root_16(v) }
/// The same value, in a register; the compiler moves nothing across that made it.
@inline(__always) func keep(_ v: SIMD4<Int32>) -> SIMD4<Int32> { ck_keep_4(v) }
@inline(__always) func keep(_ v: SIMD8<Int32>) -> SIMD8<Int32> { ck_keep_8(v) }
@inline(__always) func keep(_ v: SIMD16<Int32>) -> SIMD16<Int32> { ck_keep_16(v) }

/// Asks for weights that will be read in a while. A loop that takes long for a line sees too few of them ahead by itself
/// on some cores, and hardware that looks ahead stops at the end of a page.
@inline(__always) func prefetchAhead(of p: UnsafeRawPointer, bytes: Int) {
  #if arch(x86_64)
    for line in 0..<bytes / 64 { ck_prefetch_read(p + (4096 &+ 64 &* line)) }
  #endif
}

@inline(__always) func splat(_ x: Float) -> Lanes { Lanes(repeating: x) }
@inline(__always) func larger(_ a: Lanes, _ b: Lanes) -> Lanes { a.replacing(with: b, where: b .> a) }

@inline(__always) func horizontalSum(_ v: SIMD4<Float>) -> Float {
  let pair = v.lowHalf + v.highHalf
  return pair[0] + pair[1]
}
@inline(__always) func horizontalSum(_ v: SIMD8<Float>) -> Float { horizontalSum(v.lowHalf + v.highHalf) }
@inline(__always) func horizontalSum(_ v: SIMD16<Float>) -> Float { horizontalSum(v.lowHalf + v.highHalf) }

@inline(__always) func horizontalMax(_ v: SIMD4<Float>) -> Float {
  let a = v[0] > v[1] ? v[0] : v[1]
  let b = v[2] > v[3] ? v[2] : v[3]
  return a > b ? a : b
}
@inline(__always) func horizontalMax(_ v: SIMD8<Float>) -> Float {
  horizontalMax(v.lowHalf.replacing(with: v.highHalf, where: v.highHalf .> v.lowHalf))
}
@inline(__always) func horizontalMax(_ v: SIMD16<Float>) -> Float {
  horizontalMax(v.lowHalf.replacing(with: v.highHalf, where: v.highHalf .> v.lowHalf))
}

@inline(__always) func loadInts(_ p: UnsafeRawPointer) -> IntLanes { p.loadUnaligned(as: IntLanes.self) }
/// 32 bits from memory in every lane.
@inline(__always) func splatInts(_ p: UnsafeRawPointer) -> IntLanes {
  IntLanes(repeating: p.loadUnaligned(as: Int32.self))
}
/// Lanes shifted by two bits, zeros coming in.
@inline(__always) func twoBitsDown(_ v: SIMD4<Int32>) -> SIMD4<Int32> {
  unsafeBitCast(unsafeBitCast(v, to: SIMD4<UInt32>.self) &>> 2, to: SIMD4<Int32>.self)
}
@inline(__always) func twoBitsDown(_ v: SIMD8<Int32>) -> SIMD8<Int32> {
  unsafeBitCast(unsafeBitCast(v, to: SIMD8<UInt32>.self) &>> 2, to: SIMD8<Int32>.self)
}
@inline(__always) func twoBitsDown(_ v: SIMD16<Int32>) -> SIMD16<Int32> {
  unsafeBitCast(unsafeBitCast(v, to: SIMD16<UInt32>.self) &>> 2, to: SIMD16<Int32>.self)
}
@inline(__always) func splatFloat(_ p: UnsafeRawPointer) -> Lanes { splat(p.loadUnaligned(as: Float.self)) }

/// Exchanges neighbours (2i, 2i + 1): a rotation of each 64-bit pair by half.
@inline(__always) func swapNeighbours(_ v: Lanes) -> Lanes {
  let pairs = unsafeBitCast(v, to: PairLanes.self)
  let half = PairLanes(repeating: 32)
  return unsafeBitCast((pairs &<< half) | (pairs &>> half), to: Lanes.self)
}

/// The range in which 2ⁿ is a normal float; beyond it `exponential` keeps the value of the end.
@inline(__always) var expLow: Float { -87.33654 }
@inline(__always) var expHigh: Float { 88.02969 }

/// exp(x) to 2 ulp within expLow … expHigh: x = n·ln 2 + r, 2ⁿ by the exponent bits and a polynomial for exp(r) − 1,
/// with the coefficients of Arm's optimized-routines (`math/aarch64/v_expf.c`). NaN stays NaN.
///
/// Transparent, because the inliner leaves so large a function out of loops in spite of `@inline(__always)`.
@_transparent func exponential(_ x: Lanes) -> Lanes {
  let low = splat(expLow), high = splat(expHigh)
  return exponentialInRange(x.replacing(with: low, where: x .< low).replacing(with: high, where: x .> high))
}

/// The same for x within the range; anything outside.
@_transparent func exponentialInRange(_ x: Lanes) -> Lanes {
  let magic = splat(0x1.8p23)  // adding it leaves n = round(x / ln 2) in the low bits
  let z = multiplyAdd(magic, x, splat(0x1.715476p+0))
  let n = z - magic
  // ln 2 in two parts, so that r keeps its low bits
  let r = multiplyAdd(multiplyAdd(x, n, splat(-0x1.62e4p-1)), n, splat(-0x1.7f7d1cp-20))
  let square = r * r
  let upper = multiplyAdd(splat(0x1.573e2ep-5), splat(0x1.0e4020p-7), r)
  let lower = multiplyAdd(splat(0x1.fffdb6p-2), splat(0x1.555e66p-3), r)
  let p = multiplyAdd(r * splat(0x1.ffffecp-1), multiplyAdd(lower, upper, square), square)
  // The shift moves n into the exponent and the bits of `magic` out at the top.
  let exponent = unsafeBitCast(z, to: IntLanes.self) &<< IntLanes(repeating: 23)
  let power = unsafeBitCast(exponent &+ unsafeBitCast(splat(1), to: IntLanes.self), to: Lanes.self)
  return multiplyAdd(power, power, p)
}

/// The same for one number; out of line, since only the ends of rows need it.
@inline(never) func exponential(_ x: Float) -> Float { exponential(splat(x))[0] }
