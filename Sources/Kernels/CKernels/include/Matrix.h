#pragma once
// Products of tiles: 16 tokens × 32 elements of k times 32 elements of k × 16 rows of weights, bfloat16, added to
// 16 × 16 floats (Intel AMX; SDM volume 2, TDPBF16PS). Elsewhere plain loops do the same, for tests.

#include "Widen.h"

#ifdef __AMX_BF16__
#include <immintrin.h>
#endif

/// A tile of tokens: 16 rows of 64 bytes.
#define CK_TILE_BYTES 1024
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

/// C (32 × 32) = A · B, or C += A · B: two tiles of tokens, `a_stride` bytes apart, a panel's two tiles of rows, `steps`
/// tiles of k. `c_stride` counts floats.
CK_INLINE void ck_tiles_multiply_32(
    const void *a, long a_stride, const void *b, long steps, float *c, long c_stride, _Bool accumulates) {
  const char *a0 = (const char *)a, *a1 = a0 + a_stride, *b0 = (const char *)b;
  float *below = c + 16 * c_stride;
  long row = c_stride * 4;
  if (accumulates) {
    _tile_loadd(0, c, row);
    _tile_loadd(1, c + 16, row);
    _tile_loadd(2, below, row);
    _tile_loadd(3, below + 16, row);
  } else {
    _tile_zero(0);
    _tile_zero(1);
    _tile_zero(2);
    _tile_zero(3);
  }
  for (long s = 0; s < steps; s++) {
    _tile_loadd(4, a0, 64);
    _tile_loadd(6, b0, 128);
    _tile_loadd(7, b0 + 64, 128);
    _tile_loadd(5, a1, 64);
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
    a0 += CK_TILE_BYTES;
    a1 += CK_TILE_BYTES;
    b0 += CK_PANEL_STEP;
  }
  _tile_stored(0, c, row);
  _tile_stored(1, c + 16, row);
  _tile_stored(2, below, row);
  _tile_stored(3, below + 16, row);
}

/// The same of one tile of tokens.
CK_INLINE void ck_tiles_multiply_16(
    const void *a, const void *b, long steps, float *c, long c_stride, _Bool accumulates) {
  const char *a0 = (const char *)a, *b0 = (const char *)b;
  long row = c_stride * 4;
  if (accumulates) {
    _tile_loadd(0, c, row);
    _tile_loadd(1, c + 16, row);
  } else {
    _tile_zero(0);
    _tile_zero(1);
  }
  for (long s = 0; s < steps; s++) {
    _tile_loadd(4, a0, 64);
    _tile_loadd(6, b0, 128);
    _tile_loadd(7, b0 + 64, 128);
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
    a0 += CK_TILE_BYTES;
    b0 += CK_PANEL_STEP;
  }
  _tile_stored(0, c, row);
  _tile_stored(1, c + 16, row);
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
CK_INLINE void ck_tiles_multiply_16(
    const void *a, const void *b, long steps, float *c, long c_stride, _Bool accumulates) {
  for (long t = 0; t < 16; t++) {
    for (long r = 0; r < 32; r++) {
      float sum = accumulates ? c[t * c_stride + r] : 0;
      for (long k = 0; k < 32 * steps; k++) {
        const char *x = (const char *)a + k / 32 * CK_TILE_BYTES + t * 64 + k % 32 * 2;
        const char *w = (const char *)b + k / 2 * 128 + r * 4 + k % 2 * 2;
        sum += ck_brain(x) * ck_brain(w);
      }
      c[t * c_stride + r] = sum;
    }
  }
}
CK_INLINE void ck_tiles_multiply_32(
    const void *a, long a_stride, const void *b, long steps, float *c, long c_stride, _Bool accumulates) {
  ck_tiles_multiply_16(a, b, steps, c, c_stride, accumulates);
  ck_tiles_multiply_16((const char *)a + a_stride, b, steps, c + 16 * c_stride, c_stride, accumulates);
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
