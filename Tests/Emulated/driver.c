// Runs the kernels against loops in double, one element after the other, with the bounds of
// ReferenceKernels/Tolerance.swift. Prints one line for each kernel; exits with 1 if any is off. Weights of fewer bits:
// blocks.c and halves.c.

#include "check.h"

void kernel_pack_a(const float *, long rows, long depth, long row_stride, long depth_stride, float *into);
void kernel_pack_b(const float *, long rows, long depth, long row_stride, long depth_stride, float *into);
void kernel_gemm(const float *a, const float *b, float *c, long m, long n, long depth, bool accumulate);
void kernel_gemm_small(long rows, const float *x, const float *b, float *y, long n, long depth);
void kernel_gemv(const float *w, long rows, long columns, const float *x, float *y);
void kernel_rms_norm(const float *x, const float *weight, float *y, long count, float epsilon);
void kernel_softmax(float *x, long count);
void kernel_swiglu(const float *gate, const float *up, float *out, long count);
void kernel_rope(float *x, const float *cos, const float *sin, long count, bool halves);
long kernel_attention_scratch(long rows, long head_dim);
void kernel_attention(const long shape[7], const float *q, float *out, const void *keys, const void *values, float *partial,
                   float *scratch);
void kernel_merge_attention(const long shape[7], float *out, float *partials, long count);
void kernel_store(const long shape[5], const float *from, void *to, float *scratch, bool keys);

static double worst;       // largest error in units of its bound
static long compared;
static bool failed;

void compare(double seen, double expected, double bound) {
  double error = fabs(seen - expected) / bound;
  if (!(error <= worst)) worst = isnan(error) ? INFINITY : error;
  compared++;
}

void report(const char *name) {
  bool ok = compared > 0 && worst <= 1;
  printf("  %-13s %8ld values, worst %.2f of the bound %s\n", name, compared, worst, ok ? "ok" : "FAILED");
  failed |= !ok;
  worst = 0, compared = 0;
}

unsigned long long random_bits(void) {
  static unsigned long long state = 1;
  unsigned long long z = (state += 0x9E3779B97F4A7C15ull);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
  return z ^ (z >> 31);
}

/// y (m × n) against x (m × k) · wᵀ, w (n × k), plus `before`.
static void compare_product(const float *y, const float *x, const float *w, const float *before, long m, long n, long k) {
  for (long i = 0; i < m; i++)
    for (long j = 0; j < n; j++) {
      double sum = before ? before[i * n + j] : 0, size = fabs(sum);
      for (long l = 0; l < k; l++) {
        sum += (double)x[i * k + l] * w[j * k + l];
        size += fabs((double)x[i * k + l] * w[j * k + l]);
      }
      compare(y[i * n + j], sum, lambda * sqrt(k + 2) * unit * size + tiny);
    }
}

static void check_product(long m, long n, long k) {
  long rows = kernel_panel_rows(), columns = kernel_panel_columns();
  float *x = floats(m * k, 1), *w = floats(n * k, 1), *y = floats(m * n, 1), *before = floats(m * n, 1);
  float *a = floats(round_up(m, rows) * k, 1), *b = floats(round_up(n, columns) * k, 1);
  kernel_pack_a(x, m, k, k, 1, a);
  kernel_pack_b(w, n, k, k, 1, b);
  kernel_gemm(a, b, y, m, n, k, false);
  compare_product(y, x, w, NULL, m, n, k);
  memcpy(y, before, m * n * 4);
  kernel_gemm(a, b, y, m, n, k, true);
  compare_product(y, x, w, before, m, n, k);
  if (m <= rows) {
    kernel_gemm_small(m, x, b, y, n, k);
    compare_product(y, x, w, NULL, m, n, k);
  }
  if (m == 1) {
    kernel_gemv(w, n, k, x, y);
    compare_product(y, x, w, NULL, m, n, k);
  }
  free(x), free(w), free(y), free(before), free(a), free(b);
}

static void check_products(void) {
  for (long m = 1; m <= 19; m++)
    for (long n = 1 + m % 2; n <= 21; n += 4)
      for (long k = 1; k <= 37; k += (m + n) % 5 + 2) check_product(m, n, k);
  for (long m = 1; m <= 13; m++)  // several panels of B, the last one of any width, up to 32 columns
    for (long n = 31 + m % 5; n <= 66; n += 5) check_product(m, n, 2 * m + 1);
  check_product(33, 70, 300);
  report("products");
}

