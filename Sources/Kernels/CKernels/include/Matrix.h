#pragma once
// Products of tiles: 16 tokens × 32 elements of k times 32 elements of k × 16 rows of weights, bfloat16, added to
// 16 × 16 floats (Intel AMX; SDM volume 2, TDPBF16PS). Elsewhere plain loops do the same, for tests.

#include "Brain.h"

#ifdef __AMX_BF16__
#include <immintrin.h>
#endif

/// A tile of tokens: 16 rows of 64 bytes.
#define CK_TILE_BYTES 1024
/// Lines of the next tiles of tokens to ask for in each step: 16 panels so ask for all of two.
#define CK_LINES_AHEAD(a_parts) (2 * (a_parts))
/// From one tile of weights to the next along k: 16 pairs of 32 rows.
#define CK_PANEL_STEP 2048

#ifdef __AMX_BF16__
/// Gives all eight tiles of this thread 16 rows of 64 bytes.
CK_INLINE void ck_tiles_begin(void) {
  static const unsigned char config[64] __attribute__((aligned(64))) = {
      [0] = 1, // palette
      [16] = 64, [18] = 64, [20] = 64, [22] = 64, [24] = 64, [26] = 64, [28] = 64, [30] = 64,
      [48] = 16, 16, 16, 16, 16, 16, 16, 16};
  _tile_loadconfig(config);
}
/// Until the next one: a thread whose tiles are released is cheaper to switch.
CK_INLINE void ck_tiles_end(void) { _tile_release(); }

// Tiles 0 … 3 hold C, 4 and 5 two tiles of tokens, 6 and 7 a panel's two tiles of rows. Each of them is loaded again as soon
// as its last product has begun.
#define CK_LOAD_A(part) CK_LOAD(4, a0 + (part)*CK_TILE_BYTES, 64) CK_TWO(CK_LOAD(5, a1 + (part)*CK_TILE_BYTES, 64))
#define CK_LOAD_B(part) CK_LOAD(6, b0 + (part)*CK_PANEL_STEP, 128) CK_LOAD(7, b0 + (part)*CK_PANEL_STEP + 64, 128)
#define CK_LOAD(tile, from, stride) _tile_loadd(tile, from, stride);
#define CK_TWO(what) if (two) { what }
#define CK_PRODUCT(c, a, b) _tile_dpbf16ps(c, a, b);
#define CK_PRODUCTS \
  CK_PRODUCT(0, 4, 6) CK_PRODUCT(1, 4, 7) CK_TWO(CK_PRODUCT(2, 5, 6) CK_PRODUCT(3, 5, 7))
#define CK_PRODUCTS_THEN_A(part) \
  CK_PRODUCT(0, 4, 6) CK_PRODUCT(1, 4, 7) CK_LOAD(4, a0 + (part)*CK_TILE_BYTES, 64) \
  CK_TWO(CK_PRODUCT(2, 5, 6) CK_PRODUCT(3, 5, 7) CK_LOAD(5, a1 + (part)*CK_TILE_BYTES, 64))
#define CK_PRODUCTS_THEN_B(part) \
  CK_PRODUCT(0, 4, 6) CK_TWO(CK_PRODUCT(2, 5, 6)) CK_LOAD(6, b0 + (part)*CK_PANEL_STEP, 128) \
  CK_PRODUCT(1, 4, 7) CK_TWO(CK_PRODUCT(3, 5, 7)) CK_LOAD(7, b0 + (part)*CK_PANEL_STEP + 64, 128)

