#pragma once
// Products of bytes, for 4, 8 and 16 lanes of 32 bits. A lane of weights holds 4 successive elements of k of one row, a
// lane of activations the same 4 elements of one token.

#include "Widen.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

typedef short ck_i16x8 __attribute__((vector_size(16), aligned(1)));
typedef short ck_i16x16 __attribute__((vector_size(32), aligned(1)));
typedef short ck_i16x32 __attribute__((vector_size(64), aligned(1)));
typedef unsigned char ck_u8x4 __attribute__((vector_size(4), aligned(1)));
typedef unsigned char ck_u8x8 __attribute__((vector_size(8), aligned(1)));
typedef unsigned char ck_u8x16 __attribute__((vector_size(16), aligned(1)));

// Vectors wider than a register would be passed in memory, were the functions not inlined.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"

#define CK_HALF(v, i) __builtin_shufflevector(v, v, 8 * i, 8 * i + 1, 8 * i + 2, 8 * i + 3, 8 * i + 4, 8 * i + 5, 8 * i + 6, 8 * i + 7)

// Conversions. The converting initialisers of Swift's SIMD types stay out of line.

CK_INLINE ck_f32x4 ck_to_float_4(ck_i32x4 v) { return __builtin_convertvector(v, ck_f32x4); }
CK_INLINE ck_f32x8 ck_to_float_8(ck_i32x8 v) { return __builtin_convertvector(v, ck_f32x8); }
CK_INLINE ck_f32x16 ck_to_float_16(ck_i32x16 v) { return __builtin_convertvector(v, ck_f32x16); }

CK_INLINE ck_f32x4 ck_widen_u8_4(const void *from) { return __builtin_convertvector(*(const ck_u8x4 *)from, ck_f32x4); }
CK_INLINE ck_f32x8 ck_widen_u8_8(const void *from) { return __builtin_convertvector(*(const ck_u8x8 *)from, ck_f32x8); }
CK_INLINE ck_f32x16 ck_widen_u8_16(const void *from) {
  return __builtin_convertvector(*(const ck_u8x16 *)from, ck_f32x16);
}

CK_INLINE ck_i32x4 ck_widen_bytes_4(const void *from) { return __builtin_convertvector(*(const ck_i8x4 *)from, ck_i32x4); }
CK_INLINE ck_i32x8 ck_widen_bytes_8(const void *from) { return __builtin_convertvector(*(const ck_i8x8 *)from, ck_i32x8); }
CK_INLINE ck_i32x16 ck_widen_bytes_16(const void *from) {
  return __builtin_convertvector(*(const ck_i8x16 *)from, ck_i32x16);
}

typedef signed char ck_i8x32 __attribute__((vector_size(32), aligned(1)));

// Bytes 1 and 3 of a lane as words without sign; 0 and 2 are left by a mask.
CK_INLINE ck_i32x8 ck_odd_bytes_8(ck_i32x8 v) {
  typedef unsigned short u16x16 __attribute__((vector_size(32)));
  return (ck_i32x8)((u16x16)v >> 8);
}
CK_INLINE ck_i32x16 ck_odd_bytes_16(ck_i32x16 v) {
  typedef unsigned short u16x32 __attribute__((vector_size(64)));
  return (ck_i32x16)((u16x32)v >> 8);
}

// Four products of signed bytes a lane, added to it.

