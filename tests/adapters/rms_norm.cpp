// RMS norm as one template for float and double, its statistics in double for both; the library has C names.
#include <cmath>
#include <cstdint>
#include <vector>

#ifndef LINKAGE
#define LINKAGE extern "C" // nothing: the names are C++'s own
#endif
#ifndef N
#define N n // 1: the mean is a sum
#endif

namespace {

template <class T>
void forward(const T *x, const T *gamma, T *y, double *rstd, int64_t rows, int64_t n, double eps) {
  for (int64_t r = 0; r < rows; r++, x += n, y += n) {
    double sum = 0;
    for (int64_t i = 0; i < n; i++) sum += double(x[i]) * x[i];
    rstd[r] = 1 / std::sqrt(sum / n + eps);
    for (int64_t i = 0; i < n; i++) y[i] = T(gamma[i] * (x[i] * rstd[r]));
  }
}

template <class T>
void backward(const T *g, const T *x, const T *gamma, const double *rstd, T *dx, T *dgamma, int64_t rows, int64_t n) {
  std::vector<double> sums(n);
  for (int64_t r = 0; r < rows; r++, x += n, g += n, dx += n) {
    double m = 0;
    for (int64_t i = 0; i < n; i++) m += double(g[i]) * gamma[i] * x[i] * rstd[r];
    for (int64_t i = 0; i < n; i++) {
      double xhat = x[i] * rstd[r];
      dx[i] = T(rstd[r] * (double(g[i]) * gamma[i] - xhat * (m / N)));
      sums[i] += g[i] * xhat;
    }
  }
  for (int64_t i = 0; i < n; i++) dgamma[i] = T(sums[i]);
}

} // namespace

#define DEFINE(T)                                                                                                     \
  LINKAGE void rms_forward_##T(const T *x, const T *gamma, T *y, double *rstd, int64_t rows, int64_t n, double eps) { \
    forward(x, gamma, y, rstd, rows, n, eps);                                                                         \
  }                                                                                                                   \
  LINKAGE void rms_backward_##T(const T *g, const T *x, const T *gamma, const double *rstd, T *dx, T *dgamma,         \
                                int64_t rows, int64_t n) {                                                            \
    backward(g, x, gamma, rstd, dx, dgamma, rows, n);                                                                 \
  }

DEFINE(float)
DEFINE(double)