static void check_rows(void) {
  for (long n = 1; n <= 130; n++) {
    float *x = floats(n, 4), *g = floats(n, 1), *y = floats(n, 1);
    kernel_rms_norm(x, g, y, n, 1e-5f);
    double squares = 0;
    for (long i = 0; i < n; i++) squares += (double)x[i] * x[i];
    double scale = 1 / sqrt(squares / n + (double)1e-5f);
    for (long i = 0; i < n; i++) {
      double e = x[i] * scale * g[i];
      compare(y[i], e, fabs(e) * unit * (lambda * sqrt(n) + 8) + tiny);
    }
    free(x), free(g), free(y);
  }
  report("rmsnorm");
  for (long n = 1; n <= 130; n++) {
    float *x = floats(n, n % 2 ? 4 : 120), *y = floats(n, 1);
    memcpy(y, x, n * 4);
    kernel_softmax(y, n);
    double top = -INFINITY, sum = 0;
    for (long i = 0; i < n; i++) top = fmax(top, x[i]);
    for (long i = 0; i < n; i++) sum += exp(x[i] - top);
    for (long i = 0; i < n; i++) {
      double e = exp(x[i] - top) / sum;
      compare(y[i], e, e * unit * (top - x[i] + lambda * sqrt(n) + 8) + tiny);
    }
    free(x), free(y);
  }
  report("softmax");
  for (long n = 1; n <= 130; n++) {
    float *gate = floats(n, n % 2 ? 8 : 200), *up = floats(n, 1), *y = floats(n, 1);
    kernel_swiglu(gate, up, y, n);
    for (long i = 0; i < n; i++) {
      double e = gate[i] / (1 + exp(-(double)gate[i])) * up[i];
      compare(y[i], e, fabs(e) * unit * 12 + (fabs((double)gate[i] * up[i]) + 1) * tiny);
    }
    free(gate), free(up), free(y);
  }
  report("swiglu");
}

static void check_rope(void) {
  for (int halves = 0; halves < 2; halves++)
    for (long n = 2; n <= 130; n += 2) {
      float *x = floats(n, 1), *before = floats(n, 1), *c = floats(n, 1), *s = floats(n, 1);
      memcpy(x, before, n * 4);
      kernel_rope(x, c, s, n, halves);
      for (long i = 0; i < n; i++) {
        long partner = halves ? (i + n / 2) % n : (i ^ 1);
        double own = (double)before[i] * c[i], other = (double)before[partner] * s[i];
        compare(x[i], own + other, 4 * unit * (fabs(own) + fabs(other)) + tiny);
      }
      free(x), free(before), free(c), free(s);
    }
  report("rope");
}

enum format { f32, f16, q8, formats };

/// One element of the cache, decoded; `block` is where its 32 × 32 block begins if there are blocks.
static double cached(enum format format, const char *head, long element, const char *block, long in_block, long token) {
  _Float16 scale;
  switch (format) {
  case f32: return ((const float *)head)[element];
  case f16: return ((const _Float16 *)head)[element];
  default: memcpy(&scale, block + 1024 + 2 * (token % 32), 2); return (double)scale * (signed char)block[in_block];
  }
}

static double key(enum format format, const char *head, long d, long t, long i) {
  const char *block = head + (t / 32 * (d / 32) + i / 32) * 1088;
  return cached(format, head, (t / 32 * d + i) * 32 + t % 32, block, i % 32 * 32 + t % 32, t);
}

static double value(enum format format, const char *head, long d, long t, long i) {
  const char *block = head + (t / 32 * (d / 32) + i / 32) * 1088;
  return cached(format, head, t * d + i, block, t % 32 * 32 + i % 32, t);
}

