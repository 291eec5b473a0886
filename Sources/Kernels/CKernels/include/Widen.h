#pragma once
// Small numbers in memory, floats in registers: half precision and int8, for 4, 8 and 16 lanes. Halves are
// rounded to nearest, ties to even. Widths above the ISA's own are made of two halves.

typedef float ck_f32x4 __attribute__((vector_size(16), aligned(4)));
typedef float ck_f32x8 __attribute__((vector_size(32), aligned(4)));
typedef float ck_f32x16 __attribute__((vector_size(64), aligned(4)));

// Vectors wider than a register would be passed in memory, were the functions not inlined.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"

#define CK_INLINE static inline __attribute__((always_inline))
#define CK_LOW8 0, 1, 2, 3, 4, 5, 6, 7
#define CK_HIGH8 8, 9, 10, 11, 12, 13, 14, 15

typedef signed char ck_i8x4 __attribute__((vector_size(4), aligned(1)));
typedef signed char ck_i8x8 __attribute__((vector_size(8), aligned(1)));
typedef signed char ck_i8x16 __attribute__((vector_size(16), aligned(1)));
typedef int ck_i32x4 __attribute__((vector_size(16), aligned(4)));
typedef int ck_i32x8 __attribute__((vector_size(32), aligned(4)));
typedef int ck_i32x16 __attribute__((vector_size(64), aligned(4)));
typedef unsigned ck_u32x4 __attribute__((vector_size(16), aligned(4)));
typedef unsigned ck_u32x8 __attribute__((vector_size(32), aligned(4)));
typedef unsigned ck_u32x16 __attribute__((vector_size(64), aligned(4)));

#if defined(__F16C__) || defined(__aarch64__)
/// The conversion of vectors becomes vcvtph2ps and vcvtps2ph, fcvtl and fcvtn.
typedef _Float16 ck_f16x4 __attribute__((vector_size(8), aligned(2)));
typedef _Float16 ck_f16x8 __attribute__((vector_size(16), aligned(2)));
CK_INLINE ck_f32x4 ck_widen_f16_4(const void *from) {
  return __builtin_convertvector(*(const ck_f16x4 *)from, ck_f32x4);
}
CK_INLINE ck_f32x8 ck_widen_f16_8(const void *from) {
  return __builtin_convertvector(*(const ck_f16x8 *)from, ck_f32x8);
}
CK_INLINE void ck_narrow_f16_4(ck_f32x4 v, void *to) { *(ck_f16x4 *)to = __builtin_convertvector(v, ck_f16x4); }
CK_INLINE void ck_narrow_f16_8(ck_f32x8 v, void *to) { *(ck_f16x8 *)to = __builtin_convertvector(v, ck_f16x8); }
#else
typedef unsigned short ck_u16x4 __attribute__((vector_size(8), aligned(2)));
/// SSE2 has no halves: their bits are moved as integers, and subnormal halves counted in units of 2⁻²⁴.
CK_INLINE ck_f32x4 ck_widen_f16_4(const void *from) {
  ck_u32x4 bits = __builtin_convertvector(*(const ck_u16x4 *)from, ck_u32x4);
  ck_u32x4 magnitude = bits & 0x7FFF, sign = (bits & 0x8000) << 16;
  ck_u32x4 subnormal = (ck_u32x4)(magnitude < 0x400), beyond = (ck_u32x4)(magnitude > 0x7BFF);
  ck_u32x4 normal = (magnitude << 13) + (112u << 23) + (beyond & (112u << 23));
  ck_u32x4 counted = (ck_u32x4)(__builtin_convertvector((ck_i32x4)magnitude, ck_f32x4) * 0x1p-24f);
  return (ck_f32x4)(sign | (counted & subnormal) | (normal & ~subnormal));
}
CK_INLINE ck_f32x8 ck_widen_f16_8(const void *from) {
  ck_f32x4 low = ck_widen_f16_4(from), high = ck_widen_f16_4((const char *)from + 8);
  return __builtin_shufflevector(low, high, CK_LOW8);
}
CK_INLINE void ck_narrow_f16_4(ck_f32x4 v, void *to) {
  ck_u32x4 magnitude = (ck_u32x4)v & 0x7FFFFFFF, sign = ((ck_u32x4)v >> 16) & 0x8000;
  ck_u32x4 normal = (magnitude + 0xFFF + ((magnitude >> 13) & 1) - 0x38000000) >> 13;
  // A sum of 0.5 … 1 has units of 2⁻²⁴, those of subnormal halves.
  ck_u32x4 counted = (ck_u32x4)((ck_f32x4)magnitude + 0.5f) - 0x3F000000;
  ck_u32x4 payload = 0x7E00 | ((magnitude >> 13) & 0x1FF);
  ck_u32x4 small = (ck_u32x4)(magnitude < 0x38800000), large = (ck_u32x4)(magnitude > 0x477FEFFF);
  ck_u32x4 nan = (ck_u32x4)(magnitude > 0x7F800000);
  ck_u32x4 result = (counted & small) | (normal & ~small & ~large) | (large & ~nan & 0x7C00) | (payload & nan);
  *(ck_u16x4 *)to = __builtin_convertvector(result | sign, ck_u16x4);
}
CK_INLINE void ck_narrow_f16_8(ck_f32x8 v, void *to) {
  ck_narrow_f16_4(__builtin_shufflevector(v, v, 0, 1, 2, 3), to);
  ck_narrow_f16_4(__builtin_shufflevector(v, v, 4, 5, 6, 7), (char *)to + 8);
}
#endif

