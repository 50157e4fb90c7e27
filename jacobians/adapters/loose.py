"""A layer of one's own, in one call: `forward` in NumPy, and the fast code that claims to be its gradient.

    report = jacobians.check_function(forward, fast, {"x": x, "W": W})

L is completed, by the first of these that the layer allows, and its source is named in the report:

    forward is a map (a Graph of our layers, a Layer)     its own L
    L={"x": L_x} is given                                 that, once difference quotients agree with it
    forward is made of NumPy's operations                 its derivative, operation by operation (dual.py), likewise
    anything else                                         complex steps or difference quotients (numeric.py)

`function_layer` makes the layer alone, for whoever takes one: a test suite (testing.py), `jacobians.check`.
In the first three the bound is derived, as for every layer; in the last, what rounding may do is estimated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

import numpy as np

from ..errors import ArgumentError, names, nearest
from ..layer import Layer
from ..point import Map, Point, differentiable
from ..verify.check import check
from ..verify.differences import quotient
from ..verify.door import describe
from ..verify.results import Report, Result, Verdict
from . import matching, numeric, wrap
from .loose_layer import ESTIMATED, Loose, layer_of

Function = Callable[..., Any]


def function_layer(
    forward: Function | Map,
    arguments: Mapping[str, Any],
    *,
    L: Mapping[str, Function] | None = None,
    theta: Iterable[str] | None = None,
    constant: Iterable[str] = (),
    name: str | None = None,
) -> type[Layer]:
    """The class of a layer that is not in this package: `forward` in NumPy, and an example of each argument.

    Args:
        forward, arguments, L, theta, constant: as for `check_function`.
        name: of the class; by default that of `forward`.

    Raises:
        ArgumentError: arguments that do not fit `forward`.

    >>> layer = function_layer(lambda x: x * np.exp(-x), {"x": np.array([0.5, -1.0])}, name="bump")
    >>> point = Point(layer(), {"x": np.array([0.0, 1.0])})
    >>> point.L("x")
    array([[1., 0.],
           [0., 0.]])
    """
    values = {a: _array(a, v) for a, v in arguments.items()}
    fixed = tuple(constant)
    fixed = (*fixed, *(a for a, v in values.items() if v.dtype.kind != "f" and a not in fixed))
    name = str(name or getattr(forward, "__name__", type(forward).__name__.lower()))
    _check_names(forward, tuple(values), {"L": L or (), "theta": theta or (), "constant": fixed})
    return layer_of(forward, values, dict(L or {}), theta, fixed, name.strip("<>"))


def check_function(
    forward: Function | Map,
    fast: Any,
    arguments: Mapping[str, Any],
    *,
    L: Mapping[str, Function] | None = None,
    theta: Iterable[str] | None = None,
    constant: Iterable[str] = (),
    dtype: str | Iterable[str] = "float64,float32",
    seed: int = 0,
    adapter: str | None = None,
    name: str | None = None,
) -> Report:
    """Verify fast code against a layer that is not in this package.

    Args:
        forward: y = forward(**arguments) in NumPy float64, or a map that has its Jacobians (a Graph of our layers).
        fast: what claims to compute it and its gradients: an object with `forward` and `backward` (verify/door.py), or
            anything of PyTorch's or JAX's that there is an adapter for.
        arguments: an example of each argument. Further points have the same shapes, signs and sizes.
        L: {argument: function of the arguments that gives ∂y/∂argument, |y| × |argument|}, for those that you know.
        theta: given (perhaps empty), `forward` and `arguments` are for one example; the fast code gets every argument
            but these with an axis of examples in front. Left out: it gets arrays as `forward` does.
        constant: arguments without a derivative; those of integers need not be named.
        dtype: formats the fast code is tried in, comma-separated or a list.
        seed: of the points and probes.
        adapter: "torch" or "jax" for a plain function of theirs.
        name: of the layer in the report; by default that of `forward`.

    Returns:
        A Report, whose notes say where L comes from.

    Raises:
        ArgumentError: arguments that do not fit `forward`, or an L that disagrees with differences of `forward`.
        BadFile, UnknownName: fast code that cannot be used; a format that is none.

    >>> class Fast:
    ...     def forward(x, W): return np.tanh(x @ W.T), (x, W)
    ...     def backward(g, saved):
    ...         x, W = saved
    ...         d = g * (1 - np.tanh(x @ W.T))  # the square is missing
    ...         return {"x": d @ W, "W": d.T @ x}
    >>> arguments = {"x": np.array([[0.1, 0.2, 0.3]]), "W": np.array([[1.0, 0.5, 2.0], [0.5, 1.0, -1.0]])}
    >>> report = check_function(lambda x, W: np.tanh(x @ W.T), Fast, arguments, dtype="float64")
    >>> print(report.verdict, [r.argument for r in report.failures])
    FAIL ['x', 'W']
    """
    formats = tuple(f.strip() for f in (dtype.split(",") if isinstance(dtype, str) else dtype))
    layer = function_layer(forward, arguments, L=L, theta=theta, constant=constant, name=name)
    return check_layer(fast, layer, formats, seed, adapter)


def check_layer(
    fast: Any,
    layer: type[Layer],
    formats: tuple[str, ...],
    seed: int = 0,
    adapter: str | None = None,
    settings: dict[str, Any] | None = None,
) -> Report:
    """`check` of any layer class; one that `function_layer` made is examined first, and told where its L comes from.

    Args:
        fast, adapter: as for `check_function`.
        layer, formats, seed, settings: as for `check`.

    Raises:
        ArgumentError: an L that disagrees with differences of `forward`.
        BadFile, UnknownName: fast code that cannot be used; a format that is none.

    >>> layer = function_layer(lambda x: 2 * x, {"x": np.ones(3)}, L={"x": lambda x: 3 * np.eye(3)})
    >>> class Fast:
    ...     def forward(x): return 2 * x, None
    ...     def backward(g, saved): return {"x": 2 * g}
    >>> check_layer(Fast, layer, ("float64",))
    Traceback (most recent call last):
    jacobians.errors.ArgumentError: L of x, entry [0, 0]: the L that was given has 3, difference quotients of ...
    """
    if not issubclass(layer, Loose):
        return check(wrap.fast_of(fast, layer, adapter), layer, formats, seed, settings)
    example = next(iter(layer.points(np.random.default_rng(seed), 1)))
    notes = _examined(example)
    report = check(wrap.fast_of(fast, layer, adapter), layer, formats, seed, settings, lengths=())
    estimated = ESTIMATED in layer.sources.values()
    results = [_undecided(r) if estimated else r for r in report.results]
    return Report(results, report.seed, [*notes, *report.notes])


def _undecided(r: Result) -> Result:
    """Where the bound is an estimate, an error of rounding's kind is no failure."""
    if r.diagnosis is None or r.diagnosis.name != "loses-digits":
        return r
    text = "no formula for L is known, so how many digits can be kept is not either: give L, or write forward in NumPy"
    return replace(r, verdict=Verdict.INCONCLUSIVE, text=f"{r.text}; {text}")