/// Fills a cache by kernel_store, in two parts, and compares what it holds with what it was given.
static void check_store(enum format format, long tokens, long d, const float *x, char *to, bool keys) {
  long first = tokens / 3;
  float *scratch = floats(2048, 1);
  kernel_store((long[]){first, d, d, 0, format}, x, to, scratch, keys);
  kernel_store((long[]){tokens - first, d, d, first, format}, x + first * d, to, scratch, keys);
  for (long t = 0; t < tokens; t++)
    for (long i = 0; i < d; i++) {
      double seen = keys ? key(format, to, d, t, i) : value(format, to, d, t, i), largest = 0;
      for (long j = i / 32 * 32; j < i / 32 * 32 + 32 && j < d; j++) largest = fmax(largest, fabs(x[t * d + j]));
      double q8_bound = largest * (0.5 / 127 + 0x1p-11) + 0x1p-25;
      double half_bound = fabs(x[t * d + i]) * 0x1p-11 + 0x1p-25;
      compare(seen, x[t * d + i], format == f32 ? tiny : format == f16 ? half_bound : q8_bound);
    }
  free(scratch);
}

/// Compares rows of `heads` heads of `tokens` tokens with softmax and sums in double over what the cache holds.
static void compare_attention(enum format format, const long shape[7], const float *q, const float *out,
                              const char *keys, const char *values) {
  long tokens = shape[0], heads = shape[1], d = shape[2], visible = shape[3];
  double *p = malloc((visible + tokens) * sizeof(double));
  for (long r = 0; r < tokens * heads; r++) {
    long seen = visible + r / heads;
    double top = -INFINITY, sum = 0, largest = 0;
    for (long t = 0; t < seen; t++) {
      double score = 0, size = 0;
      for (long i = 0; i < d; i++) {
        double product = q[r * d + i] * key(format, keys, d, t, i);
        score += product, size += fabs(product);
      }
      p[t] = score / sqrt(d);
      top = fmax(top, p[t]), largest = fmax(largest, size / sqrt(d));
    }
    for (long t = 0; t < seen; t++) sum += p[t] = exp(p[t] - top);
    double score_error = lambda * sqrt(d + 3) * unit * largest;
    double weight_error = 2 * score_error + 2 * largest * unit + unit * (2 * lambda * sqrt(seen) + 12);
    for (long i = 0; i < d; i++) {
      double e = 0, size = 0;
      for (long t = 0; t < seen; t++) {
        double v = p[t] / sum * value(format, values, d, t, i);
        e += v, size += fabs(v);
      }
      compare(out[r * d + i], e, size * weight_error + tiny);
    }
  }
  free(p);
}

/// Attention at once, and over two ranges of the cached tokens that are merged.
static void check_attention_at(enum format format, long tokens, long heads, long d, long visible) {
  long rows = tokens * heads, seen = visible + tokens - 1, capacity = round_up(seen, 32);
  float *q = floats(rows * d, 1), *out = floats(rows * d, 1), *x = floats(seen * d, 1);
  float *scratch = floats(kernel_attention_scratch(rows, d), 1), *partials = floats(2 * rows * (d + 2), 1);
  char *keys = (char *)floats(capacity * d, 1), *values = (char *)floats(capacity * d + 32, 1);
  check_store(format, seen, d, x, keys, true);
  check_store(format, seen, d, x, values, false);
  long shape[7] = {tokens, heads, d, visible, 0, seen, format};
  kernel_attention(shape, q, out, keys, values, NULL, scratch);
  compare_attention(format, shape, q, out, keys, values);
  for (long range = 0; range < 2; range++) {
    shape[4] = 128 * range, shape[5] = range ? seen : 128;
    kernel_attention(shape, q, out, keys, values, partials + range * rows * (d + 2), scratch);
  }
  memset(out, 0, rows * d * 4);
  kernel_merge_attention(shape, out, partials, 2);
  compare_attention(format, shape, q, out, keys, values);
  free(q), free(out), free(x), free(scratch), free(partials), free(keys), free(values);
}

static void check_attention(void) {
  static const char *names[formats] = {"attention", "att. f16", "att. q8_0"};
  for (enum format format = f32; format < formats; format++) {
    long first = format == q8 ? 32 : 1, step = format == q8 ? 32 : 7;
    for (long d = first; d <= 70; d += step)
      for (long rows = 1; rows <= 2 * kernel_panel_rows() + 3; rows += 2) {
        check_attention_at(format, 1, rows, d, 1 + rows * 29 % 290);
        check_attention_at(format, rows, 1 + rows % 3, d, 1 + d * 5 % 150);
      }
    report(names[format]);
  }
}

int main(void) {
  check_products();
  check_rows();
  check_rope();
  check_attention();
  check_blocks();
  check_halves();
  return failed;
}