#ifdef __AVX512F__
typedef _Float16 ck_f16x16 __attribute__((vector_size(32), aligned(2)));
CK_INLINE ck_f32x16 ck_widen_f16_16(const void *from) {
  return __builtin_convertvector(*(const ck_f16x16 *)from, ck_f32x16);
}
CK_INLINE void ck_narrow_f16_16(ck_f32x16 v, void *to) { *(ck_f16x16 *)to = __builtin_convertvector(v, ck_f16x16); }
#else
CK_INLINE ck_f32x16 ck_widen_f16_16(const void *from) {
  ck_f32x8 low = ck_widen_f16_8(from), high = ck_widen_f16_8((const char *)from + 16);
  return __builtin_shufflevector(low, high, CK_LOW8, CK_HIGH8);
}
CK_INLINE void ck_narrow_f16_16(ck_f32x16 v, void *to) {
  ck_narrow_f16_8(__builtin_shufflevector(v, v, CK_LOW8), to);
  ck_narrow_f16_8(__builtin_shufflevector(v, v, CK_HIGH8), (char *)to + 16);
}
#endif

CK_INLINE ck_f32x4 ck_widen_i8_4(const void *from) {
  return __builtin_convertvector(*(const ck_i8x4 *)from, ck_f32x4);
}
CK_INLINE ck_f32x8 ck_widen_i8_8(const void *from) {
  return __builtin_convertvector(*(const ck_i8x8 *)from, ck_f32x8);
}
CK_INLINE ck_f32x16 ck_widen_i8_16(const void *from) {
  return __builtin_convertvector(*(const ck_i8x16 *)from, ck_f32x16);
}

/// Whole numbers of −128 … 127 nearest to v, ties away from zero as in GGUF's quantisers: the largest float below 0.5 is
/// added, and the rest cut off.
#define CK_NARROW_I8(n)                                                                             \
  CK_INLINE void ck_narrow_i8_##n(ck_f32x##n v, void *to) {                                         \
    ck_f32x##n half = (ck_f32x##n)(((ck_u32x##n)v & 0x80000000) | 0x3EFFFFFF);                      \
    *(ck_i8x##n *)to = __builtin_convertvector(__builtin_convertvector(v + half, ck_i32x##n), ck_i8x##n); \
  }
CK_NARROW_I8(4)
CK_NARROW_I8(8)
CK_NARROW_I8(16)

// bfloat16: the upper half of a float.

typedef unsigned short ck_bf16x4 __attribute__((vector_size(8), aligned(2)));
typedef unsigned short ck_bf16x8 __attribute__((vector_size(16), aligned(2)));
typedef unsigned short ck_bf16x16 __attribute__((vector_size(32), aligned(2)));
CK_INLINE ck_f32x4 ck_widen_bf16_4(const void *from) {
  return (ck_f32x4)(__builtin_convertvector(*(const ck_bf16x4 *)from, ck_u32x4) << 16);
}
CK_INLINE ck_f32x8 ck_widen_bf16_8(const void *from) {
  return (ck_f32x8)(__builtin_convertvector(*(const ck_bf16x8 *)from, ck_u32x8) << 16);
}
CK_INLINE ck_f32x16 ck_widen_bf16_16(const void *from) {
  return (ck_f32x16)(__builtin_convertvector(*(const ck_bf16x16 *)from, ck_u32x16) << 16);
}

// Square roots of lanes.
CK_INLINE ck_f32x4 ck_root_4(ck_f32x4 v) { return __builtin_elementwise_sqrt(v); }
CK_INLINE ck_f32x8 ck_root_8(ck_f32x8 v) { return __builtin_elementwise_sqrt(v); }
CK_INLINE ck_f32x16 ck_root_16(ck_f32x16 v) { return __builtin_elementwise_sqrt(v); }

#pragma clang diagnostic pop
