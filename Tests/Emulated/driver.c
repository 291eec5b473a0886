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
void kernel_attention(long rows, const float *q, float *out, const float *keys, const float *values, long head_dim,
                   long visible, long visible_step, float *scores, long score_stride);

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
  printf("  %-12s %8ld values, worst %.2f of the bound %s\n", name, compared, worst, ok ? "ok" : "FAILED");
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
    for (long n = 1; n <= 21; n += 2)
      for (long k = 1; k <= 37; k += m % 3 + 1) check_product(m, n, k);
  for (long m = 1; m <= 13; m++)  // several panels of B, the last one of any width, up to 32 columns
    for (long n = 31 + m % 3; n <= 66; n += 3) check_product(m, n, 4 * m + 1);
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

static void check_attention_at(long rows, long d, long visible, long step) {
  long tokens = visible + (rows - 1) * step, capacity = round_up(tokens, 32);
  float *q = floats(rows * d, 1), *out = floats(rows * d, 1), *scores = floats(rows * capacity, 1);
  float *keys = floats(capacity * d, 1), *values = floats(capacity * d + 32, 1);
  kernel_attention(rows, q, out, keys, values, d, visible, step, scores, capacity);
  double *p = malloc(tokens * sizeof(double));
  for (long r = 0; r < rows; r++) {
    long seen = visible + r * step;
    double top = -INFINITY, sum = 0, largest = 0;
    for (long t = 0; t < seen; t++) {
      double score = 0, size = 0;
      for (long i = 0; i < d; i++) {
        double product = (double)q[r * d + i] * keys[(t / 32 * d + i) * 32 + t % 32];
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
      for (long t = 0; t < seen; t++) e += p[t] / sum * values[t * d + i], size += p[t] / sum * fabs(values[t * d + i]);
      compare(out[r * d + i], e, size * weight_error + tiny);
    }
  }
  free(q), free(out), free(scores), free(keys), free(values), free(p);
}

static void check_attention(void) {
  for (long rows = 1; rows <= kernel_panel_rows(); rows++)
    for (long d = 1; d <= 70; d += 7) {
      check_attention_at(rows, d, 1 + rows * 9 % 70, 0);
      check_attention_at(rows, d, 1 + d * 5 % 70, 1);
    }
  report("attention");
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