#if defined(__aarch64__)
#if defined(__ARM_FEATURE_DOTPROD)
CK_INLINE ck_i32x4 ck_dot_4(ck_i32x4 sum, ck_i32x4 w, ck_i32x4 y) {
  return (ck_i32x4)vdotq_s32((int32x4_t)sum, (int8x16_t)w, (int8x16_t)y);
}
#endif
#ifdef __ARM_FEATURE_MATMUL_INT8
/// Two rows of 8 signed bytes times two columns, added to 2 × 2 sums.
CK_INLINE ck_i32x4 ck_matrix_4(ck_i32x4 sum, ck_i32x4 rows, ck_i32x4 columns) {
  return (ck_i32x4)vmmlaq_s32((int32x4_t)sum, (int8x16_t)rows, (int8x16_t)columns);
}
#else
CK_INLINE ck_i32x4 ck_matrix_4(ck_i32x4 sum, ck_i32x4 rows, ck_i32x4 columns) {
  ck_i8x16 a = (ck_i8x16)rows, b = (ck_i8x16)columns;
  for (int i = 0; i < 32; i++) sum[i / 8] += a[i / 16 * 8 + i % 8] * b[i / 8 % 2 * 8 + i % 8];
  return sum;
}
#endif
/// The lower halves of both, and the upper ones.
CK_INLINE ck_i32x4 ck_zip_low_4(ck_i32x4 a, ck_i32x4 b) { return __builtin_shufflevector(a, b, 0, 1, 4, 5); }
CK_INLINE ck_i32x4 ck_zip_high_4(ck_i32x4 a, ck_i32x4 b) { return __builtin_shufflevector(a, b, 2, 3, 6, 7); }
/// Lanes of both by turns: those of the lower halves, and of the upper ones.
CK_INLINE ck_i32x4 ck_interleave_low_4(ck_i32x4 a, ck_i32x4 b) { return __builtin_shufflevector(a, b, 0, 4, 1, 5); }
CK_INLINE ck_i32x4 ck_interleave_high_4(ck_i32x4 a, ck_i32x4 b) { return __builtin_shufflevector(a, b, 2, 6, 3, 7); }
CK_INLINE ck_i32x4 ck_upper_nibbles_4(ck_i32x4 v) { return (ck_i32x4)vshrq_n_u8((uint8x16_t)v, 4); }
/// Products of signed bytes in 16 bits, those of the lower 8 bytes first.
CK_INLINE ck_i32x8 ck_multiply_8(ck_i32x4 w, ck_i32x4 y) {
  ck_i32x4 low = (ck_i32x4)vmull_s8(vget_low_s8((int8x16_t)w), vget_low_s8((int8x16_t)y));
  ck_i32x4 high = (ck_i32x4)vmull_high_s8((int8x16_t)w, (int8x16_t)y);
  return __builtin_shufflevector(low, high, CK_LOW8);
}
#define CK_QUARTERS(v) (int16x8_t)__builtin_shufflevector(v, v, 0, 1, 2, 3), (int16x8_t)__builtin_shufflevector(v, v, 4, 5, 6, 7)
CK_INLINE ck_i32x8 ck_multiply_add_8(ck_i32x8 sum, ck_i32x4 w, ck_i32x4 y) {
  int16x8_t half[2] = {CK_QUARTERS(sum)};
  ck_i32x4 low = (ck_i32x4)vmlal_s8(half[0], vget_low_s8((int8x16_t)w), vget_low_s8((int8x16_t)y));
  ck_i32x4 high = (ck_i32x4)vmlal_high_s8(half[1], (int8x16_t)w, (int8x16_t)y);
  return __builtin_shufflevector(low, high, CK_LOW8);
}
/// Sums of neighbours in 16 bits, modulo 2¹⁶.
CK_INLINE ck_i32x4 ck_join_pairs_4(ck_i32x8 products) { return (ck_i32x4)vpaddq_s16(CK_QUARTERS(products)); }
CK_INLINE ck_i32x4 ck_add_words_4(ck_i32x4 a, ck_i32x4 b) { return (ck_i32x4)vaddq_s16((int16x8_t)a, (int16x8_t)b); }
/// Adds both numbers of 16 bits of a lane to it.
CK_INLINE ck_i32x4 ck_add_pairs_4(ck_i32x4 sum, ck_i32x4 pairs) {
  return (ck_i32x4)vpadalq_s16((int32x4_t)sum, (int16x8_t)pairs);
}
CK_INLINE ck_i32x4 ck_total_pairs_4(ck_i32x4 pairs) { return (ck_i32x4)vpaddlq_s16((int16x8_t)pairs); }
/// Sums of four neighbours in 16 bits of both together.
CK_INLINE ck_i32x4 ck_total_quads_4(ck_i32x8 a, ck_i32x8 b) {
  int16x8_t first[2] = {CK_QUARTERS(a)}, second[2] = {CK_QUARTERS(b)};
  return (ck_i32x4)vpaddq_s32(vpadalq_s16(vpaddlq_s16(first[0]), second[0]),
                              vpadalq_s16(vpaddlq_s16(first[1]), second[1]));
}
#elif defined(__x86_64__)
/// SSE2 multiplies words only: even and odd bytes of a lane apart, with their signs.
CK_INLINE ck_i32x4 ck_dot_4(ck_i32x4 sum, ck_i32x4 w, ck_i32x4 y) {
  __m128i even = _mm_madd_epi16(_mm_srai_epi16(_mm_slli_epi16((__m128i)w, 8), 8),
                                _mm_srai_epi16(_mm_slli_epi16((__m128i)y, 8), 8));
  __m128i odd = _mm_madd_epi16(_mm_srai_epi16((__m128i)w, 8), _mm_srai_epi16((__m128i)y, 8));
  return (ck_i32x4)_mm_add_epi32((__m128i)sum, _mm_add_epi32(even, odd));
}
#endif

