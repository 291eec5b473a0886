// Weights of 16 bits: F16 and BF16 as they are widened, for few tokens, and pairs of BF16 where the kernels multiply them.

#include "check.h"

void kernel_multiply_half(bool brain, const float *x, long tokens, long rows, long depth, const void *panels, float *y);
void kernel_widen_half(bool brain, const void *from, long count, float *to);

bool kernel_multiplies_brain_pairs(void);
void kernel_round_to_brain(const float *x, long count, float *pairs);
void kernel_gemm_brain(const float *a, const float *b, float *y, long m, long n, long depth);
void kernel_gemm_small_brain(long rows, const float *x, const float *b, float *y, long n, long depth);
void kernel_pack_a(const float *, long rows, long depth, long row_stride, long depth_stride, float *into);

static float half_value(bool brain, unsigned short bits) {
  unsigned wide = (unsigned)bits << 16;
  float result;
  if (brain) return memcpy(&result, &wide, 4), result;
  float size = (bits >> 10 & 31) ? ldexpf(1024 + (bits & 1023), (bits >> 10 & 31) - 25) : ldexpf(bits & 1023, -24);
  return bits >> 15 ? -size : size;
}

/// Numbers of about 1, and some subnormal halves.
static unsigned short draw_half(bool brain) {
  unsigned exponent = brain ? 125 + random_below(4) : random_below(20);
  return random_below(2) << 15 | exponent << (brain ? 7 : 10) | random_below(brain ? 128 : 1024);
}

static void check_half(bool brain, long tokens, long rows, long depth) {
  long width = kernel_panel_columns(), count = round_up(rows, width) * depth;
  unsigned short *panels = bytes(2 * count);
  float *x = floats(tokens * depth, 1), *y = floats(tokens * rows, 1), *wide = bytes(4 * count);
  for (long i = 0; i < count; i++) panels[i] = draw_half(brain);
  kernel_widen_half(brain, panels, count, wide);
  for (long i = 0; i < count; i++) compare(wide[i], half_value(brain, panels[i]), tiny);
  kernel_multiply_half(brain, x, tokens, rows, depth, panels, y);
  for (long t = 0; t < tokens; t++)
    for (long r = 0; r < rows; r++) {
      double sum = 0, size = 0;
      for (long k = 0; k < depth; k++) {
        double product = (double)x[t * depth + k] * wide[(r / width * depth + k) * width + r % width];
        sum += product, size += fabs(product);
      }
      compare(y[t * rows + r], sum, lambda * sqrt(depth + 1) * unit * size + tiny);
    }
  free(panels), free(x), free(y), free(wide);
}

/// ActivationForm.bf16
static unsigned short round_brain(float x) {
  unsigned bits;
  memcpy(&bits, &x, 4);
  return isnan(x) ? bits >> 16 | 0x40 : (bits + 0x7FFF + (bits >> 16 & 1)) >> 16;
}

static void check_rounding(void) {
  unsigned special[] = {0, 0x80000000, 0x7F800000, 0xFF800000, 0x7FC00000, 0x7F800001, 0x3F808000, 0x3F818000,
                        0x3F808001, 0x7F7FFFFF, 0x7F7F7FFF, 1, 0x80008001, 0x7FFFFF, 0x18000};
  for (long count = 1; count <= 70; count++) {
    float *x = floats(count, 1);
    for (long i = 0; i < count; i += 3) memcpy(x + i, special + (i + count) % 15, 4);
    unsigned short *pairs = bytes(2 * count + 4);
    memset(pairs, 1, 2 * count + 4);
    kernel_round_to_brain(x, count, (float *)pairs);
    for (long i = 0; i < count; i++) compare(pairs[i], round_brain(x[i]), tiny);
    if (count % 2) compare(pairs[count], 0, tiny);
    compare(pairs[count + count % 2], 0x101, tiny);
    free(x), free(pairs);
  }
  report("bf16 rounded");
}

/// y (m × n) against the pairs' products: exactly where all are small whole numbers. Else subnormal operands and sums may
/// have become zeros, as vdpbf16ps makes them.
static void compare_pairs(const float *y, const unsigned short *x, const unsigned short *w, long m, long n, long k, bool exact) {
  for (long i = 0; i < m; i++)
    for (long j = 0; j < n; j++) {
      double sum = 0, size = 0, flushed = 0;
      for (long l = 0; l < k; l++) {
        double a = half_value(true, x[i * k + l]), b = half_value(true, w[j * k + l]);
        sum += a * b, size += fabs(a * b), flushed += tiny * (1 + fabs(a) + fabs(b));
      }
      compare(y[i * n + j], sum, exact ? tiny : lambda * sqrt(k + 1) * unit * size + flushed);
    }
}

static void check_pairs(long m, long n, long k, bool exact) {
  long rows = kernel_panel_rows(), width = kernel_panel_columns(), depth = (k + 1) / 2;
  unsigned short *w = bytes(2 * n * k), *b = bytes(4 * round_up(n, width) * depth), *rounded = bytes(2 * m * k);
  float *x = floats(m * k, 1), *pairs = bytes(4 * m * depth), *y = floats(m * n, 1);
  for (long i = 0; i < n * k; i++)
    w[i] = exact ? round_brain(random_below(33) - 16) : i % 11 ? draw_half(true) : random_below(128);
  for (long i = 0; i < m * k; i++) {
    if (exact) x[i] = random_below(513) - 256;
    rounded[i] = round_brain(x[i]);
  }
  for (long j = 0; j < n; j++)
    for (long l = 0; l < k; l++) b[((j / width * depth + l / 2) * width + j % width) * 2 + l % 2] = w[j * k + l];
  for (long i = 0; i < m; i++) kernel_round_to_brain(x + i * k, k, pairs + i * depth);
  float *a = bytes(4 * round_up(m, rows) * depth);
  kernel_pack_a(pairs, m, depth, depth, 1, a);
  kernel_gemm_brain(a, (float *)b, y, m, n, depth);
  compare_pairs(y, rounded, w, m, n, k, exact);
  if (m <= rows) {
    kernel_gemm_small_brain(m, pairs, (float *)b, y, n, depth);
    compare_pairs(y, rounded, w, m, n, k, exact);
  }
  free(w), free(b), free(rounded), free(x), free(pairs), free(y), free(a);
}

void check_halves(void) {
  long most = kernel_panel_rows() < 8 ? kernel_panel_rows() : 8;
  for (int brain = 0; brain < 2; brain++) {
    for (long tokens = 1; tokens <= most; tokens++)
      for (long depth = 1; depth <= 37; depth += 3 + tokens % 3)
        check_half(brain, tokens, 1 + (tokens * 7 + depth * 5) % (2 * kernel_panel_columns()), depth);
    report(brain ? "bf16" : "f16");
  }
  if (!kernel_multiplies_brain_pairs()) return;
  check_rounding();
  for (long m = 1; m <= 19; m++)
    for (long k = 1; k <= 37; k += 4 - m % 2)
      check_pairs(m, 1 + (m * 7 + k * 5) % (2 * kernel_panel_columns()), k, k % 4 == 1);
  report("bf16 pairs");
}
