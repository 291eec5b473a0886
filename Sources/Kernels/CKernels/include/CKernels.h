#pragma once
// Operations that Swift's SIMD types lack or that the compiler takes apart: here as vector shuffles, which stay
// whole. Static inline, so that each ISA's kernels get them with their own instructions.

#include "Brain.h"
#include "Integer.h"
#include "Matrix.h"
#include "Widen.h"

/// Transposes a 4 × 4 block: rows `row_stride` floats apart become columns; column k goes to to[k · to_stride].
static inline __attribute__((always_inline)) void ck_transpose_4x4(
    const float *from, long row_stride, float *to, long to_stride) {
  ck_f32x4 a = *(const ck_f32x4 *)from, b = *(const ck_f32x4 *)(from + row_stride);
  ck_f32x4 c = *(const ck_f32x4 *)(from + 2 * row_stride), d = *(const ck_f32x4 *)(from + 3 * row_stride);
  ck_f32x4 ab0 = __builtin_shufflevector(a, b, 0, 4, 1, 5), ab1 = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  ck_f32x4 cd0 = __builtin_shufflevector(c, d, 0, 4, 1, 5), cd1 = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  *(ck_f32x4 *)to = __builtin_shufflevector(ab0, cd0, 0, 1, 4, 5);
  *(ck_f32x4 *)(to + to_stride) = __builtin_shufflevector(ab0, cd0, 2, 3, 6, 7);
  *(ck_f32x4 *)(to + 2 * to_stride) = __builtin_shufflevector(ab1, cd1, 0, 1, 4, 5);
  *(ck_f32x4 *)(to + 3 * to_stride) = __builtin_shufflevector(ab1, cd1, 2, 3, 6, 7);
}

/// The same for 8 rows of 4: rows r and r + 4 lie side by side in a vector, so that the shuffles stay within halves.
static inline __attribute__((always_inline)) void ck_transpose_8x4(
    const float *from, long row_stride, float *to, long to_stride) {
  ck_f32x8 row[4];
  for (int r = 0; r < 4; r++) {
    ck_f32x4 low = *(const ck_f32x4 *)(from + r * row_stride);
    ck_f32x4 high = *(const ck_f32x4 *)(from + (r + 4) * row_stride);
    row[r] = __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7);
  }
  ck_f32x8 ab0 = __builtin_shufflevector(row[0], row[1], 0, 8, 1, 9, 4, 12, 5, 13);
  ck_f32x8 ab1 = __builtin_shufflevector(row[0], row[1], 2, 10, 3, 11, 6, 14, 7, 15);
  ck_f32x8 cd0 = __builtin_shufflevector(row[2], row[3], 0, 8, 1, 9, 4, 12, 5, 13);
  ck_f32x8 cd1 = __builtin_shufflevector(row[2], row[3], 2, 10, 3, 11, 6, 14, 7, 15);
  *(ck_f32x8 *)to = __builtin_shufflevector(ab0, cd0, 0, 1, 8, 9, 4, 5, 12, 13);
  *(ck_f32x8 *)(to + to_stride) = __builtin_shufflevector(ab0, cd0, 2, 3, 10, 11, 6, 7, 14, 15);
  *(ck_f32x8 *)(to + 2 * to_stride) = __builtin_shufflevector(ab1, cd1, 0, 1, 8, 9, 4, 5, 12, 13);
  *(ck_f32x8 *)(to + 3 * to_stride) = __builtin_shufflevector(ab1, cd1, 2, 3, 10, 11, 6, 7, 14, 15);
}

#define CK_EACH_QUARTER(a, b, c, d) a, b, c, d, a + 4, b + 4, c + 4, d + 4, a + 8, b + 8, c + 8, d + 8, a + 12, b + 12, c + 12, d + 12

/// The same of 16 rows: whole cache lines are written.
static inline __attribute__((always_inline)) void ck_transpose_16x4(
    const float *from, long row_stride, float *to, long to_stride) {
  ck_f32x16 row[4];
  for (int r = 0; r < 4; r++) {
    const float *first = from + r * row_stride;
    ck_f32x4 quarter[4];
    for (int q = 0; q < 4; q++) quarter[q] = *(const ck_f32x4 *)(first + 4 * q * row_stride);
    ck_f32x8 low = __builtin_shufflevector(quarter[0], quarter[1], 0, 1, 2, 3, 4, 5, 6, 7);
    ck_f32x8 high = __builtin_shufflevector(quarter[2], quarter[3], 0, 1, 2, 3, 4, 5, 6, 7);
    row[r] = __builtin_shufflevector(low, high, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  }
  ck_f32x16 ab0 = __builtin_shufflevector(row[0], row[1], CK_EACH_QUARTER(0, 16, 1, 17));
  ck_f32x16 ab1 = __builtin_shufflevector(row[0], row[1], CK_EACH_QUARTER(2, 18, 3, 19));
  ck_f32x16 cd0 = __builtin_shufflevector(row[2], row[3], CK_EACH_QUARTER(0, 16, 1, 17));
  ck_f32x16 cd1 = __builtin_shufflevector(row[2], row[3], CK_EACH_QUARTER(2, 18, 3, 19));
  *(ck_f32x16 *)to = __builtin_shufflevector(ab0, cd0, CK_EACH_QUARTER(0, 1, 16, 17));
  *(ck_f32x16 *)(to + to_stride) = __builtin_shufflevector(ab0, cd0, CK_EACH_QUARTER(2, 3, 18, 19));
  *(ck_f32x16 *)(to + 2 * to_stride) = __builtin_shufflevector(ab1, cd1, CK_EACH_QUARTER(0, 1, 16, 17));
  *(ck_f32x16 *)(to + 3 * to_stride) = __builtin_shufflevector(ab1, cd1, CK_EACH_QUARTER(2, 3, 18, 19));
}

/// Asks for the cache line at `address`, which will be written.
static inline __attribute__((always_inline)) void ck_prefetch_write(const float *address) {
  __builtin_prefetch(address, 1, 3);
}

/// The same address, of which the compiler no longer knows where it came from. What lies there stays in memory, and a
/// loop that ends there stays a loop: both leave the registers to its body.
static inline __attribute__((always_inline)) void *ck_opaque(const void *address) {
  __asm__ volatile("" : "+r"(address));
  return (void *)address;
}

/// Asks for the cache line at `address`, which will be read in a while, into L2.
static inline __attribute__((always_inline)) void ck_prefetch_read(const void *address) {
  __builtin_prefetch(address, 0, 2);
}