#ifdef __AVX2__
/// Products of bytes without sign, w, and signed ones, y, as sums of two in 16 bits: exact where no sum of two passes
/// 32,767, and no chain of them.
CK_INLINE ck_i32x8 ck_dot_pairs_8(ck_i32x8 sum, ck_i32x8 w, ck_i32x8 y) {
  return (ck_i32x8)_mm256_add_epi16((__m256i)sum, _mm256_maddubs_epi16((__m256i)w, (__m256i)y));
}
/// Two products of words a lane, and their sum.
CK_INLINE ck_i32x8 ck_dot_words_8(ck_i32x8 a, ck_i32x8 b) {
  return (ck_i32x8)_mm256_madd_epi16((__m256i)a, (__m256i)b);
}
/// Signed bytes as words, twice in their lane: the factor of both sums of two.
CK_INLINE ck_i32x8 ck_twin_words_8(const void *from) {
  __m128i bytes = _mm_loadl_epi64((const __m128i *)from);
  return (ck_i32x8)_mm256_cvtepi8_epi16(_mm_unpacklo_epi8(bytes, bytes));
}
#ifdef __AVX512BW__
CK_INLINE ck_i32x16 ck_dot_pairs_16(ck_i32x16 sum, ck_i32x16 w, ck_i32x16 y) {
  return (ck_i32x16)_mm512_add_epi16((__m512i)sum, _mm512_maddubs_epi16((__m512i)w, (__m512i)y));
}
CK_INLINE ck_i32x16 ck_dot_words_16(ck_i32x16 a, ck_i32x16 b) {
  return (ck_i32x16)_mm512_madd_epi16((__m512i)a, (__m512i)b);
}
CK_INLINE ck_i32x16 ck_twin_words_16(const void *from) {
  __m256i bytes = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)from));
  return (ck_i32x16)_mm512_cvtepi8_epi16(_mm256_or_si256(bytes, _mm256_slli_epi16(bytes, 8)));
}
#else
// The same 16 lanes in two halves.
#define CK_JOIN(low, high) __builtin_shufflevector(low, high, CK_LOW8, CK_HIGH8)
CK_INLINE ck_i32x16 ck_dot_pairs_16(ck_i32x16 sum, ck_i32x16 w, ck_i32x16 y) {
  return CK_JOIN(ck_dot_pairs_8(CK_HALF(sum, 0), CK_HALF(w, 0), CK_HALF(y, 0)),
                 ck_dot_pairs_8(CK_HALF(sum, 1), CK_HALF(w, 1), CK_HALF(y, 1)));
}
CK_INLINE ck_i32x16 ck_dot_words_16(ck_i32x16 a, ck_i32x16 b) {
  return CK_JOIN(ck_dot_words_8(CK_HALF(a, 0), CK_HALF(b, 0)), ck_dot_words_8(CK_HALF(a, 1), CK_HALF(b, 1)));
}
CK_INLINE ck_i32x16 ck_twin_words_16(const void *from) {
  return CK_JOIN(ck_twin_words_8(from), ck_twin_words_8((const char *)from + 8));
}
#endif
#endif

/// The largest |x| of 32, by the order of their bits: infinities are above all numbers, NaN above those.
CK_INLINE float ck_largest_32(const float *x) {
  typedef int i32x32 __attribute__((vector_size(128), aligned(4)));
  int bits = __builtin_reduce_max(*(const i32x32 *)x & 0x7FFFFFFF);
  float largest;
  __builtin_memcpy(&largest, &bits, 4);
  return largest;
}

// Four products of bytes without sign, w, and signed ones, y, added to a lane: exact in all of its 32 bits.

#ifdef __AVX2__
CK_INLINE ck_i32x8 ck_dot_unsigned_8(ck_i32x8 sum, ck_i32x8 w, ck_i32x8 y) {
#ifdef __AVXVNNI__
  return (ck_i32x8)_mm256_dpbusd_avx_epi32((__m256i)sum, (__m256i)w, (__m256i)y);
#else
  // Even and odd bytes of a lane apart, as words.
  const __m256i low = _mm256_set1_epi16(0xFF);
  __m256i even = _mm256_madd_epi16((__m256i)w & low, _mm256_srai_epi16(_mm256_slli_epi16((__m256i)y, 8), 8));
  __m256i odd = _mm256_madd_epi16(_mm256_srli_epi16((__m256i)w, 8), _mm256_srai_epi16((__m256i)y, 8));
  return sum + ((ck_i32x8)even + (ck_i32x8)odd);
#endif
}
CK_INLINE ck_i32x16 ck_dot_unsigned_16(ck_i32x16 sum, ck_i32x16 w, ck_i32x16 y) {
#ifdef __AVX512VNNI__
  return (ck_i32x16)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)w, (__m512i)y);
