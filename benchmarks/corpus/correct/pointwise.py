"""Pointwise layers in different forms: from x and from y, by exp and by tanh, in the way of PyTorch and of kernels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from ..case import Case, Code
from ._make import Array, each_format

Slope = Callable[[Array, Array], Array]  # of x and y


def map_of(h: Callable[[Array], Array], slope: Slope) -> tuple[Any, Any]:
    def forward(x: Array) -> Any:
        y = h(x)
        return y, (x.copy(), y.copy())

    def backward(g: Array, saved: Any) -> dict[str, Array]:
        return {"x": g * slope(*saved)}

    return forward, backward


def one_by_sign(x: Array) -> Array:
    """1/(1 + exp(−x)) right of 0, exp(x)/(1 + exp(x)) left of it."""
    y = np.empty_like(x)
    right = x >= 0
    y[right] = 1 / (1 + np.exp(-x[right]))
    e = np.exp(x[~right])
    y[~right] = e / (1 + e)
    return y


def plain(x: Array) -> Array:
    """1/(1 + exp(−x)); exp overflows to infinity, whose reciprocal is 0."""
    return 1 / (1 + np.exp(-x))


def by_tanh(x: Array) -> Array:
    return (np.tanh(x / 2) + 1) / 2


def by_log(x: Array) -> Array:
    return np.exp(-np.logaddexp(x.dtype.type(0), -x))


def expit(x: Array) -> Array:
    return np.asarray(special.expit(x))


SIGMOIDS = {"by sign": one_by_sign, "plain": plain, "expit": expit, "exp(−log(1 + exp(−x)))": by_log}
SIGMOID_SLOPES: dict[str, Slope] = {
    "y (1 − y)": lambda x, y: y * (1 - y),
    "y − y²": lambda x, y: y - y * y,
    "σ(x) σ(−x)": lambda x, y: one_by_sign(x) * one_by_sign(-x),
    "exp(−|x|)/(1 + exp(−|x|))²": lambda x, y: np.exp(-np.abs(x)) / np.square(1 + np.exp(-np.abs(x))),
    "1/(4 cosh²(x/2))": lambda x, y: 1 / np.square(2 * np.cosh(x / 2)),
}
TANHS: dict[str, Callable[[Array], Array]] = {
    "tanh": np.tanh,
    "expm1(2x)": lambda x: np.sign(x) * (np.expm1(2 * np.abs(x)) / (np.expm1(2 * np.abs(x)) + 2) if x.size else x),
    "−expm1(−2|x|)/(1 + exp(−2|x|))": lambda x: np.copysign(
        -np.expm1(-2 * np.abs(x)) / (1 + np.exp(-2 * np.abs(x))), x
    ),
}
TANH_SLOPES: dict[str, Slope] = {
    "1 − y²": lambda x, y: 1 - y * y,
    "(1 − y)(1 + y)": lambda x, y: (1 - y) * (1 + y),
    "1/cosh²": lambda x, y: np.square(1 / np.cosh(x)),
    "4e/(1 + e)²": lambda x, y: 4 * np.exp(-2 * np.abs(x)) / np.square(1 + np.exp(-2 * np.abs(x))),
    "1 − tanh² again": lambda x, y: 1 - np.square(np.tanh(x)),
}
SOFTPLUSES: dict[str, Callable[[Array], Array]] = {
    "max and log1p": lambda x: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))),
    "logaddexp": lambda x: np.logaddexp(x.dtype.type(0), x),
    "log1p(exp), x beyond 20 left as it is": lambda x: np.where(x > 40, x, np.log1p(np.exp(np.minimum(x, 40)))),
}
SOFTPLUS_SLOPES: dict[str, Slope] = {
    "σ(x)": lambda x, y: one_by_sign(x),
    "1 − exp(−y)": lambda x, y: -np.expm1(-y),
    "1/(1 + exp(−x))": lambda x, y: plain(x),
}


def silu(form: str) -> tuple[Any, Any]:
    def forward(x: Array, beta: float = 1.0) -> Any:
        s = one_by_sign(x * x.dtype.type(beta))
        y = x / (1 + np.exp(-x * x.dtype.type(beta))) if form == "a quotient" else x * s
        return y, (x.copy(), s, y.copy(), x.dtype.type(beta))

    def backward(g: Array, saved: Any) -> dict[str, Array]:
        x, s, y, beta = saved
        other = one_by_sign(-beta * x)
        slopes = {
            "s + beta x s (1 − s)": lambda: s + beta * x * s * (1 - s),
            "s (1 + beta x (1 − s))": lambda: s * (1 + beta * x * (1 - s)),
            "s + beta y (1 − s)": lambda: s + beta * y * (1 - s),
            "beta y + s (1 − beta y)": lambda: beta * y + s * (1 - beta * y),
            "s + beta y σ(−beta x)": lambda: s + beta * y * other,
            "a quotient": lambda: s * (1 + beta * x * other),
        }
        return {"x": g * slopes[form]()}

    return forward, backward


def gelu(form: str) -> tuple[Any, Any]:
    """In the form of PyTorch: 1 + erf and 1 + tanh, or with erfc and σ; φ by exp of −x²/2 or of x · x/−2."""

    def parts(x: Array, approximate: str) -> tuple[Array, Array]:
        """Φ and Φ'."""
        half, t = x.dtype.type(0.5), x.dtype.type
        if approximate == "none":
            phi = half * (1 + special.erf(x * t(0.5**0.5))) if form == "usual" else half * special.erfc(-x / t(2**0.5))
            density = np.exp(-half * x * x) * t((2 * np.pi) ** -0.5)
            return phi, density
        inner = t((2 / np.pi) ** 0.5) * (x + t(0.044715) * x**3)
        slope = t((2 / np.pi) ** 0.5) * (1 + t(3 * 0.044715) * x * x)
        if form == "usual":
            u = np.tanh(inner)
            return half * (1 + u), half * (1 - u * u) * slope
        s = one_by_sign(2 * inner)
        return s, 2 * s * one_by_sign(-2 * inner) * slope

    def forward(x: Array, approximate: str = "none") -> Any:
        return x * parts(x, approximate)[0], (x.copy(), approximate)

    def backward(g: Array, saved: Any) -> dict[str, Array]:
        x, approximate = saved
        phi, slope = parts(x, approximate)
        return {"x": g * phi + g * x * slope if form == "usual" else g * (phi + x * slope)}

    return forward, backward


