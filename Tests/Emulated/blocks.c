// Weights in blocks, Q8_0, Q4_0, Q4_K and Q6_K, times quantised activations. Where all scales are powers of two and
// activations such as quantise without error, every sum is a whole number of few bits, and results must be exact.

#include "check.h"

bool kernel_bytes_are_unsigned(void), kernel_multiplies_words(void);
long kernel_byte_step(void), kernel_panel_scratch_floats(void);
void kernel_quantise(const float *x, long blocks, long token, long tokens, bool with_words, void *into);
struct panels {
  const void *data;
  long stride, rows, blocks;
};
void kernel_multiply_blocks(long format, const struct panels *, long tokens, const void *activations, long chunk,
                            float *y, long y_stride, float *scratch);

enum format { q8_0, q4_0, q4_k, q6_k };
enum values { exact, extreme, any };
static const char *const names[] = {"q8_0", "q4_0", "q4_k", "q6_k"};
enum { block = 32, group = 8, line = 64 };  // ActivationBlock

/// Weights as numbers: element k of a row is d · sc · (level − offset) − dmin · m. d and dmin are of a block, in K formats
/// of 8; sc is of half a block.
struct weights {
  enum format format;
  long rows, blocks;
  short *level;              // [row][k]
  unsigned short *d, *dmin;  // [row][block], halves
  signed char *sc;           // [row][block][half]
  unsigned char *m;          // [row][block]
};

static double half_value(unsigned bits) { return ldexp(1024 + (bits & 1023), (int)(bits >> 10) - 25); }
static long offset_of(enum format f) { return f == q4_0 ? 8 : f == q6_k ? 32 : 0; }
static bool is_k(enum format f) { return f == q4_k || f == q6_k; }

/// Any level; with extreme values the first or the last one, and all of a row's the same in two of three rows.
static short draw_level(enum format f, enum values values, long row) {
  long count = f == q8_0 ? 256 : f == q6_k ? 64 : 16;
  long drawn = values != extreme ? random_below(count)
               : row % 3 == 0    ? random_below(2) * (count - 1)
                                 : row % 3 % 2 * (count - 1);
  return drawn - (f == q8_0 ? 128 : 0);
}

static struct weights draw_weights(enum format f, long rows, long blocks, enum values values) {
  long count = rows * blocks;
  struct weights w = {f, rows, blocks, bytes(2 * count * block), bytes(2 * count), bytes(2 * count),
                      bytes(2 * count), bytes(count)};
  for (long i = 0; i < count; i++) {
    bool starts = !is_k(f) || i % blocks % group == 0;
    unsigned mantissa = values == any ? random_below(1024) : 0;
    w.d[i] = starts ? (14 + random_below(2)) << 10 | mantissa : w.d[i - 1];
    w.dmin[i] = f != q4_k ? 0 : starts ? (14 + random_below(2)) << 10 | mantissa : w.dmin[i - 1];
    long most = values == any ? 64 : values == exact ? 8 : 2;  // exact sums have 24 bits
    w.m[i] = f == q4_k ? random_below(most) : 0;
    w.sc[2 * i] = f == q4_k ? random_below(most) : f == q6_k ? random_below(4 * most) - 2 * most : 1;
    w.sc[2 * i + 1] = f == q6_k ? random_below(4 * most) - 2 * most : w.sc[2 * i];
    for (long k = 0; k < block; k++) w.level[i * block + k] = draw_level(f, values, i / blocks);
  }
  return w;
}

static void free_weights(struct weights w) { free(w.level), free(w.d), free(w.dmin), free(w.sc), free(w.m); }

static long scale_bytes(enum format f, long blocks) { return f == q4_k ? 20 : f == q6_k ? 18 : 2 * blocks; }
static long element_bytes(enum format f) { return f == q8_0 ? 32 : f == q6_k ? 24 : 16; }
/// Bytes of a row in the groups before `block_index`, which begins one.
static long bytes_before(enum format f, long block_index) {
  return block_index / group * (scale_bytes(f, group) + group * element_bytes(f));
}

static void pack_elements(const struct weights *w, const short *level, unsigned char *to, long row) {
  long width = kernel_panel_columns(), step = kernel_byte_step();
  for (long k = 0; k < block; k++) {
    if (w->format == q8_0) {
      to[(k / step * width + row) * step + k % step] = level[k] ^ (kernel_bytes_are_unsigned() ? 128 : 0);
      continue;
    }
    long s = k / 4, half = s / 4 * 3;
    if (w->format != q6_k) to[(s / 2 * width + row) * 4 + k % 4] |= (level[k] & 15) << s % 2 * 4;
    else if (s % 4 < 3) to[((half + s % 4) * width + row) * 4 + k % 4] |= level[k];
    else for (long part = 0; part < 3; part++)
      to[((half + part) * width + row) * 4 + k % 4] |= (level[k] >> 2 * part & 3) << 6;
  }
}

