"""Who else computes full Jacobians: each rival, for one case, as a call to be timed and what its answer is.

    torch.func.jacrev, jacfwd     vmapped vector-Jacobian and Jacobian-vector products
    jax.jacrev, jax.jacfwd        the same, jitted
    BackPACK                      its layers' own products of L with a matrix, here the identity
    autograd.jacobian             HIPS autograd, one row after the other
    sparsejac, asdex              sparse: rows that share no column are asked together; jitted

What is done once (compiling, finding the pattern, colouring) is not timed; it is told as `setup_seconds`. sparsejac is
given the pattern of L, asdex finds it.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from scipy import sparse

from .jacobian_cases import Case

Matrix = Any


@dataclass(frozen=True)
class Rival:
    """One library on one case.

    Attributes:
        call: computes the Jacobian, waiting for it.
        matrix: its answer as an ndarray or a csr_array.
        setup: seconds of what is done once.
        dense: whether it holds all zeros.
    """

    call: Callable[[], Any]
    matrix: Callable[[Any], Matrix]
    setup: float = 0.0
    dense: bool = True


Make = Callable[[Case, Matrix], Rival]


def torch_func(which: str, case: Case, L: Matrix) -> Rival:
    torch = importlib.import_module("torch")
    f, fixed = case.function("torch")
    return Rival(partial(getattr(torch.func, which)(f), torch.from_numpy(case.v), fixed), lambda J: J.numpy())


def jax_own(which: str, case: Case, L: Matrix) -> Rival:
    jax = importlib.import_module("jax")
    return _jitted(lambda f, v, fixed: getattr(jax, which)(f), case, np.asarray, dense=True)


def hips(case: Case, L: Matrix) -> Rival:
    autograd = importlib.import_module("autograd")
    f, fixed = case.function("autograd")
    return Rival(partial(autograd.jacobian(f), case.v, fixed), np.asarray)


def sparsejac(which: str, case: Case, L: Matrix) -> Rival:
    library = importlib.import_module("sparsejac")
    made = importlib.import_module("jax.experimental.sparse")
    pattern = made.BCOO.from_scipy_sparse(sparse.coo_matrix(sparse.csr_array(L) != 0).astype(np.float32))
    started = time.perf_counter()
    with _wide(case):
        return _jitted(lambda f, v, fixed: getattr(library, which)(f, pattern), case, _from_bcoo, False, started)


def asdex(case: Case, L: Matrix) -> Rival:
    library = importlib.import_module("asdex")
    return _jitted(library.jacobian, case, _from_bcoo, dense=False)


def _jitted(
    transform: Callable[..., Any],
    case: Case,
    matrix: Callable[[Any], Matrix],
    dense: bool,
    started: float | None = None,
) -> Rival:
    """transform(f, v, fixed) is the function that computes the Jacobian; it is compiled here."""
    jax = importlib.import_module("jax")
    started = time.perf_counter() if started is None else started
    with _wide(case):
        v = jax.numpy.asarray(case.v)
        f, fixed = case.function("jax")
        jacobian = jax.jit(transform(f, v, fixed))
        jax.block_until_ready(jacobian(v, fixed))

    def call() -> Any:
        with _wide(case):
            return jax.block_until_ready(jacobian(v, fixed))

    return Rival(call, matrix, time.perf_counter() - started, dense)


def _wide(case: Case) -> Any:
    return importlib.import_module("jacobians.adapters.jax_float64").float64(case.v.dtype == np.float64)


def _from_bcoo(J: Any) -> sparse.csr_array:
    rows, cols = np.asarray(J.indices).T
    inside = (rows < J.shape[0]) & (cols < J.shape[1])  # BCOO pads with places outside
    return sparse.coo_array((np.asarray(J.data)[inside], (rows[inside], cols[inside])), shape=J.shape).tocsr()


def backpack(case: Case, L: Matrix) -> Rival:
    """Raises NotImplementedError for a layer that BackPACK has no derivatives of."""
    torch = importlib.import_module("torch")
    nn, own = torch.nn, {a: torch.from_numpy(v) for a, v in case.point.values.items()}
    dtype = own["x"].dtype if "x" in own else torch.float64
    if case.layer == "linear":
        stack = [_filled(nn.Linear(*own["W"].shape[::-1], dtype=dtype), own["W"], own["b"])]
    elif case.layer == "conv2d":
        O, C, *kernel = own["W"].shape
        stack = [_filled(nn.Conv2d(C, O, tuple(kernel), padding=1, dtype=dtype), own["W"], own["b"])]
    elif case.a == "theta":
        pairs = [(own[f"W{k}"], own[f"b{k}"]) for k in (1, 2, 3)]
        layers = [_filled(nn.Linear(*W.shape[::-1], dtype=dtype), W, b) for W, b in pairs]
        stack = [layers[0], nn.ReLU(), layers[1], nn.ReLU(), layers[2]]
    else:
        raise NotImplementedError("BackPACK has no derivatives of this layer")
    return Rival(partial(_multiplied, torch, stack, own["x"][None], case), lambda J: J.numpy())


def _filled(module: Any, W: Any, b: Any) -> Any:
    module.weight.data, module.bias.data = W, b
    return module.requires_grad_(False)


def _multiplied(torch: Any, stack: list[Any], x: Any, case: Case) -> Any:
    """The identity sent backwards through BackPACK's derivatives of each module."""
    for module in stack:
        y = module(x)
        module.input0, module.output = x, y  # what BackPACK's hooks keep
        x = y
    mat = torch.eye(y.numel(), dtype=y.dtype).reshape(-1, *y.shape)
    parts: dict[str, Any] = {}
    for k, module in reversed(list(enumerate(stack))):
        rules = _derivatives(module)
        for kind in ("weight", "bias") if case.a != "x" and hasattr(module, "weight") else ():
            parts[f"{k}{kind}"] = rules.param_mjp(kind, module, (), (), mat, sum_batch=True).flatten(1)
        if k > 0 or case.a == "x":
            mat = rules.jac_t_mat_prod(module, (), (), mat)
    if case.a == "x":
        return mat.flatten(1)
    if case.a == "W":
        return parts["0weight"]
    return torch.cat([parts[f"{k}{kind}"] for k in (0, 2, 4) for kind in ("weight", "bias")], dim=1)


