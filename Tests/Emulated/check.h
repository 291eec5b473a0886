#pragma once
// What the checks of the driver share: values, and results next to what they should be.

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double unit = 0x1p-24, lambda = 8, tiny = 0x1p-126;  // as in ReferenceKernels/Tolerance.swift

/// Counts a value; one that should be exact has the bound `tiny`.
void compare(double seen, double expected, double bound);
/// Prints a line on all values since the last one.
void report(const char *name);

/// SplitMix64
unsigned long long random_bits(void);
/// 0 … below − 1
static inline long random_below(long below) { return random_bits() % below; }
/// In [−1, 1)
static inline float uniform(void) { return (float)((long long)random_bits() >> 40) / (1 << 23); }

/// Zeros, aligned to a cache line.
static inline void *bytes(long count) {
  void *p = aligned_alloc(64, (count + 511) / 64 * 64);
  return memset(p, 0, (count + 511) / 64 * 64);
}
/// Random floats within ±scale.
static inline float *floats(long count, float scale) {
  float *p = bytes(4 * count);
  for (long i = 0; i < count; i++) p[i] = scale * uniform();
  return p;
}
static inline long round_up(long count, long to) { return (count + to - 1) / to * to; }

long kernel_panel_rows(void), kernel_panel_columns(void);

void check_blocks(void), check_halves(void);
