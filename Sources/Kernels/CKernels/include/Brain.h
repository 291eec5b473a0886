#pragma once
// Products of pairs of bfloat16: two successive elements of k in a lane of 32 bits, the first one in the lower half.

#include "Widen.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

/// Whether an instruction multiplies such pairs; tests set CK_BRAIN_PAIRS to run the same code without it.
CK_INLINE _Bool ck_multiplies_brain_pairs(void) {
#if defined(__AVX512BF16__) || defined(__ARM_FEATURE_BF16_VECTOR_ARITHMETIC) || defined(CK_BRAIN_PAIRS)
  return 1;
#else
  return 0;
#endif
}

// acc + w₀ · x₀ + w₁ · x₁. Products of bfloat16 are exact in float32.

#define CK_LOWER(v, type) ((type)((v) << 16))
#define CK_UPPER(v, type) ((type)((v) & 0xFFFF0000))
#define CK_DOT_BRAIN(acc, w, x, type) \
  (acc) + CK_LOWER(w, type) * CK_LOWER(x, type) + CK_UPPER(w, type) * CK_UPPER(x, type)

CK_INLINE ck_f32x4 ck_dot_brain_4(ck_f32x4 acc, ck_f32x4 w, ck_f32x4 x) {
#ifdef __ARM_FEATURE_BF16_VECTOR_ARITHMETIC
  return (ck_f32x4)vbfdotq_f32((float32x4_t)acc, (bfloat16x8_t)w, (bfloat16x8_t)x);
#else
  return CK_DOT_BRAIN(acc, (ck_u32x4)w, (ck_u32x4)x, ck_f32x4);
#endif
}
CK_INLINE ck_f32x8 ck_dot_brain_8(ck_f32x8 acc, ck_f32x8 w, ck_f32x8 x) {
  return CK_DOT_BRAIN(acc, (ck_u32x8)w, (ck_u32x8)x, ck_f32x8);
}
CK_INLINE ck_f32x16 ck_dot_brain_16(ck_f32x16 acc, ck_f32x16 w, ck_f32x16 x) {
#ifdef __AVX512BF16__
  return (ck_f32x16)_mm512_dpbf16_ps((__m512)acc, (__m512bh)w, (__m512bh)x);
#else
  return CK_DOT_BRAIN(acc, (ck_u32x16)w, (ck_u32x16)x, ck_f32x16);
#endif
}

/// Rounds `count` floats to bfloat16, to the nearest, ties to even, as `ActivationForm.bf16` does; a NaN stays one.
CK_INLINE void ck_round_brain(const float *from, long count, unsigned short *to) {
  for (long i = 0; i < count; i++) {
    unsigned bits;
    __builtin_memcpy(&bits, from + i, 4);
    unsigned rounded = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
    to[i] = (bits & 0x7FFFFFFF) > 0x7F800000 ? bits >> 16 | 0x40 : rounded;
  }
}