/// C (32 × 32, or 16 × 32 where not `two`) = A · B, or C += A · B: tiles of tokens, `a_stride` bytes apart, a panel's two tiles
/// of rows, `steps` steps of k. `c_stride` counts floats. All but the pointers, strides and `steps` are literals.
///
/// Factors are sums of so many bfloat16, the largest first. Of three and three the products of parts i + j ≤ 2 are
/// added up: the others are below a float's last bit (Henry, Tang and Heinecke 2019, arXiv:1904.06376).
///
/// Meanwhile asks for the next tile of C, and in each step for CK_LINES_AHEAD lines of A at `next_a`, which come from far away.
CK_INLINE void ck_tiles_multiply(
    _Bool two, int a_parts, int b_parts, const void *a, long a_stride, const void *b, long steps, float *c,
    long c_stride, _Bool accumulates, const float *next_c, const void *next_a) {
  const char *a0 = (const char *)a, *a1 = a0 + a_stride, *b0 = (const char *)b;
  float *below = c + 16 * c_stride;
  long row = c_stride * 4;
  if (accumulates) {
    CK_LOAD(0, c, row) CK_LOAD(1, c + 16, row)
    CK_TWO(CK_LOAD(2, below, row) CK_LOAD(3, below + 16, row))
  } else {
    _tile_zero(0);
    _tile_zero(1);
    CK_TWO(_tile_zero(2); _tile_zero(3);)
  }
  for (long s = 0; s < steps; s++) {
    if (b_parts == 3) {
      CK_LOAD_A(0) CK_LOAD_B(2)
      CK_PRODUCTS_THEN_B(1) CK_PRODUCTS_THEN_A(1) CK_PRODUCTS_THEN_B(0) CK_PRODUCTS_THEN_A(2) CK_PRODUCTS_THEN_A(0)
    } else if (b_parts == 2) {
      CK_LOAD_A(2) CK_LOAD_B(0)
      CK_PRODUCTS_THEN_A(1) CK_PRODUCTS_THEN_B(1) CK_PRODUCTS_THEN_A(0) CK_PRODUCTS_THEN_B(0)
    } else {
      CK_LOAD_A(0) CK_LOAD_B(0)
    }
    CK_PRODUCTS
    // All 32 rows in the 8 or 24 steps that there mostly are.
    for (int i = 0; i < (a_parts == 1 ? 2 : 4); i++, next_c += c_stride) {
      __builtin_prefetch(next_c, 1);
      __builtin_prefetch(next_c + 16, 1);
    }
    for (int i = 0; i < CK_LINES_AHEAD(a_parts); i++) {
      __builtin_prefetch((const char *)next_a + 64 * (s * CK_LINES_AHEAD(a_parts) + i), 0, 2);
    }
    a0 += a_parts * CK_TILE_BYTES;
    a1 += a_parts * CK_TILE_BYTES;
    b0 += b_parts * CK_PANEL_STEP;
  }
  _tile_stored(0, c, row);
  _tile_stored(1, c + 16, row);
  CK_TWO(_tile_stored(2, below, row); _tile_stored(3, below + 16, row);)
}
#else
CK_INLINE void ck_tiles_begin(void) {}
CK_INLINE void ck_tiles_end(void) {}

CK_INLINE float ck_brain(const void *from) {
  unsigned short half;
  __builtin_memcpy(&half, from, 2);
  unsigned bits = (unsigned)half << 16;
  float value;
  __builtin_memcpy(&value, &bits, 4);
  return value;
}
CK_INLINE void ck_tiles_multiply(
    _Bool two, int a_parts, int b_parts, const void *a, long a_stride, const void *b, long steps, float *c,
    long c_stride, _Bool accumulates, const float *next_c, const void *next_a) {
  (void)next_c, (void)next_a;
  for (long t = 0; t < (two ? 32 : 16); t++) {
    for (long r = 0; r < 32; r++) {
      float sum = accumulates ? c[t * c_stride + r] : 0;
      for (long s = 0; s < steps; s++) {
        for (int i = 0; i < a_parts; i++) {
          for (int j = 0; j < b_parts && i + j <= 2; j++) {
            const char *x = (const char *)a + t / 16 * a_stride + (s * a_parts + i) * CK_TILE_BYTES + t % 16 * 64;
            const char *w = (const char *)b + (s * b_parts + j) * CK_PANEL_STEP + r * 4;
            for (int k = 0; k < 32; k++) sum += ck_brain(x + 2 * k) * ck_brain(w + k / 2 * 128 + k % 2 * 2);
          }
        }
      }
      c[t * c_stride + r] = sum;
    }
  }
}
#endif