def log_sigmoid(slope: str) -> tuple[Any, Any]:
    slopes: dict[str, Slope] = {
        "σ(−x)": lambda x, y: one_by_sign(-x),
        "1 − exp(y)": lambda x, y: -np.expm1(y),
        "exp(−x + y)": lambda x, y: np.exp(y - x),
    }
    return map_of(lambda x: np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x))), slopes[slope])


def relu(form: str) -> tuple[Any, Any]:
    forms: dict[str, tuple[Callable[[Array], Array], Slope]] = {
        "maximum": (lambda x: np.maximum(x, 0), lambda x, y: (x > 0).astype(x.dtype)),
        "where, from y": (lambda x: np.where(x > 0, x, 0).astype(x.dtype), lambda x, y: (y > 0).astype(x.dtype)),
        "half of x + |x|": (lambda x: (x + np.abs(x)) / 2, lambda x, y: np.where(y > 0, 1, 0).astype(x.dtype)),
        "product with the mask": (lambda x: x * (x > 0), lambda x, y: (np.sign(x) > 0).astype(x.dtype)),
    }
    return map_of(*forms[form])


def cases() -> list[Case]:
    found: list[Case] = []
    for name, h in SIGMOIDS.items():
        found += each_format(f"sigmoid/{name}", "sigmoid", *map_of(h, SIGMOID_SLOPES["y (1 − y)"]))
    for name, slope in SIGMOID_SLOPES.items():
        found += each_format(f"sigmoid/{name}", "sigmoid", *map_of(one_by_sign, slope), throughout=True)
    for name, h in TANHS.items():
        found += each_format(f"tanh/{name}", "tanh", *map_of(h, TANH_SLOPES["1 − y²"]))
    for name, slope in TANH_SLOPES.items():
        found += each_format(f"tanh/{name}", "tanh", *map_of(np.tanh, slope), throughout=True)
    for name, h in SOFTPLUSES.items():
        found += each_format(f"softplus/{name}", "softplus", *map_of(h, SOFTPLUS_SLOPES["σ(x)"]))
    for name, slope in SOFTPLUS_SLOPES.items():
        found += each_format(f"softplus/{name}", "softplus", *map_of(SOFTPLUSES["logaddexp"], slope))
    for form in (
        "s + beta x s (1 − s)", "s (1 + beta x (1 − s))", "s + beta y (1 − s)", "beta y + s (1 − beta y)",
        "s + beta y σ(−beta x)",
        "a quotient",
    ):  # fmt: skip
        found += each_format(f"silu/{form}", "silu", *silu(form))
    for form in ("usual", "no digits lost"):
        found += each_format(f"gelu/{form}", "gelu", *gelu(form))
    for form in ("σ(−x)", "1 − exp(y)"):
        found += each_format(f"logsigmoid/{form}", "logsigmoid", *log_sigmoid(form))
    for form in ("maximum", "where, from y", "half of x + |x|", "product with the mask"):
        found += each_format(f"relu/{form}", "relu", *relu(form), throughout=True)
    return found


def digits_cases() -> list[Case]:
    """Right formulas that cancel: (1 + tanh(x/2))/2 left of 0, exp(x − y) where x and y are large and nearly equal."""
    slope: Slope = lambda x, y: np.exp(x - y)  # noqa: E731
    loses = {
        "softplus/exp(x − y)": ("softplus", map_of(SOFTPLUSES["logaddexp"], slope), ("loses-digits",)),
        "logsigmoid/exp(−x + y)": ("logsigmoid", log_sigmoid("exp(−x + y)"), ("loses-digits",)),
        # at −40 no digit is left in float64 either: nothing tells it from a wrong formula, and it has no name
        "sigmoid/(1 + tanh(x/2))/2": ("sigmoid", map_of(by_tanh, SIGMOID_SLOPES["y (1 − y)"]), ()),
    }
    return [Case(name, layer, Code(*code), True, ("float32",), names) for name, (layer, code, names) in loses.items()]
