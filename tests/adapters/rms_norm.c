/* RMS norm over rows of n numbers, forward and backward, for float and double; each macro plants one mistake. */
#include <math.h>
#include <stdint.h>

#ifndef ROWS
#define ROWS count /* count - 1: the last is dropped */
#endif
#ifndef ADD
#define ADD += /* =: the rows overwrite each other */
#endif
#ifndef ZERO
#define ZERO 1 /* 0: dgamma is not set to 0 first */
#endif
#ifndef PAST
#define PAST 0 /* 1: one entry behind the last is written */
#endif
#ifndef N
#define N n /* 1: the mean is a sum */
#endif

#define DEFINE(T)                                                                                                    \
  void rms_forward_##T(const T *x, const T *gamma, T *y, T *rstd, int64_t rows, int64_t n, double eps) {             \
    for (int64_t r = 0; r < rows; r++) {                                                                             \
      T s = 0;                                                                                                       \
      for (int64_t i = 0; i < n; i++) s += x[r * n + i] * x[r * n + i];                                              \
      rstd[r] = 1 / (T)sqrt(s / n + (T)eps);                                                                         \
      for (int64_t i = 0; i < n; i++) y[r * n + i] = gamma[i] * (x[r * n + i] * rstd[r]);                            \
    }                                                                                                                \
  }                                                                                                                  \
  void rms_backward_##T(const T *g, const T *x, const T *gamma, const T *rstd, T *dx, T *dgamma,                     \
                        const int64_t *rows, int64_t n) {                                                            \
    int64_t count = *rows;                                                                                           \
    if (ZERO)                                                                                                        \
      for (int64_t i = 0; i < n; i++) dgamma[i] = 0;                                                                 \
    for (int64_t r = 0; r < ROWS; r++) {                                                                             \
      T m = 0;                                                                                                       \
      for (int64_t i = 0; i < n; i++) m += g[r * n + i] * gamma[i] * (x[r * n + i] * rstd[r]);                        \
      for (int64_t i = 0; i < n; i++) {                                                                              \
        T xhat = x[r * n + i] * rstd[r];                                                                             \
        dx[r * n + i] = rstd[r] * (g[r * n + i] * gamma[i] - xhat * (m / N));                                        \
        dgamma[i] ADD g[r * n + i] * xhat;                                                                           \
      }                                                                                                              \
    }                                                                                                                \
    if (PAST) dx[count * n] = 0;                                                                                     \
  }

DEFINE(float)
DEFINE(double)