static void pack_block(const struct weights *w, unsigned char *panel, long row, long b) {
  long width = kernel_panel_columns(), first = b / group * group, at = b - first, i = row * w->blocks + b;
  long count = w->blocks - first < group ? w->blocks - first : group, r = row % width;
  unsigned char *start = panel + width * bytes_before(w->format, first);
  if (is_k(w->format)) {
    long bytes_at = w->format == q4_k ? 4 : 2;
    memcpy(start + 2 * r, &w->d[i], 2);
    if (w->format == q4_k) {
      memcpy(start + 2 * (width + r), &w->dmin[i], 2);
      start[(bytes_at + at) * width + r] = w->sc[2 * i];
      start[(bytes_at + group + at) * width + r] = w->m[i];
    } else {
      for (long h = 0; h < 2; h++) start[(bytes_at + 2 * at + h) * width + r] = w->sc[2 * i + h];
    }
  } else {
    memcpy(start + 2 * (at * width + r), &w->d[i], 2);
  }
  pack_elements(w, w->level + i * block, start + width * (scale_bytes(w->format, count) + at * element_bytes(w->format)), r);
}

/// The layout of QuantPacking.swift.
static struct panels pack(const struct weights *w) {
  long width = kernel_panel_columns(), whole = w->blocks / group * group, rest = w->blocks - whole;
  long stride = width * (bytes_before(w->format, whole) +
                         (rest ? scale_bytes(w->format, rest) + rest * element_bytes(w->format) : 0));
  unsigned char *data = bytes((w->rows + width - 1) / width * stride);
  for (long row = 0; row < w->rows; row++)
    for (long b = 0; b < w->blocks; b++) pack_block(w, data + row / width * stride, row, b);
  return (struct panels){data, stride, w->rows, w->blocks};
}

/// ActivationForm.quantise.
static float quantise(const float *x, short *q) {
  float top = 0;
  bool finite = true;
  for (long k = 0; k < block; k++) finite &= isfinite(x[k]) != 0, top = fmaxf(top, fabsf(x[k]));
  float inverse = 127 / top;
  for (long k = 0; k < block; k++) q[k] = finite && isfinite(inverse) ? (short)rintf(x[k] * inverse) : 0;
  return finite ? (isfinite(inverse) ? top / 127 : 0) : NAN;
}

struct activations {
  short *q;      // [token][k]
  float *scale;  // [token][block]
  char *packed;
};

/// Whole numbers times a power of two where results are to be exact, the largest ±127.
static float *draw_activations(long blocks, enum values values) {
  float *x = floats(blocks * block, 3);
  for (long b = 0; values != any && b < blocks; b++) {
    float scale = ldexpf(1, random_below(2) - 1);
    for (long k = 0; k < block; k++)
      x[b * block + k] = scale * (values == extreme && b % 2 == 0 ? 127 : random_below(255) - 127);
    x[b * block + random_below(block)] = 127 * scale;
  }
  return x;
}

static struct activations prepare(long tokens, long blocks, bool with_words, enum values values) {
  long size = with_words ? 2 * line : line;
  struct activations a = {bytes(2 * tokens * blocks * block), bytes(4 * tokens * blocks), bytes(tokens * blocks * size)};
  for (long t = 0; t < tokens; t++) {
    float *x = draw_activations(blocks, values);
    kernel_quantise(x, blocks, t, tokens, with_words, a.packed);
    for (long b = 0; b < blocks; b++)
      a.scale[t * blocks + b] = quantise(x + b * block, a.q + (t * blocks + b) * block);
    free(x);
  }
  return a;
}

static long dot(const short *a, const short *b, long count) {
  int sum = 0;
  for (long i = 0; i < count; i++) sum += a[i] * b[i];
  return sum;
}
static long sum_of_magnitudes(const short *a, const short *b, long offset, long count) {
  int sum = 0;
  for (long i = 0; i < count; i++) sum += abs(a[i]) * abs(b[i] - (int)offset);
  return sum;
}