#else
  return __builtin_shufflevector(ck_dot_unsigned_8(CK_HALF(sum, 0), CK_HALF(w, 0), CK_HALF(y, 0)),
                                 ck_dot_unsigned_8(CK_HALF(sum, 1), CK_HALF(w, 1), CK_HALF(y, 1)), CK_LOW8, CK_HIGH8);
#endif
}
#endif

/// Quantises 32 floats: bytes with a common scale. Adding 1.5 · 2²³ to x · inverse, rounded, leaves the whole number
/// in the low bits.
CK_INLINE void ck_quantise_32(const float *x, float inverse, void *to) {
  typedef float f32x32 __attribute__((vector_size(128), aligned(4)));
  typedef unsigned u32x32 __attribute__((vector_size(128)));
  f32x32 scaled = *(const f32x32 *)x * inverse;
  *(ck_i8x32 *)to = __builtin_convertvector((u32x32)(scaled + 0x1.8p23f), ck_i8x32);
}

/// Sums of 32 signed bytes, first those of the even pairs of elements (4 i, 4 i + 1), then of the odd ones
/// (4 i + 2, 4 i + 3): of the first half, and of the second. [even, odd, even, odd]
CK_INLINE ck_i32x4 ck_pair_sums_32(const void *from) {
  ck_i32x16 words = (ck_i32x16)__builtin_convertvector(*(const ck_i8x32 *)from, ck_i16x32);
  ck_i32x16 pairs = ((words << 16) >> 16) + (words >> 16);
  ck_i32x8 two = __builtin_shufflevector(pairs, pairs, 0, 1, 2, 3, 8, 9, 10, 11) +
                 __builtin_shufflevector(pairs, pairs, 4, 5, 6, 7, 12, 13, 14, 15);
  return __builtin_shufflevector(two, two, 0, 1, 4, 5) + __builtin_shufflevector(two, two, 2, 3, 6, 7);
}

/// Writes −8 · Σ of both halves, −32 · Σ of each and −128 · Σ of both, where Σ are `sums` as `ck_pair_sums_32` makes them:
/// but for the last as two numbers of 16 bits, even and odd, where `pairs` is set. Returns the sum of all.
CK_INLINE int ck_store_starts(ck_i32x4 sums, _Bool pairs, void *to) {
  typedef int i32x4 __attribute__((vector_size(16), aligned(4)));
  const ck_i32x4 factors = {-8, -32, -32, -128};
  ck_i32x4 whole = sums + __builtin_shufflevector(sums, sums, 2, 3, 0, 1);
  ck_i32x4 even = __builtin_shufflevector(whole, sums, 0, 4, 6, 0) * factors;
  ck_i32x4 odd = __builtin_shufflevector(whole, sums, 1, 5, 7, 1) * factors;
  ck_i32x4 total = even + odd;
  ck_i32x4 joined = (even & 0xFFFF) | (odd << 16);
  *(i32x4 *)to = pairs ? __builtin_shufflevector(joined, total, 0, 1, 2, 7) : total;
  return whole[0] + whole[1];
}

/// 32 signed bytes as words, of every four 0 and 2, then 1 and 3: as even and odd bytes of a lane come apart.
CK_INLINE void ck_widen_words_32(const void *from, void *to) {
  typedef short i16x16 __attribute__((vector_size(32)));
  i16x16 pairs;
  __builtin_memcpy(&pairs, from, 32);
  i16x16 even = (pairs << 8) >> 8, odd = pairs >> 8;
  typedef int i32x8 __attribute__((vector_size(32)));
  typedef int i32x16 __attribute__((vector_size(64)));
  i32x16 words = __builtin_shufflevector((i32x8)even, (i32x8)odd, 0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15);
  __builtin_memcpy(to, &words, 64);
}

// The same value, behind which the compiler moves nothing that made it: in a register.
#ifdef __x86_64__
#define CK_KEEP(v) __asm__ volatile("" : "+v"(v))
#else
#define CK_KEEP(v) __asm__ volatile("" : "+w"(v))
#endif
CK_INLINE ck_i32x4 ck_keep_4(ck_i32x4 v) { CK_KEEP(v); return v; }
#ifdef __AVX2__
CK_INLINE ck_i32x8 ck_keep_8(ck_i32x8 v) { CK_KEEP(v); return v; }
#else
CK_INLINE ck_i32x8 ck_keep_8(ck_i32x8 v) { return v; }
#endif
#ifdef __AVX512F__
CK_INLINE ck_i32x16 ck_keep_16(ck_i32x16 v) { CK_KEEP(v); return v; }
#else
CK_INLINE ck_i32x16 ck_keep_16(ck_i32x16 v) { return v; }
#endif

#pragma clang diagnostic pop
