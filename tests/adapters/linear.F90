! The linear layer for one type T of kind KIND; each macro plants one mistake. What is [rows, n] in C is (n, rows)
! here; every argument goes by address, and the compiler calls the subroutines linear_forward_float_ and so on.
#ifndef W_SHAPE
#define W_SHAPE n, m
#define DX matmul(W, g)
#else
#define DX matmul(transpose(W), g)
#endif
#ifndef DB
#define DB sum(g, 2)
#endif

subroutine linear_forward_/**/T(x, W, b, y, rows, n, m)
  implicit none
  integer(8), intent(in) :: rows, n, m
  real(KIND), intent(in) :: x(n, rows), W(n, m), b(m)
  real(KIND), intent(out) :: y(m, rows)
  y = matmul(transpose(W), x) + spread(b, 2, int(rows))
end subroutine

subroutine linear_backward_/**/T(g, x, W, dx, dW, db, rows, n, m)
  implicit none
  integer(8), intent(in) :: rows, n, m
  real(KIND), intent(in) :: g(m, rows), x(n, rows), W(W_SHAPE)
  real(KIND), intent(out) :: dx(n, rows), dW(n, m), db(m)
  dx = DX
  dW = matmul(x, transpose(g))
  db = DB
end subroutine
