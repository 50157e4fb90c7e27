/* ReLU that keeps what forward saw in arrays of types that are not y's; each macro plants one mistake. */
#include <stdbool.h>
#include <stdint.h>

#ifndef KEPT
#define KEPT int64_t
#endif
#ifndef LAST
#define LAST n /* n - 1: the last is not kept */
#endif
#ifndef PAST
#define PAST 0 /* 1: one entry behind the last is written */
#endif

#define DEFINE(T)                                                                                                     \
  void relu_forward_##T(const T *x, T *y, KEPT *mask, int64_t n) {                                                     \
    for (int64_t i = 0; i < n; i++) y[i] = x[i] > 0 ? x[i] : 0;                                                        \
    for (int64_t i = 0; i < LAST; i++) mask[i] = x[i] >= 0;                                                            \
    if (PAST) mask[n] = 0;                                                                                             \
  }                                                                                                                    \
  void relu_backward_##T(const T *g, const KEPT *mask, T *dx, int64_t n) {                                             \
    for (int64_t i = 0; i < n; i++) dx[i] = mask[i] ? g[i] : 0;                                                        \
  }                                                                                                                    \
  /* J = mean (x - t)^2, of no axes; and the gradient for the J of no axes */                                          \
  void mse_forward_##T(T const *yhat, T const *target, T *y, int64_t n) {                                              \
    double sum = 0;                                                                                                    \
    for (int64_t i = 0; i < n; i++) sum += (double)(yhat[i] - target[i]) * (yhat[i] - target[i]);                      \
    *y = (T)(sum / n);                                                                                                 \
  }                                                                                                                    \
  void mse_backward_##T(T const *g, T const *yhat, T const *target, T *dyhat, int64_t n) {                             \
    for (int64_t i = 0; i < n; i++) dyhat[i] = *g * 2 * (yhat[i] - target[i]) / n;                                     \
  }

DEFINE(float)
DEFINE(double)