/// Rounds two vectors to bfloat16, to the nearest, ties to even; those of the first one become the lower halves of lanes,
/// the first elements of pairs. A NaN stays one.
CK_INLINE ck_i32x16 ck_round_pairs_16(ck_f32x16 first, ck_f32x16 second) {
#ifdef __AVX512BF16__
  // Not VCVTNE2PS2BF16, which Bochs 3.0 has wrong.
  const __m512i by_turns = _mm512_set_epi16(
      31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
  __m512i low = _mm512_castsi256_si512((__m256i)_mm512_cvtneps_pbh((__m512)first));
  __m512i both = _mm512_inserti64x4(low, (__m256i)_mm512_cvtneps_pbh((__m512)second), 1);
  return (ck_i32x16)_mm512_permutexvar_epi16(by_turns, both);
#else
  ck_u32x16 low, high;
  for (int half = 0; half < 2; half++) {
    ck_u32x16 bits = half ? (ck_u32x16)second : (ck_u32x16)first;
    ck_u32x16 rounded = bits + 0x7FFF + (bits >> 16 & 1);
    ck_i32x16 is_nan = (bits & 0x7FFFFFFF) > 0x7F800000;
    rounded = (ck_u32x16)is_nan & (bits | 0x400000) | ~(ck_u32x16)is_nan & rounded;
    if (half) high = rounded & 0xFFFF0000; else low = rounded >> 16;
  }
  return (ck_i32x16)(low | high);
#endif
}

/// Rounds 32 elements of a token to bfloat16, to the nearest, ties to even.
CK_INLINE void ck_round_row(const float *from, void *to) {
#ifdef __AVX512BF16__
  for (int half = 0; half < 2; half++) {
    __m256i rounded = (__m256i)_mm512_cvtneps_pbh(_mm512_loadu_ps(from + 16 * half));
    _mm256_storeu_si256((__m256i *)((char *)to + 32 * half), rounded);
  }
#else
  ck_round_brain(from, 32, (unsigned short *)to);
#endif
}

// No call remains that an ABI could change.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wpsabi"

// A float as the sum of three bfloat16: its upper half, what is left of it rounded, and what is left of that, which is exact
// but for numbers below 2⁻¹¹⁰. What is infinite leaves no number.

/// Two vectors of them as pairs, those of the first one the lower halves; from part to part a step of a panel.
CK_INLINE void ck_split_pairs_16(ck_f32x16 first, ck_f32x16 second, void *to) {
  ck_u32x16 x0 = (ck_u32x16)first & 0xFFFF0000, x1 = (ck_u32x16)second & 0xFFFF0000;
  ck_f32x16 rest0 = first - (ck_f32x16)x0, rest1 = second - (ck_f32x16)x1;
  ck_u32x16 middle = (ck_u32x16)ck_round_pairs_16(rest0, rest1);
  *(ck_u32x16 *)to = x0 >> 16 | x1;
  *(ck_u32x16 *)((char *)to + CK_PANEL_STEP) = middle;
  rest0 -= (ck_f32x16)(middle << 16);
  rest1 -= (ck_f32x16)(middle & 0xFFFF0000);
  *(ck_i32x16 *)((char *)to + 2 * CK_PANEL_STEP) = ck_round_pairs_16(rest0, rest1);
}

/// Two vectors of what halves hold, which two parts are enough for.
CK_INLINE void ck_split_halves_16(ck_f32x16 first, ck_f32x16 second, void *to) {
  ck_u32x16 x0 = (ck_u32x16)first & 0xFFFF0000, x1 = (ck_u32x16)second & 0xFFFF0000;
  *(ck_u32x16 *)to = x0 >> 16 | x1;
  *(ck_i32x16 *)((char *)to + CK_PANEL_STEP) = ck_round_pairs_16(first - (ck_f32x16)x0, second - (ck_f32x16)x1);
}

/// 32 elements of a token; from part to part a tile of tokens.
CK_INLINE void ck_split_row(const float *from, void *to) {
#ifdef __AVX512BF16__
  for (int half = 0; half < 2; half++) {
    __m512 x = _mm512_loadu_ps(from + 16 * half);
    char *part = (char *)to + 32 * half;
    __m512i upper = _mm512_srli_epi32(_mm512_castps_si512(x), 16);
    _mm256_storeu_si256((__m256i *)part, _mm512_cvtepi32_epi16(upper));
    __m512 rest = _mm512_sub_ps(x, _mm512_castsi512_ps(_mm512_slli_epi32(upper, 16)));
    __m256i middle = (__m256i)_mm512_cvtneps_pbh(rest);
    _mm256_storeu_si256((__m256i *)(part + CK_TILE_BYTES), middle);
    rest = _mm512_sub_ps(rest, _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(middle), 16)));
    _mm256_storeu_si256((__m256i *)(part + 2 * CK_TILE_BYTES), (__m256i)_mm512_cvtneps_pbh(rest));
  }
#else
  float rest[32];
  unsigned short *part = (unsigned short *)to;
  for (int i = 0; i < 32; i++) {
    unsigned bits;
    __builtin_memcpy(&bits, from + i, 4);
    part[i] = bits >> 16;
    rest[i] = from[i] - ck_brain(part + i);
  }
  part += CK_TILE_BYTES / 2;
  ck_round_brain(rest, 32, part);
  for (int i = 0; i < 32; i++) rest[i] -= ck_brain(part + i);
  ck_round_brain(rest, 32, part + CK_TILE_BYTES / 2);
#endif
}

#pragma clang diagnostic pop