def _derivatives(module: Any) -> Any:
    name = type(module).__name__
    home = importlib.import_module(f"backpack.core.derivatives.{name.lower()}")
    known = {"Linear": "LinearDerivatives", "Conv2d": "Conv2DDerivatives", "ReLU": "ReLUDerivatives"}
    return getattr(home, known[name])()


def _backward(L: Matrix) -> int:
    """Bytes of a dense L, of a copy of it, and of the identity that is pulled back."""
    return (2 * L.shape[0] * L.shape[1] + L.shape[0] ** 2) * L.dtype.itemsize


def _forward(L: Matrix) -> int:
    """The same of an identity that is pushed forward."""
    return (2 * L.shape[0] * L.shape[1] + L.shape[1] ** 2) * L.dtype.itemsize


def _coloured(axis: int, L: Matrix) -> int:
    """Bytes, about, of sparsejac's graph: an edge for each two columns (axis 1) that share a row, or rows a column."""
    pattern = sparse.csr_array(L) if axis else sparse.csc_array(L)
    return 100 * int((np.diff(pattern.indptr).astype(np.int64) ** 2).sum())


@dataclass(frozen=True)
class Entry:
    """A rival before it is made: the library it needs, what makes it, and about how many bytes it will take."""

    library: str
    make: Make
    bytes: Callable[[Matrix], int]


RIVALS = {
    "torch.func.jacrev": Entry("torch", partial(torch_func, "jacrev"), _backward),
    "torch.func.jacfwd": Entry("torch", partial(torch_func, "jacfwd"), _forward),
    "jax.jacrev": Entry("jax", partial(jax_own, "jacrev"), _backward),
    "jax.jacfwd": Entry("jax", partial(jax_own, "jacfwd"), _forward),
    "BackPACK": Entry("backpack", backpack, _backward),
    "autograd.jacobian": Entry("autograd", hips, _backward),
    "sparsejac.jacrev": Entry("sparsejac", partial(sparsejac, "jacrev"), partial(_coloured, 0)),
    "sparsejac.jacfwd": Entry("sparsejac", partial(sparsejac, "jacfwd"), partial(_coloured, 1)),
    "asdex.jacobian": Entry("asdex", asdex, lambda L: 0),
}
