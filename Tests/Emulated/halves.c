// Weights of 16 bits: F16 and BF16 as they are widened, for few tokens.

#include "check.h"

void kernel_multiply_half(bool brain, const float *x, long tokens, long rows, long depth, const void *panels, float *y);
void kernel_widen_half(bool brain, const void *from, long count, float *to);

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

void check_halves(void) {
  long most = kernel_panel_rows() < 8 ? kernel_panel_rows() : 8;
  for (int brain = 0; brain < 2; brain++) {
    for (long tokens = 1; tokens <= most; tokens++)
      for (long depth = 1; depth <= 37; depth += 3)
        check_half(brain, tokens, 1 + (tokens * 7 + depth * 5) % (2 * kernel_panel_columns()), depth);
    report(brain ? "bf16" : "f16");
  }
}