/// One result, and for values of any kind Tolerance.linear of it.
static void compare_row(float y, const struct weights *w, long row, const short *q, const float *scale, bool inexact) {
  double sum = 0, size = 0;
  long offset = offset_of(w->format);
  static const short ones[block] = {[0 ... block - 1] = 1};
  for (long b = 0; b < w->blocks; b++) {
    long i = row * w->blocks + b;
    double d = half_value(w->d[i]) * scale[b], min = w->m[i] ? half_value(w->dmin[i]) * scale[b] * w->m[i] : 0;
    for (long h = 0; h < 2; h++) {
      const short *a = q + b * block + 16 * h, *level = w->level + i * block + 16 * h;
      long total = dot(a, ones, 16);
      sum += d * w->sc[2 * i + h] * (dot(a, level, 16) - offset * total) - min * total;
      if (inexact)
        size += fabs(d * w->sc[2 * i + h]) * sum_of_magnitudes(a, level, offset, 16) +
                min * sum_of_magnitudes(a, ones, 0, 16);
    }
  }
  compare(y, sum, inexact ? lambda * sqrt(2 * 2 * w->blocks + 7) * unit * size + tiny : tiny);
}

static void check_format(enum format f, long tokens, long rows, long blocks, enum values values) {
  struct weights w = draw_weights(f, rows, blocks, values);
  struct panels p = pack(&w);
  struct activations a = prepare(tokens, blocks, f == q8_0 && kernel_multiplies_words(), values);
  long stride = rows + 3;
  float *y = floats(tokens * stride, 1), *scratch = bytes(4 * kernel_panel_scratch_floats());
  float *before = bytes(4 * tokens * stride);
  memcpy(before, y, 4 * tokens * stride);
  kernel_multiply_blocks(f, &p, tokens, a.packed, 24, y, stride, scratch);
  for (long t = 0; t < tokens; t++) {
    for (long r = 0; r < rows; r++)
      compare_row(y[t * stride + r], &w, r, a.q + t * blocks * block, a.scale + t * blocks, values == any);
    for (long r = rows; r < stride; r++) compare(y[t * stride + r], before[t * stride + r], tiny);
  }
  free_weights(w), free((void *)p.data), free(a.q), free(a.scale), free(a.packed), free(y), free(scratch), free(before);
}

/// Blocks of a token among those of others: elements, scale and sum.
static void check_quantise(void) {
  for (long blocks = 1; blocks <= 19; blocks++) {
    float *x = floats(blocks * block, 3);
    float special[] = {INFINITY, NAN, 0, 0x1p-149f, 0x1p-126f, 0x1p127f};
    for (long b = 0; b < blocks; b++)
      if (b % 3 == 2) for (long k = 0; k < block; k++) x[b * block + k] *= k == 5 ? special[(b / 3 + blocks) % 6] : 0x1p-130f;
    bool with_words = blocks % 2;
    long token = blocks % 3, tokens = 3, size = with_words ? 2 * line : line;
    char *out = bytes(tokens * blocks * size);
    kernel_quantise(x, blocks, token, tokens, with_words, out);
    for (long b = 0; b < blocks; b++) {
      long first = b / group * group, count = blocks - first < group ? blocks - first : group;
      const char *at = out + (first * tokens + token * count + b - first) * size;
      short q[block], sum = 0;
      float scale = quantise(x + b * block, q), seen[2];
      memcpy(seen, at + 32, 8);
      for (long k = 0; k < block; k++) compare((signed char)at[k], q[k], tiny), sum += q[k];
      for (long k = 0; with_words && k < block; k++)
        compare(((const short *)(at + line))[k / 4 * 4 + k % 2 * 2 + k % 4 / 2], q[k], tiny);
      compare(isnan(scale) ? isnan(seen[0]) : seen[0], isnan(scale) ? 1 : scale, tiny);
      compare(isnan(scale) ? isnan(seen[1]) : seen[1], isnan(scale) ? 1 : sum * scale, tiny);
    }
    free(x), free(out);
  }
  report("quantise");
}

void check_blocks(void) {
  check_quantise();
  long columns = kernel_panel_columns();
  for (enum format f = q8_0; f <= q6_k; f++) {
    for (long tokens = 1; tokens <= 27; tokens++) {
      // Rows and blocks of all remainders, each a few times; K formats have whole groups.
      long rows = 1 + tokens * 13 % (columns + columns / 2), blocks = is_k(f) ? group * (1 + tokens % 5 / 4) : 1 + tokens * 5 % 11;
      check_format(f, tokens, rows, blocks, exact);
      check_format(f, tokens, rows / 4 + 1, blocks, any);
    }
    for (long tokens = 1; tokens <= 27; tokens += 5) check_format(f, tokens, 9, is_k(f) ? group : 1, extreme);
    report(names[f]);
  }
}