def _examined(point: Point) -> list[str]:
    """Where each L^a comes from, once difference quotients agree with it at the example.

    Raises:
        ArgumentError: they do not, or L or y is not what it should be.
    """
    sources: dict[str, list[str]] = {}
    size = _size_of_y(point)
    for a in differentiable(point.map):
        source: str = cast(Any, point.map).sources[a]
        L = np.asarray(point.L(a, "dense"))
        if L.shape != (size, point.values[a].size):
            raise ArgumentError(
                f"L of {a} has the shape {list(L.shape)}: it must have a row for each of the {size} entries of y and a "
                f"column for each of the {point.values[a].size} of {a}"
            )
        if source == ESTIMATED:
            found, how = numeric.numerical(point.map, a, point.values)
            source = f"{how} of forward, right to {found.error.max(initial=0.0):.1g}; what rounding may do is estimated"
        else:
            _agree(L, quotient(point, a), a, source)
            source += ", with which difference quotients agree"
        sources.setdefault(source, []).append(f"L^{a}")
    return [f"{names(which)}: {source}" for source, which in sources.items()]


def _size_of_y(point: Point) -> int:
    try:
        with np.errstate(all="ignore"):
            y = np.asarray(point.forward())
    except Exception as error:
        raise ArgumentError(f"forward raised {describe(error)}: give arguments that it is fit for") from None
    if y.dtype.kind != "f" or not np.isfinite(y).all():
        held = f"numbers of {y.dtype.name}" if y.dtype.kind != "f" else "entries that are not finite"
        raise ArgumentError(f"forward gives {held} at the arguments: y must be an array of finite float64")
    return y.size


def _agree(L: np.ndarray, found: Any, a: str, source: str) -> None:
    rounding = 64 * np.finfo(float).eps * np.abs(L).max(initial=0.0)
    off = ~(np.abs(L - found.value) <= found.error + rounding)
    if off.any():
        i, j = (int(k) for k in np.argwhere(off)[0])
        raise ArgumentError(
            f"L of {a}, entry [{i}, {j}]: {source} has {L[i, j]:.9g}, difference quotients of forward have "
            f"{found.value[i, j]:.9g} ± {found.error[i, j]:.1g}: correct the one that is wrong"
        )


def _array(a: str, v: Any) -> np.ndarray:
    v = np.asarray(v)
    if v.dtype.kind not in "fbiu":
        raise ArgumentError(f"arguments[{a!r}] is an array of {v.dtype.name}: give real numbers")
    if v.dtype.kind == "f" and not np.isfinite(v).all():
        raise ArgumentError(
            f"arguments[{a!r}] has entries that are not finite: give an example that forward is fit for"
        )
    return v.astype(np.float64) if v.dtype.kind == "f" else v


def _check_names(forward: Any, args: tuple[str, ...], said: dict[str, Iterable[str]]) -> None:
    known = tuple(forward.args) if isinstance(forward, Map) else matching.signature(forward)
    if not args:
        raise ArgumentError('arguments is empty: give an example of each, {"x": np.array([1.0, -2.0]), …}')
    if known is not None:
        optional = () if isinstance(forward, Map) else matching.defaults(forward)
        stray = [a for a in args if a not in known] + [a for a in known if a not in args and a not in optional]
        if stray:
            raise ArgumentError(f"forward takes {names(known)}, and arguments has {names(args)}: give each by its name")
    for what, given in said.items():
        for a in given:
            if a not in args:
                raise ArgumentError(f"{what} names {a!r}; the arguments are {names(args)}.{nearest(a, args)}")
